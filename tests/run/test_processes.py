"""Runs side by side leave what runs one after another leave."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch
from filelock import FileLock, Timeout
from tests.run.listeners import Silent

from specit.errors import SpecItError
from specit.records import Evaluation
from specit.records.store import Store
from specit.run import Job, execute
from specit.run.processes import execute_all
from specit.spec.document import read_spec

SMALL = Path(__file__).parents[1] / "small.yaml"


class Listening:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.heard: list[tuple[int, int]] = []
        self.waited_for: list[int] = []

    def began(self, job: int) -> None:
        self.begun.append(job)

    def advanced(self, *_: object) -> None:
        pass

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        self.heard.append((job, evaluation.epoch))

    def waits(self, job: int) -> None:
        self.waited_for.append(job)


def jobs() -> list[Job]:
    spec = read_spec(SMALL)
    return [Job(spec.name, point, seed) for seed in (0, 1) for point in spec.plan("quick")]


def test_side_by_side_equals_one_after_another(tmp_path, one_thread):
    audience = Listening()
    there = {place: record for place, record, new in execute_all(jobs(), tmp_path / "a", "cpu", 2, audience) if new}
    assert sorted(there) == sorted(audience.begun) == [0, 1, 2, 3]
    assert sorted(audience.heard) == [(job, epoch) for job in range(4) for epoch in range(1, 5)]
    for place, job in enumerate(jobs()):
        alone = execute(job, Store(tmp_path / "b"), torch.device("cpu"), Silent())
        assert [e.measures for e in alone.history] == [e.measures for e in there[place].history]
        assert alone.arrays == there[place].arrays  # the digest of every array
        assert alone.environment == there[place].environment

    again = list(execute_all(jobs(), tmp_path / "a", "cpu", 2, Listening()))
    assert [new for _, _, new in again] == [False] * 4


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("processes", [1, 4])
def test_a_run_alone_is_the_run_it_is_among_others(tmp_path, two_threads, processes):
    """Its numbers depend neither on how many threads PyTorch would take here, nor on what runs beside it."""
    ((_, alone, _),) = execute_all(jobs()[:1], tmp_path / "alone", "cpu", processes, Listening())
    assert torch.get_num_threads() == 2  # as it was
    among = {place: record for place, record, _ in execute_all(jobs()[:2], tmp_path / "among", "cpu", 2, Listening())}
    assert alone.environment == among[0].environment
    assert alone.environment["threads"] == "1"
    assert [e.measures for e in alone.history] == [e.measures for e in among[0].history]
    assert alone.arrays == among[0].arrays


def test_the_threads_are_given_back_after_a_mistake(tmp_path, two_threads):
    first = jobs()[0]
    damage_checkpoint(first, tmp_path)
    with pytest.raises(SpecItError, match="is damaged"):
        list(execute_all([first], tmp_path, "cpu", 1, Listening()))
    assert torch.get_num_threads() == 2


def test_the_same_run_twice_is_one_run(tmp_path):
    first = jobs()[0]
    audience = Listening()
    ended = list(execute_all([first, first], tmp_path, "cpu", 2, audience))
    assert audience.begun == [0]
    assert [(place, new) for place, _, new in ended] == [(0, True), (1, False)]
    assert ended[0][1] == ended[1][1]


def test_a_mistake_in_another_process_keeps_its_words(tmp_path):
    two = jobs()[:2]
    path = damage_checkpoint(two[1], tmp_path)
    with pytest.raises(SpecItError, match=re.escape(f"The checkpoint {path} is damaged")):
        list(execute_all(two, tmp_path, "cpu", 2, Listening()))
    path.unlink()
    assert all(record.status == "finished" for _, record, _ in execute_all(two, tmp_path, "cpu", 1, Listening()))


def damage_checkpoint(job: Job, store: Path) -> Path:
    path = Store(store).checkpoint(job.point.lock.id, job.seed)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no checkpoint")
    return path


@pytest.mark.parametrize("processes", [1, 2])
def test_a_run_of_another_process_is_waited_for(tmp_path, processes):
    """The others are made first; then its record is taken, and it was not made here."""
    three = jobs()[:3]
    held, audience, store = three[0], Listening(), Store(tmp_path / "store")
    elsewhere = Store(tmp_path / "other")
    other = execute(held, elsewhere, torch.device("cpu"), Silent())
    with ExitStack() as holding:
        holding.enter_context(store.hold(held.point.lock.id, held.seed))

        def end_of_the_other(job: int) -> None:
            store.save(other, elsewhere.arrays(other))
            holding.close()
            audience.waited_for.append(job)

        audience.waits = end_of_the_other  # type: ignore[method-assign]
        ended = list(execute_all(three, store.root, "cpu", processes, audience))
    assert sorted((place, new) for place, _, new in ended) == [(0, False), (1, True), (2, True)]
    assert ended[-1] == (0, other, False)
    assert audience.waited_for == [0]


def test_a_run_whose_maker_died_is_made_here(tmp_path):
    (first,) = jobs()[:1]
    audience = Listening()
    with ExitStack() as holding:
        holding.enter_context(Store(tmp_path).hold(first.point.lock.id, first.seed))
        audience.waits = lambda job: holding.close()  # type: ignore[method-assign]
        ((place, record, new),) = execute_all([first], tmp_path, "cpu", 1, audience)
    assert (place, record.status, new) == (0, "finished", True)


def test_children_end_with_a_killed_parent(tmp_path):
    """`kill -9` on `specit run` frees its runs, so that the same command can go on at once."""
    text = (
        SMALL.read_text().replace("epochs: 4", "epochs: 100000").replace("evaluate: {test: 1", "evaluate: {test: 1000")
    )
    spec = tmp_path / "long.yaml"
    spec.write_text(text)
    command = [
        sys.executable,
        "-m",
        "specit",
        "run",
        str(spec),
        "--tier",
        "quick",
        "--jobs",
        "2",
        "--store",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as parent:
        wait_until(lambda: len(list(tmp_path.glob("*/seed-0/record.json"))) == 2)
        parent.kill()
    folders = [path.parent for path in tmp_path.glob("*/seed-0/record.json")]
    locks = [FileLock(folder / ".lock") for folder in folders]

    def free() -> bool:
        try:
            for lock in locks:
                lock.acquire(blocking=False)
        except Timeout:
            return False
        return True

    wait_until(free)
    for lock in locks:
        lock.release()


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("waited 30 seconds in vain")
