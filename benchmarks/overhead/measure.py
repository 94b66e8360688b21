"""A run and the bare loop, epoch by epoch in turns, so that whatever else the machine does falls on both."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import torch

from benchmarks.overhead.bare import train_bare
from specit.records import Evaluation, Record
from specit.records.store import Store
from specit.run import Job, execute
from specit.run.environment import one_thread
from specit.spec.document import Point
from specit.spec.training import Supervised
from specit.studies import find


@dataclass(frozen=True)
class Found:
    """What a comparison found, in seconds. `rest` is all but the epochs: how a run begins and ends."""

    arm: str
    epochs: int
    """How many were timed; the first warms up."""
    stated: int
    """How many the spec's full tier states."""
    ours: float
    bare: float
    ratio: float
    """The median over the epochs; a checkpoint and a record belong to an epoch of ours."""
    cpu_ratio: float
    """The same in the processor's time, on which other work tells less; waiting for the disk is not in it."""
    growth: float
    """By how much keeping the last stated epoch takes longer than keeping the first: the record holds all before."""
    ours_rest: float
    bare_rest: float

    @property
    def whole(self) -> float:
        """Return the ratio of whole runs of as many epochs as are stated."""
        epochs = self.stated * (self.ours + self.growth / 2)
        return (self.ours_rest + epochs) / (self.bare_rest + self.stated * self.bare)


def compare(spec: str, arm: str, epochs: int) -> Found:
    point = find(spec).plan("full", arms=[arm])[0]
    stated, short = point.lock.train[1].epochs, _with_epochs(point, epochs)
    turns = _Turns(train_bare(short.lock, seed=0))
    with tempfile.TemporaryDirectory() as folder, one_thread():
        begun = time.perf_counter()
        record = execute(Job(spec, short, 0), Store(Path(folder)), torch.device("cpu"), turns)
        together = time.perf_counter() - begun
        growth = _time_to_keep(record, stated, Path(folder)) - _time_to_keep(record, 1, Path(folder))
        begun = time.perf_counter()
        list(turns.bare)  # its end, which is nothing
        turns.bare_times.append(time.perf_counter() - begun)
    ours, bare = turns.our_times[1:], turns.bare_times[1:-1]
    # The first epoch of each comes after its beginning.
    ours_rest = together - sum(turns.bare_times[:-1]) - epochs * statistics.median(ours)
    bare_rest = sum(turns.bare_times) - epochs * statistics.median(bare)
    return Found(
        arm=f"{spec}:{arm}",
        epochs=epochs,
        stated=stated,
        ours=statistics.median(ours),
        bare=statistics.median(bare),
        ratio=statistics.median(o / b for o, b in zip(ours, bare, strict=True)),
        cpu_ratio=statistics.median(turns.cpu_ratios[1:]),
        growth=growth,
        ours_rest=ours_rest,
        bare_rest=bare_rest,
    )


class _Turns:
    """A listener that lets the bare loop take an epoch after each epoch of ours."""

    def __init__(self, bare: Iterator[dict[str, float]]) -> None:
        self.bare = bare
        self.our_times: list[float] = []
        self.bare_times: list[float] = []
        self.cpu_ratios: list[float] = []
        self.since, self.cpu_since = time.perf_counter(), time.process_time()

    def advanced(self, epochs: float, of: int) -> None:
        pass

    def evaluated(self, evaluation: Evaluation) -> None:
        begun, cpu_begun = time.perf_counter(), time.process_time()
        self.our_times.append(begun - self.since)
        measures = next(self.bare)
        cpu = cpu_begun - self.cpu_since
        self.since, self.cpu_since = time.perf_counter(), time.process_time()
        self.bare_times.append(self.since - begun)
        self.cpu_ratios.append(cpu / (self.cpu_since - cpu_begun))
        assert measures.keys() == evaluation.measures.keys(), "both measure the same"


def _time_to_keep(record: Record, epochs: int, folder: Path) -> float:
    """Return what a record and a checkpoint's history of so many epochs take to write."""
    long = record.model_copy(update={"history": tuple(islice(cycle(record.history), epochs)), "arrays": {}})
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        json.dumps([asdict(entry) for entry in long.history])
        Store(folder / "long").save(long)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _with_epochs(point: Point, epochs: int) -> Point:
    """Return the point with fewer epochs, all else as stated."""
    name, training = point.lock.train
    assert isinstance(training, Supervised)
    shorter = replace(training, settings=training.settings.model_copy(update={"epochs": epochs}))
    return replace(point, lock=replace(point.lock, training=(name, shorter)))
