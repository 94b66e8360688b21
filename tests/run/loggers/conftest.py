from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specit.records import Evaluation, Record
from specit.run import Job
from specit.spec.document import read_spec

SMALL = Path(__file__).parents[2] / "small.yaml"


@pytest.fixture(scope="session")
def job() -> Job:
    point = read_spec(SMALL).plan("quick", choose={"split": ["uniform"]})[0]
    return Job("coordconv/small", point, 1)


@pytest.fixture(scope="session")
def name(job: Job) -> str:
    return f"{job.point.lock.id[:12]}/seed-1"


def evaluation(epoch: int) -> Evaluation:
    """Return what might be measured after an epoch: a loss every time, an accuracy every second time."""
    measures = {"train_loss": 1 / (epoch + 1)} | ({"test_accuracy": epoch / 10} if epoch % 2 == 0 else {})
    return Evaluation(epoch=epoch, step=5 * epoch, seconds=1.5 * epoch, measures=measures)


@pytest.fixture(scope="session")
def make(job: Job) -> Callable[..., Record]:
    """Return a maker of records of the job, as far as some epoch."""

    def record(epochs: int, status: str = "finished", ended: str = "the stated epochs were done") -> Record:
        return Record(
            spec=job.spec,
            lock=job.point.lock.id,
            arm=job.point.arm,
            tier=job.point.tier,
            seed=job.seed,
            point=job.point.selection,
            status=status,
            ended=ended,
            parameters=97,
            epochs_stated=4,
            history=tuple(evaluation(epoch) for epoch in range(1, epochs + 1)),
            fingerprints={},
            environment={},
        )

    return record
