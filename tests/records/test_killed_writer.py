"""A writer of records is killed hundreds of times, anywhere: what is in the store is always whole, and never older."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from specit.records import Evaluation, Record, Store
from specit.records.summary import Summary

LOCK = "3f2a" * 16
KILLS = 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, or every attempt takes long to begin")
def test_what_a_killed_writer_leaves_is_whole(tmp_path: Path) -> None:
    """Forked from a process of its own, for this one may have threads."""
    subprocess.run([sys.executable, __file__, str(tmp_path)], timeout=200, check=True)
    (last,) = Store(tmp_path).verify()
    assert isinstance(last, Record)
    assert last.parameters > 20  # it got on, all the time


def main(root: Path) -> None:
    os.fsync = lambda _: None  # what a killed process has handed to the system is there, synchronised or not
    chance, store, reached, kills, patience = random.Random(0), Store(root), 0, 0, 0.01
    while kills < KILLS or reached <= 20:
        child = os.fork()
        if not child:
            _write_for_ever(store, reached)
        time.sleep(chance.uniform(0, patience))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        kills += 1
        record = store.load(LOCK, 0)
        if record is None:
            assert reached == 0
            patience *= 1.2  # a slow machine gets nowhere otherwise
            continue
        assert record == _record(record.parameters).model_copy(update={"arrays": record.arrays})
        assert record.parameters >= reached
        patience *= 1.1 if record.parameters == reached else 1
        reached = record.parameters
        _check_arrays(store, record)
        assert store.load_checkpoint(LOCK, 0) in (b"%d" % reached * 5000, b"%d" % (reached + 1) * 5000)
        assert list(store.records()) == [record]
        assert list(store.summaries()) == [Summary.of(record)]
    store.save(_record(reached + 1), _arrays(reached + 1))  # the last one is left alone


def _check_arrays(store: Store, record: Record) -> None:
    """The arrays are those of the record, or the writer died between the two files, and that is noticed."""
    from specit.records import DamagedRecordError

    try:
        found = store.arrays(record)
    except DamagedRecordError as error:
        if "was altered after it was written: see the array 'numbers'" not in str(error):
            raise
    else:
        np.testing.assert_array_equal(found["numbers"], _arrays(record.parameters)["numbers"])


def _write_for_ever(store: Store, number: int) -> None:
    try:
        while True:
            number += 1
            with store.hold(LOCK, 0):
                store.save_checkpoint(LOCK, 0, b"%d" % number * 5000)
                store.save(_record(number), _arrays(number))
    finally:
        os._exit(1)


def _record(number: int) -> Record:
    return Record(
        spec="a spec",
        lock=LOCK,
        arm="coordconv",
        tier="quick",
        seed=0,
        point={},
        status="running",
        ended="not ended",
        parameters=number,
        epochs_stated=2,
        history=tuple(
            Evaluation(epoch=epoch, step=epoch, seconds=epoch, measures={"test_accuracy": 1 / (number + epoch)})
            for epoch in range(number % 50)
        ),
        fingerprints={},
        environment={},
    )


def _arrays(number: int) -> dict[str, np.ndarray]:
    return {"numbers": np.full(1000, number)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
