"""MLflow: an experiment for each spec, in it a run for each of ours."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from specit.errors import SpecItError
from specit.records import Evaluation, Record

from .load import load
from .logger import Start

_AT_ONCE = 100
"""How many parameters one request may hold."""
_LONGEST = 6000
"""How many characters a parameter may have."""
_TAG = "specit.run"


class Mlflow:
    """Writes where MLFLOW_TRACKING_URI says, else into `folder`/mlflow.db; the steps are epochs.

    A run is found again by its tag `specit.run`, and what is there already is not written twice.
    """

    def __init__(self, start: Start, folder: Path) -> None:
        self.start = start
        mlflow = load("mlflow")
        for noisy in ("mlflow", "alembic"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        self.client = mlflow.MlflowClient(os.environ.get("MLFLOW_TRACKING_URI") or _own(folder))
        self.run = self._find_or_create(mlflow.exceptions.MlflowException)
        self.written: dict[str, set[int]] = {}
        self.open = True

    def _find_or_create(self, refused: type[Exception]) -> str:
        """Return the id of the run."""
        found = self.client.get_experiment_by_name(self.start.spec)
        if found is None:
            try:
                experiment = self.client.create_experiment(self.start.spec)
            except refused:  # another process was quicker
                experiment = self.client.get_experiment_by_name(self.start.spec).experiment_id
        else:
            experiment = found.experiment_id
        for run in self.client.search_runs([experiment], f"tags.`{_TAG}` = '{self.start.name}'"):
            return str(run.info.run_id)
        tags = {_TAG: self.start.name, **self.start.tags}
        return str(self.client.create_run(experiment, tags=tags, run_name=self.start.name).info.run_id)

    def began(self, history: Sequence[Evaluation]) -> None:
        self.client.update_run(self.run, status="RUNNING")
        names = self.client.get_run(self.run).data.metrics
        self.written = {name: self._steps(name) for name in names}
        self._parameters()
        for evaluation in history:
            self.evaluated(evaluation)

    def evaluated(self, evaluation: Evaluation) -> None:
        for name, value in {**evaluation.measures, "seconds": evaluation.seconds}.items():
            steps = self.written.setdefault(name, set())
            if evaluation.epoch not in steps:
                steps.add(evaluation.epoch)
                self.client.log_metric(self.run, name, value, step=evaluation.epoch)

    def ended(self, record: Record) -> None:
        self.client.set_tag(self.run, "ended", record.ended)
        self.client.set_terminated(self.run, "FINISHED" if record.status == "finished" else "FAILED")
        self.open = False

    def close(self) -> None:
        if self.open:
            self.client.set_terminated(self.run, "KILLED")

    def _steps(self, name: str) -> set[int]:
        return {metric.step for metric in self.client.get_metric_history(self.run, name)}

    def _parameters(self) -> None:
        entities: Any = load("mlflow.entities")
        settings = iter({**self.start.tags, **self.start.settings}.items())
        while some := list(islice(settings, _AT_ONCE)):
            parameters = [entities.Param(name, str(value)[:_LONGEST]) for name, value in some]
            self.client.log_batch(self.run, params=parameters)


def _own(folder: Path) -> str:
    """Return the address of a database of our own, for which MLflow needs what its small package does not bring."""
    try:
        load("sqlalchemy")
        load("alembic")
    except SpecItError:
        raise SpecItError(
            "--log mlflow needs MLFLOW_TRACKING_URI, which says where to write; or, to write into a file in the store, "
            "pip install mlflow."
        ) from None
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(folder / 'mlflow.db').resolve()}"
