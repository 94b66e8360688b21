"""The statistics that verdicts rest on: thin wrappers around SciPy, the same numbers on every call."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import fmean, variance
from typing import Any, NamedTuple

import numpy as np
from scipy import special, stats

_CONFIDENCE = 0.95
LEVEL = 0.025
"""How often an interval lies wholly on the wrong side of a bound, by chance: half of what it leaves out."""
MOST_SEEDS = 1000
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


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Return Student's interval of the mean behind some values; None with fewer than two of them.

    >>> low, high = mean_interval([0.84, 0.86, 0.88])
    >>> round(low, 3), round(high, 3)
    (0.81, 0.91)
    """
    if len(values) < 2:
        return None
    mean, error = fmean(values), _error(values)
    half = _quantile(1 - LEVEL, len(values) - 1) * error
    return Interval(mean - half, mean + half)


def difference_interval(
    over: Sequence[float], under: Sequence[float], *, paired: bool, confidence: float = _CONFIDENCE
) -> Interval | None:
    """Return the interval of the mean of `over` less that of `under`: Welch's, or Student's of the paired differences.

    None with fewer than two values on a side. Paired values stand in the same order.

    >>> low, high = difference_interval([3, 4, 5], [1, 2, 3], paired=False)
    >>> round(low, 2), round(high, 2)
    (-0.27, 4.27)
    """
    if min(len(over), len(under)) < 2:
        return None
    half = _quantile(0.5 + confidence / 2, _freedom(over, under, paired)) * _spread(over, under, paired)
    difference = fmean(over) - fmean(under)
    return Interval(difference - half, difference + half)


def chance_of(over: Sequence[float], under: Sequence[float], *, by: float, paired: bool) -> float:
    """Return how often labels dealt at random make `over` exceed `under` by as much more than `by`: a permutation test.

    Every dealing is tried where there are few, else 9,999 of them; of paired values the sides of each pair change.

    >>> round(chance_of([5, 6, 7, 8], [1, 2, 3, 4], by=0, paired=False), 4)
    0.0143
    """
    found = stats.permutation_test(
        (np.asarray(over, float) - by, np.asarray(under, float)),
        _difference,
        permutation_type="samples" if paired else "independent",
        vectorized=True,
        n_resamples=_RESAMPLES,
        alternative="greater",
        rng=np.random.default_rng(_SEED),
    )
    return float(found.pvalue)


def effect_size(over: Sequence[float], under: Sequence[float]) -> float | None:
    """Return Hedges' g: the difference of the means in pooled standard deviations, corrected for few values.

    None where nothing varies.

    >>> round(effect_size([3, 4, 5], [1, 2, 3]), 2)
    1.6
    """
    a, b = len(over), len(under)
    if a + b < 3:
        return None
    pooled = math.sqrt(((a - 1) * _variance(over) + (b - 1) * _variance(under)) / (a + b - 2))
    if pooled == 0:
        return None
    return (fmean(over) - fmean(under)) / pooled * (1 - 3 / (4 * (a + b) - 9))


def seeds_to_tell(deviation: float, distance: float, *, sides: int = 1, confidence: float = _CONFIDENCE) -> int | None:
    """Return how many seeds make an interval of that standard deviation narrower than a distance on either side.

    `sides`: 2 where each of two arms has as many seeds. None: more than 1,000.

    >>> seeds_to_tell(0.02, 0.01), seeds_to_tell(0.02, 0.0)
    (18, None)
    """
    n = np.arange(2, MOST_SEEDS + 1)
    half = _quantiles(0.5 + confidence / 2, sides) * deviation / np.sqrt(n)
    enough = n[half < distance]
    return int(enough[0]) if enough.size else None


def deviation(values: Sequence[float]) -> float:
    """Return the standard deviation behind some values."""
    return math.sqrt(_variance(values))


@lru_cache
def _quantiles(share: float, sides: int) -> Any:
    """Return Student's quantile for every number of seeds up to 1,000."""
    return special.stdtrit(sides * (np.arange(2, MOST_SEEDS + 1) - 1), share)


def _quantile(share: float, freedom: float) -> float:
    """Return Student's quantile: what `stats.t.ppf` returns, without what it does for any distribution."""
    return float(special.stdtrit(freedom, share))


def _variance(values: Sequence[float]) -> float:
    return _exact_variance(tuple(values)) if len(values) > 1 else 0.0


@lru_cache(maxsize=16)  # asked for again by everything that is said of the same values
def _exact_variance(values: tuple[float, ...]) -> float:
    """Return what `statistics.variance` returns, which is exact: in integers, a tenth of the time it takes."""
    if not all(map(math.isfinite, values)):
        return variance(values)
    parts = [value.as_integer_ratio() for value in values]
    n, scale = len(parts), max(below for _, below in parts)  # powers of two: the greatest is a multiple of all
    whole = [above * (scale // below) for above, below in parts]
    return (n * sum(one * one for one in whole) - sum(whole) ** 2) / (n * (n - 1) * scale * scale)


def _error(values: Sequence[float]) -> float:
    return math.sqrt(_variance(values) / len(values))


def _spread(over: Sequence[float], under: Sequence[float], paired: bool) -> float:
    """Return the standard error of the difference."""
    if paired:
        return _error([a - b for a, b in zip(over, under, strict=True)])
    return math.hypot(_error(over), _error(under))


def _freedom(over: Sequence[float], under: Sequence[float], paired: bool) -> float:
    """Return the degrees of freedom of its interval: Welch's and Satterthwaite's where nothing is paired."""
    if paired:
        return len(over) - 1
    parts = [(_error(side) ** 2, len(side) - 1) for side in (over, under)]
    total = sum(part for part, _ in parts)
    return total**2 / sum(part**2 / free for part, free in parts) if total else min(free for _, free in parts)


def _difference(over: Any, under: Any, axis: int = -1) -> Any:
    return np.mean(over, axis=axis) - np.mean(under, axis=axis)


def _ratio(over: Any, under: Any, axis: int = -1) -> Any:
    return np.median(over, axis=axis) / np.median(under, axis=axis)
