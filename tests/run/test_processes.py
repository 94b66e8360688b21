"""Runs side by side leave what runs one after another leave."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from filelock import FileLock, Timeout

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

    def began(self, job: int) -> None:
        self.begun.append(job)

    def advanced(self, *_: object) -> None:
        pass

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        self.heard.append((job, evaluation.epoch))


class Silent:
    def advanced(self, *_: object) -> None:
        pass

    def evaluated(self, *_: object) -> None:
        pass


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
    with Store(tmp_path).hold(first.point.lock.id, first.seed), pytest.raises(SpecItError, match="another process"):
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
    with (
        Store(tmp_path).hold(two[1].point.lock.id, two[1].seed),
        pytest.raises(SpecItError, match="is being written by another process"),
    ):
        list(execute_all(two, tmp_path, "cpu", 2, Listening()))
    assert all(record.status == "finished" for _, record, _ in execute_all(two, tmp_path, "cpu", 1, Listening()))


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
