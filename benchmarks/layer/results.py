"""What was measured of one shape, and what all the shapes say together."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from benchmarks.layer.contestants import Contestant
from benchmarks.layer.measure import Addition, Work, interleave, peak_memory
from benchmarks.layer.shapes import Shape


@dataclass(frozen=True)
class Row:
    """One shape in one memory format, training or inference; times in seconds, memory in bytes."""

    shape: Shape
    channels_last: bool
    training: bool
    seconds: dict[str, float]  # the median, by contestant
    time_ratio: dict[str, float]  # to the plain layer, the median over the rounds
    faster_than_concatenating: float
    addition: float  # the time of adding a map, and nothing else, as a part of the plain layer's
    memory: dict[str, int]
    memory_ratio: dict[str, float]

    @property
    def format(self) -> str:
        return "channels last" if self.channels_last else "contiguous"


@dataclass(frozen=True)
class Goal:
    """A geometric mean over rows, and what it is to reach."""

    what: str
    reached: float
    goal: float
    at_most: bool

    @property
    def met(self) -> bool:
        return self.reached <= self.goal if self.at_most else self.reached >= self.goal


def measure(shape: Shape, contestants: dict[str, Contestant], channels_last: bool, training: bool, rounds: int) -> Row:
    """Time the contestants in turn, and measure the memory of each."""
    able = {name: make for name, make in contestants.items() if make(shape) is not None}

    def work(make: Contestant) -> Work:
        layer = make(shape)
        assert layer is not None
        return Work(layer, shape, channels_last, training)

    works = [work(make) for make in able.values()]
    *times, addition = interleave([*works, Addition(works[0])], rounds)
    seconds = dict(zip(able, times, strict=True))
    del works
    memory = {name: peak_memory(partial(work, make)) for name, make in able.items()}
    return Row(
        shape=shape,
        channels_last=channels_last,
        training=training,
        seconds={name: statistics.median(times) for name, times in seconds.items()},
        time_ratio={name: _ratio(times, seconds["plain"]) for name, times in seconds.items()},
        faster_than_concatenating=_ratio(seconds["concatenating"], seconds["ours"]),
        addition=_ratio(addition, seconds["plain"]),
        memory=memory,
        memory_ratio={name: held / memory["plain"] for name, held in memory.items()},
    )


def goals(rows: list[Row]) -> list[Goal]:
    """Return the geometric means of these rows, all of training or all of inference."""
    return [
        Goal("the time of a plain layer", _mean(row.time_ratio["ours"] for row in rows), _most(rows[0]), True),
        Goal("faster than concatenating", _mean(row.faster_than_concatenating for row in rows), 1.35, False),
        Goal("the memory of a plain layer", _mean(row.memory_ratio["ours"] for row in rows), 1.05, True),
    ]


def gain_without_depthwise(rows: list[Row]) -> float:
    """Return how much faster than concatenating, without the shapes where concatenating is slowest."""
    return _mean(row.faster_than_concatenating for row in rows if row.shape.groups == 1)


def with_addition(rows: list[Row]) -> float:
    """Return the time of a plain layer and the addition of a map, the least that any way of adding one takes."""
    return _mean(1 + row.addition for row in rows)


def shortfalls(row: Row) -> list[str]:
    """Return where this shape alone misses what the means are to reach, and the reason."""
    found = []
    if (ratio := row.time_ratio["ours"]) > _most(row):
        found.append(f"{ratio:.2f} × the time: {_why_slow(row)}")
    if (ratio := row.memory_ratio["ours"]) > 1.05:
        found.append(f"{ratio:.2f} × the memory: {_why_large(row)}")
    return found


def _most(row: Row) -> float:
    return 1.08 if row.training else 1.05


def _why_slow(row: Row) -> str:
    work = "adding a map and summing its gradient" if row.training else "adding a map"
    alone = f"{work}, alone, takes {row.addition:.0%} of the plain layer's time"
    if row.addition > (row.time_ratio["ours"] - 1) / 2:
        return f"{alone}, which has {row.shape.products} products for each output value"
    return f"{alone}; the rest is the fixed cost of a few more operations, or other work on the machine"


def _why_large(row: Row) -> str:
    if row.shape.batch < 8:
        return f"the map is one element beside a batch of {row.shape.batch}"
    if row.shape.is_first:
        return "the map is one element beside the batch, and the input has few channels"
    return "the weights of the inputs, copied out of the one weight, beside small images"


def _mean(ratios: Iterable[float]) -> float:
    return statistics.geometric_mean(ratios)


def _ratio(times: list[float], reference: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(times, reference, strict=True))
