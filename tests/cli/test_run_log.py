"""`specit run --log`: what was measured is in the log too, once, also where the run was stopped in between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from specit.cli import progress
from specit.records import Evaluation, Store

SMALL = Path(__file__).parents[1] / "small.yaml"
RUN = ("run", SMALL, "--tier", "quick", "--where", "split=uniform", "--seeds", "1")


def logged(store: Path, measure: str) -> list[tuple[int, float]]:
    (folder,) = (store / "tensorboard").glob("*/seed-0")
    found = EventAccumulator(str(folder))
    found.Reload()
    return [(event.step, event.value) for event in found.Scalars(measure)]


def test_a_run_that_was_stopped_and_goes_on(specit, tmp_path, monkeypatch):
    store = tmp_path / "store"
    heard = progress.Progress.evaluated

    def stop(self: progress.Progress, job: int, evaluation: Evaluation) -> None:
        heard(self, job, evaluation)
        if evaluation.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(progress.Progress, "evaluated", stop)
        assert specit(*RUN, "--store", store, "--log", "tensorboard").code == 130
    assert [epoch for epoch, _ in logged(store, "train_loss")] == [1, 2]
    said = specit(*RUN, "--store", store, "--log", "tensorboard")
    assert said.code == 0, said.err
    (record,) = Store(store).records()
    for measure in ("train_loss", "test_accuracy", "test_cross_entropy"):
        measured = [(entry.epoch, float(np.float32(value))) for entry, value in record.series(measure)]
        assert logged(store, measure) == measured
    events = sorted((store / "tensorboard").rglob("events.*"))
    assert "in the store" in specit(*RUN, "--store", store, "--log", "tensorboard").out
    assert sorted((store / "tensorboard").rglob("events.*")) == events  # what is not run is not logged again
    assert len(specit("runs", "--store", store).out.splitlines()) == 4  # nor is a log taken for a run


@pytest.mark.parametrize("name", ["tensorbord", "mlflow:there"])
def test_a_mistake_is_said_before_anything_runs(specit, tmp_path, name):
    said = specit(*RUN, "--store", tmp_path / "store", "--log", name)
    assert said.code == 2
    assert "logger" in said.err or "takes no folder" in said.err
    assert not (tmp_path / "store").exists()


def test_a_log_that_cannot_be_written_ends_no_run(specit, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    said = specit(*RUN, "--store", tmp_path / "store", "--log", f"tensorboard:{tmp_path / 'file'}")
    assert said.code == 0
    assert "failed for" in said.err
    assert "which is not in its log as a whole" in said.err
    assert len(list(Store(tmp_path / "store").records())) == 1
