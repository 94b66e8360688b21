"""What a page holds of a run's history: few enough points to draw, the first, the last and the extremes among them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specit.records import Record

POINTS = 200
"""How many points of each measure a page holds at most, the extremes aside."""
PAGE = 120_000
"""How many points a page holds of all its runs, about: where there are many, each has fewer."""
FEWEST = 20


@dataclass(frozen=True)
class Curve:
    """Measures over time: at each of `epochs`, reached after `seconds`, a value or None. `of` counts what was taken."""

    epochs: Sequence[int] = ()
    seconds: Sequence[float] = ()
    measures: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    of: int = 0

    @property
    def thinned(self) -> bool:
        """Whether the run was evaluated more often than the page shows."""
        return len(self.epochs) < self.of


def points(runs: int) -> int:
    """Return how many points of a measure each run has on a page of so many runs.

    >>> points(1), points(300), points(100_000)
    (200, 100, 20)
    """
    return max(FEWEST, min(POINTS, PAGE // (4 * max(runs, 1))))


def curve(record: Record, most: int = POINTS) -> Curve:
    """Return a run's history with about `most` points of each measure; what is not a number is left out."""
    values: dict[str, dict[int, float]] = {}
    for place, evaluation in enumerate(record.history):
        for name, value in evaluation.measures.items():
            if math.isfinite(value):
                values.setdefault(name, {})[place] = value
    kept = sorted({place for series in values.values() for place in _kept(series, most)})
    return Curve(
        epochs=[record.history[place].epoch for place in kept],
        seconds=[_short(record.history[place].seconds) for place in kept],
        measures={
            name: [_short(series[place]) if place in series else None for place in kept]
            for name, series in values.items()
        },
        of=len(set().union(*values.values())),
    )


def _kept(series: Mapping[int, float], most: int) -> set[int]:
    places = list(series)
    if len(places) <= most:
        return set(places)
    even = {places[round(step * (len(places) - 1) / (most - 1))] for step in range(most)}
    return even | {min(places, key=series.__getitem__), max(places, key=series.__getitem__)}


def _short(value: float) -> float:
    """Return a number with as many digits as a drawing can use.

    >>> _short(0.123456789), _short(0.999999), _short(1234.5678)
    (0.123457, 0.999999, 1234.57)
    """
    return float(f"{value:.6g}")
