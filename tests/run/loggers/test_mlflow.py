"""What MLflow's client reads back, from its database in the store."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from specit.errors import SpecItError
from specit.run.loggers import open_logger
from specit.run.loggers.mlflow import Mlflow

# SQLAlchemy warns of what MLflow does with it.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def history(logger: Mlflow, name: str) -> dict[int, float]:
    """Return a metric by epoch; no epoch may be there twice."""
    found = [(metric.step, metric.value) for metric in logger.client.get_metric_history(logger.run, name)]
    assert len(dict(found)) == len(found)
    return dict(found)


def test_stopped_resumed_and_ended(job, name, make, tmp_path: Path) -> None:
    """One test, for MLflow takes seconds to make its database."""
    record = make(4)
    first = open_logger("mlflow", tmp_path, job)
    assert isinstance(first, Mlflow)
    first.began([])
    for evaluation in record.history[:3]:
        first.evaluated(evaluation)
    first.close()
    client = first.client
    assert client.get_run(first.run).info.status == "KILLED"

    second = open_logger("mlflow", tmp_path, job)
    assert isinstance(second, Mlflow)
    assert second.run == first.run
    second.began(record.history[:2])  # the third is done again
    assert client.get_run(first.run).info.status == "RUNNING"
    for evaluation in record.history[2:]:
        second.evaluated(evaluation)
    second.ended(record)
    second.close()

    run = client.get_run(first.run)
    assert (run.info.status, run.info.run_name) == ("FINISHED", name)
    for measure in ("train_loss", "test_accuracy"):
        assert history(second, measure) == {e.epoch: value for e, value in record.series(measure)}
    assert history(second, "seconds") == {entry.epoch: entry.seconds for entry in record.history}
    assert run.data.params["train.supervised.optimizer.Adam.lr"] == "0.02"
    assert run.data.params["networks.network.2.CoordConv2d.kernel_size"] == "[1, 1]"
    assert run.data.params["option.split"] == "uniform"
    assert run.data.tags["specit.run"] == name
    assert client.get_experiment(run.info.experiment_id).name == "coordconv/small"
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow"]

    other = open_logger("mlflow", tmp_path, type(job)(job.spec, job.point, 2))
    assert isinstance(other, Mlflow)
    assert other.run != first.run
    other.began([])
    other.ended(make(0, "diverged", "the loss was no number in epoch 1"))
    assert client.get_run(other.run).info.status == "FAILED"


def test_without_a_database_one_sentence(job, tmp_path, monkeypatch) -> None:
    real = importlib.import_module

    def without(name: str) -> object:
        if name == "alembic":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(SpecItError, match=r"--log mlflow needs MLFLOW_TRACKING_URI, .* pip install mlflow"):
        open_logger("mlflow", tmp_path, job)
