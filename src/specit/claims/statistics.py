"""The statistics that verdicts rest on: thin wrappers around SciPy, the same numbers on every call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

_CONFIDENCE = 0.95
_RESAMPLES = 9999
_SEED = 20180709


class Interval(NamedTuple):
    """The two ends of a 95 % confidence interval."""

    low: float
    high: float


def success_rate(successes: int, trials: int) -> Interval:
    """Return Wilson's interval for the rate behind `successes` of `trials`.

    >>> low, high = success_rate(5, 5)
    >>> round(low, 4), round(high, 4)
    (0.5655, 1.0)
    """
    found = stats.binomtest(successes, trials).proportion_ci(confidence_level=_CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def ratio_of_medians(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of `over` divided by that of `under`.

    >>> ratio_of_medians([10, 30, 20], [4, 4])
    5.0
    """
    return float(_ratio(np.asarray(over, float), np.asarray(under, float)))


def ratio_interval(over: Sequence[float], under: Sequence[float]) -> Interval | None:
    """Return the bootstrap interval of `ratio_of_medians`; None with fewer than two values on a side.

    Both sides are drawn anew independently. The percentile method, because the corrected ones are undefined
    for the medians of a few values.
    """
    if min(len(over), len(under)) < 2:
        return None
    found = stats.bootstrap(
        (np.asarray(over, float), np.asarray(under, float)),
        _ratio,
        paired=False,
        vectorized=True,
        n_resamples=_RESAMPLES,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def _ratio(over: Any, under: Any, axis: int = -1) -> Any:
    return np.median(over, axis=axis) / np.median(under, axis=axis)
