"""What the figures draw from: a record with its arrays, and the few ways of choosing among runs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from specit.records import Record

Array = NDArray[Any]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Run:
    """A record, and the arrays it left behind (none in an unfinished run)."""

    record: Record
    arrays: Mapping[str, Array]

    @property
    def arm(self) -> str:
        """The arm's name."""
        return self.record.arm

    @property
    def seed(self) -> int:
        """The run's seed."""
        return self.record.seed

    @property
    def split(self) -> str:
        """The option of the axis `split`; empty where a spec has no such axis."""
        return self.record.point.get("split", "")

    @property
    def tile(self) -> str:
        """The option of the axis `tile`; empty for an arm that tiles nothing."""
        return self.record.point.get("tile", "")

    @property
    def label(self) -> str:
        """The arm, with its reading of "tile" if it has one."""
        return f"{self.arm}, tile: {self.tile}" if self.tile else self.arm

    @property
    def accuracy(self) -> float:
        """The last measured test accuracy; -1 before there is any."""
        return self.record.final.get("test_accuracy", -1.0)

    def probe(self, x: int, y: int) -> int | None:
        """Return which probe has its target at (x, y)."""
        targets = self.arrays["centres"][self.arrays["probe"]]
        (found,) = np.nonzero((targets == (x, y)).all(axis=1))
        return int(found[0]) if found.size else None


def having(runs: Iterable[Run], *names: str) -> list[Run]:
    """Return the runs that have all the named arrays."""
    return [run for run in runs if all(name in run.arrays for name in names)]


def grouped(runs: Iterable[Run], keys: Iterable[Key]) -> dict[Key, list[Run]]:
    """Return the runs by key, both in the order they came."""
    groups: dict[Key, list[Run]] = {}
    for run, key in zip(runs, keys, strict=True):
        groups.setdefault(key, []).append(run)
    return groups


def kinds(runs: Sequence[Run]) -> list[str]:
    """Return each run's arm, with every reading or condition but the split that its arm was run under twice."""
    options: dict[tuple[str, str], set[str]] = {}
    for run in runs:
        for axis, option in run.record.point.items():
            options.setdefault((run.arm, axis), set()).add(option)
    return [", ".join([run.arm] + [f"{axis}: {option}" for axis, option in _told(run, options)]) for run in runs]


def _told(run: Run, options: Mapping[tuple[str, str], set[str]]) -> list[tuple[str, str]]:
    """Return the options worth saying: of "tile" always, of another axis where the arm's runs differ."""
    point = run.record.point.items()
    return [(a, o) for a, o in point if a == "tile" or (a != "split" and len(options[run.arm, a]) > 1)]


def best(runs: Sequence[Run]) -> Run:
    """Return the run with the highest last test accuracy; the first among equals."""
    return max(runs, key=lambda run: run.accuracy)


def middle(runs: Sequence[Run]) -> Run:
    """Return the run whose last test accuracy is the median; with an even number, the lower of the two."""
    return sorted(runs, key=lambda run: run.accuracy)[(len(runs) - 1) // 2]


def softmax(logits: Array) -> Array:
    """Return the probabilities of a plane of logits.

    >>> softmax(np.zeros((2, 2))).tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """
    exponentials = np.exp(logits.astype(np.float64) - logits.max())
    result: Array = exponentials / exponentials.sum()
    return result
