"""A store of made-up runs of tests/small.yaml: nothing is trained, but locks, names and seals are real."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from specit.records import Evaluation, Record, Store
from specit.run.execute import lock_text
from specit.spec.document import Point, read_spec

SMALL = Path(__file__).parents[2] / "small.yaml"
OLD = SMALL.read_text().replace("lr: 0.02", "lr: 0.5")


def evaluations(*accuracies: float, pace: float = 2.0) -> tuple[Evaluation, ...]:
    """Return a history with an accuracy and a loss an epoch."""
    return tuple(
        Evaluation(
            epoch=epoch,
            step=4 * epoch,
            seconds=pace * epoch,
            measures={"train_loss": 2.0 / epoch, "test_accuracy": accuracy},
        )
        for epoch, accuracy in enumerate(accuracies, start=1)
    )


def made_up(point: Point, seed: int, history: tuple[Evaluation, ...], **changes: object) -> Record:
    fields = {
        "spec": "small",
        "lock": point.lock.id,
        "arm": point.arm,
        "tier": point.tier,
        "seed": seed,
        "point": point.selection,
        "status": "finished",
        "ended": "the stated epochs were done",
        "parameters": point.lock.parameters,
        "epochs_stated": 12,
        "history": history,
        "fingerprints": {"data": "ab" * 32},
        "environment": {"torch": "2.13.0", "device": "cpu", "threads": "1"},
    }
    return Record.model_validate(fields | changes)


def find(points: list[Point], arm: str, **options: str) -> Point:
    (found,) = (point for point in points if point.arm == arm and point.selection.items() >= options.items())
    return found


@pytest.fixture(scope="session")
def points() -> list[Point]:
    return read_spec(SMALL).plan("full")


@pytest.fixture(scope="session")
def _original(tmp_path_factory: pytest.TempPathFactory, points: list[Point]) -> Path:
    store = Store(tmp_path_factory.mktemp("original") / "store")
    uniform, quadrant = (find(points, "coordconv", split=split) for split in ("uniform", "quadrant"))
    dense = find(points, "dense", split="uniform")
    old_file = store.root.parent / "small.yaml"
    old_file.write_text(OLD)
    old = find(read_spec(old_file).plan("full"), "dense", split="uniform")
    for point in (uniform, quadrant, dense, old):
        store.write_lock(point.lock.id, lock_text(point, {"data": "ab" * 32}))
    arrays = {"predicted": np.arange(6).reshape(2, 3)}
    store.save(made_up(uniform, 0, evaluations(0.2, 0.95, 0.9)), arrays)
    store.save(made_up(uniform, 1, evaluations(0.4, 0.6, 1.0, pace=3.0)), arrays)
    store.save(made_up(quadrant, 0, evaluations(0.1, math.nan, 0.3)), {"predicted": np.zeros((2, 3))})
    store.save(made_up(dense, 0, evaluations(0.5), status="running", ended="not ended"))
    store.checkpoint(dense.lock.id, 0).write_bytes(b"what it goes on from")
    bad = evaluations(math.inf)
    other = {"torch": "2.6.0", "device": "cpu", "threads": "1"}
    store.save(made_up(dense, 1, bad, status="diverged", ended="the loss was no number in epoch 2", environment=other))
    store.save(made_up(old, 0, evaluations(0.05)))
    return store.root


@pytest.fixture
def store(_original: Path, tmp_path: Path) -> Path:
    """Six runs: coordconv on both splits (one with two seeds), dense running, dense diverged, and a stale one."""
    return Path(shutil.copytree(_original, tmp_path / "store"))
