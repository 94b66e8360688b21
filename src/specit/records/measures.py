"""The value of any measure of a run, read or derived from its history."""

from __future__ import annotations

import math
from typing import Literal

from specit.errors import SpecItError, nearest
from specit.spec.claims import Tolerance
from specit.spec.measures import MEASURES, Measure

from .record import Record

_PERFECT = 1.0
_ROUNDING = 1e-9  # 0.9 + 0.04 is not quite 0.94: so small a difference decides nothing


def value(record: Record, measure: str, *, at: Literal["best", "final"] = "best") -> float | None:
    """Return a measure of a run at its best or its last evaluation; None where the run has no such value.

    Times and parameter counts have one value a run. A value that is not a number counts as none.
    """
    known = _measure(measure)
    match measure:
        case "parameters":
            return float(record.parameters)
        case "seconds":
            return record.history[-1].seconds if record.history else None
        case "seconds_to_best" | "seconds_to_best_iou":
            source = _timed(measure)
            best = value(record, source)
            return None if best is None else _seconds_to(record, source, best)
        case "seconds_to_perfect":
            return _seconds_to(record, _timed(measure), _PERFECT)
    moments = reversed(record.history) if at == "final" else record.history
    numbers = (got for e in moments if (got := e.measures.get(measure, math.nan)) == got)  # all but NaN
    if at == "final":
        return next(numbers, None)
    return max(numbers, default=None) if known.better == "higher" else min(numbers, default=None)


def measured(record: Record, measure: str) -> bool:
    """Return whether the run ever took this measure, so that a missing value says something about the run."""
    if measure == "parameters":
        return True
    if measure == "seconds":
        return bool(record.history)
    source = _timed(measure) if measure.startswith("seconds_to_") else measure
    return any(source in e.measures for e in reversed(record.history))


def better_than(number: float, bound: float, measure: str) -> bool:
    """Return whether a value is strictly better than a bound, by more than rounding.

    >>> better_than(0.87, 0.86, "test_accuracy"), better_than(0.9 + 0.04, 0.94, "test_accuracy")
    (True, False)
    >>> better_than(0.5, 2.0, "test_euclidean")
    True
    """
    gain = number - bound if _measure(measure).better == "higher" else bound - number
    return gain > _ROUNDING * max(1.0, abs(bound))


def reaches(record: Record, measure: str, target: float, tolerance: Tolerance) -> bool:
    """Return whether the run's best value is as good as `target`, or within the tolerance of it."""
    best = value(record, measure)
    return best is not None and not better_than(least_good(measure, target, tolerance), best, measure)


def least_good(measure: str, target: float, tolerance: Tolerance) -> float:
    """Return the least good value that still counts as `target`.

    >>> least_good("test_accuracy", 1.0, Tolerance(absolute=0.25, because="an example"))
    0.75
    """
    higher = _measure(measure).better == "higher"
    return tolerance.least(target) if higher else tolerance.most(target)


def _timed(measure: str) -> str:
    """Return the measure whose progress a time tells of."""
    return "test_iou" if measure.endswith("_iou") else "test_accuracy"


def _seconds_to(record: Record, measure: str, target: float) -> float | None:
    """Return the time of the first evaluation that was as high as `target`."""
    return next((e.seconds for e, reached in record.series(measure) if reached >= target), None)


def _measure(name: str) -> Measure:
    if name not in MEASURES:
        raise SpecItError(f"Nothing records the measure '{name}'; {nearest(name, MEASURES)}.")
    return MEASURES[name]
