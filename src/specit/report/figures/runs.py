"""What the figures draw from: a record with its arrays, and the few ways of choosing among runs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from specit.records import Record
from specit.report.quantities import ACCURACY, Quantity, headline

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


def kinds(runs: Sequence[Run], *, besides: Sequence[str] = ()) -> list[str]:
    """Return each run's arm, with the options it was told apart by; see `options`."""
    told = options(runs, besides=besides)
    return [", ".join(filter(None, (run.arm, chosen))) for run, chosen in zip(runs, told, strict=True)]


def options(runs: Sequence[Run], *, besides: Sequence[str] = ()) -> list[str]:
    """Return each run's `choices` as text: `scale: raw, tile: plane`."""
    return [", ".join(f"{axis}: {option}" for axis, option in told.items()) for told in choices(runs, besides=besides)]


def choices(runs: Sequence[Run], *, besides: Sequence[str] = ()) -> list[dict[str, str]]:
    """Return of each run the options worth saying: of "tile" always, of another axis where its arm's runs differ.

    Left out are the split and the axes `besides`.
    """
    seen: dict[tuple[str, str], set[str | None]] = {}
    axes = dict.fromkeys(axis for run in runs for axis in run.record.point if axis not in ("split", *besides))
    for run in runs:
        for axis in axes:
            seen.setdefault((run.arm, axis), set()).add(run.record.point.get(axis))

    def worth(run: Run, axis: str) -> bool:
        return axis in axes and (axis == "tile" or len(seen[run.arm, axis]) > 1)

    return [{axis: option for axis, option in run.record.point.items() if worth(run, axis)} for run in runs]


def stacked(runs: Sequence[Run]) -> dict[str, list[str]]:
    """Return for each of the `kinds` its name in lines: the arm, and below it its options, two a line."""
    names = {}
    for kind, run, told in zip(kinds(runs), runs, choices(runs), strict=True):
        parts = [f"{axis}: {option}" for axis, option in told.items()]
        names[kind] = [run.arm, *(", ".join(parts[i : i + 2]) for i in range(0, len(parts), 2))]
    return names


def where(label: str, run: Run) -> str:
    """Return a kind of run with its split, as captions name it."""
    return f"{label} on {run.split}" if run.split else label


def splits(runs: Iterable[Run]) -> list[str]:
    """Return the splits in the order they came."""
    return list(dict.fromkeys(run.split for run in runs))


def split_title(split: str) -> str:
    """Return the title of a panel that shows one split."""
    return f"{split} split" if split else "all runs"


def foremost(runs: Sequence[Run]) -> tuple[Quantity, list[Run]]:
    """Return what these runs are judged by, the accuracy where they differ in that, and the runs that measured it."""
    quantities = {quantity for run in runs if (quantity := headline(run.record)).series(run.record)}
    quantity = quantities.pop() if len(quantities) == 1 else ACCURACY
    return quantity, [run for run in runs if quantity.series(run.record)]


def best(runs: Sequence[Run], quantity: Quantity = ACCURACY) -> Run:
    """Return the run with the best last test value; the first among equals."""
    return max(runs, key=lambda run: quantity.rank(quantity.final(run.record)))


def middle(runs: Sequence[Run], quantity: Quantity = ACCURACY) -> Run:
    """Return the run whose last test value is the median; with an even number, the less good of the two."""
    return sorted(runs, key=lambda run: quantity.rank(quantity.final(run.record)))[(len(runs) - 1) // 2]


def softmax(logits: Array) -> Array:
    """Return the probabilities of a plane of logits.

    >>> softmax(np.zeros((2, 2))).tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """
    exponentials = np.exp(logits.astype(np.float64) - logits.max())
    result: Array = exponentials / exponentials.sum()
    return result
