"""A run that is killed dozens of times, anywhere, ends with the record of a run that was left alone, bit for bit."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SMALL = Path(__file__).parents[1] / "small.yaml"
KILLS = 36
SEEDS = 2
"""How many runs are killed at least; more where KILLS takes more."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, or every attempt takes seconds to begin")
def test_killed_dozens_of_times_it_ends_with_the_same_records(tmp_path: Path) -> None:
    from specit.records import Record, Store

    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, __file__, str(tmp_path)], env=environment, stdout=subprocess.PIPE, timeout=300, check=True
    ).stdout
    seeds, kills, inside = json.loads(told)
    assert kills >= KILLS
    assert inside > 0  # temporary files were left, so some died inside a write

    def what_matters(record: Record) -> Any:
        history = [(e.epoch, e.step, e.measures) for e in record.history]  # and not the seconds
        return record.model_dump(exclude={"history", "environment"}), history

    killed, alone = Store(tmp_path / "killed"), Store(tmp_path / "alone")
    records = list(alone.verify())
    assert len(records) == seeds >= SEEDS
    for record, other in zip(records, killed.verify(), strict=True):
        assert isinstance(record, Record)
        assert isinstance(other, Record)
        assert record.status == "finished"
        assert len(record.history) == 12
        assert what_matters(other) == what_matters(record)
        arrays = killed.arrays(other)
        for name, array in alone.arrays(record).items():
            np.testing.assert_array_equal(arrays[name], array)
    assert files(killed.root) == files(alone.root)  # and nothing else is left


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if ".index" not in path.parts and path.is_file()}


# What follows runs in the process that makes the attempts.


def main(folder: Path) -> None:
    import torch
    from warm import forked, warm

    from specit.records.store import Store
    from specit.run import Job, execute
    from specit.spec.document import read_spec

    class Silent:
        def advanced(self, epochs: float, of: int) -> None:
            pass

        def evaluated(self, evaluation: object) -> None:
            pass

    spec = read_spec(SMALL)
    point = spec.plan("full", arms=["coordconv"])[0]
    warm(point)
    chance = random.Random(0)
    kills = inside = 0
    patience = 0.1
    for seed in count():
        if seed >= SEEDS and kills >= KILLS:
            break
        job = Job(spec.name, point, seed)

        def attempt(where: str, job: Job = job) -> None:
            execute(job, Store(folder / where), torch.device("cpu"), Silent())

        os.waitpid(forked(partial(attempt, "alone")), 0)
        run = Store(folder / "killed").folder(point.lock.id, seed)
        done = False
        while not done:
            before = _written(run)
            if chance.random() < 0.5:
                step, after = chance.randint(1, 16), chance.random() < 0.5
                child = forked(partial(_dying_at, step, after, partial(attempt, "killed")))
            else:
                child = forked(partial(attempt, "killed"))
                time.sleep(chance.uniform(0, patience))
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            done = os.waitstatus_to_exitcode(status) == 0
            killed = os.waitstatus_to_exitcode(status) == -signal.SIGKILL
            assert done or killed
            kills += killed
            inside += killed and any(run.parent.rglob(".*.tmp"))
            if killed and _written(run) == before:
                patience *= 1.2  # a slow machine gets nowhere otherwise
    print(json.dumps([seed, kills, inside]))


def _dying_at(step: int, after: bool, work: Callable[[], None]) -> None:
    """Do some work, and die at a step of writing files: before or after a file is synchronised or takes its name."""
    steps = count(1)

    def dying(call: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*arguments: Any) -> None:
            this = next(steps)
            if this == step and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            call(*arguments)
            if this == step and after:
                os.kill(os.getpid(), signal.SIGKILL)

        return wrapped

    os.fsync, os.replace = dying(os.fsync), dying(os.replace)  # type: ignore[assignment]
    work()


def _written(run: Path) -> object:
    path = run / "checkpoint.pt"
    return path.stat().st_mtime_ns if path.exists() else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
