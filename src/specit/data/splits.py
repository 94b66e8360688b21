"""Which examples are used, and which of them are for testing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError
from specit.spec.datasets import Bernoulli, Everything, Fraction, Quadrant, Split, WithinTrain


def used(split: Split, centres: NDArray[np.int16]) -> NDArray[np.intp]:
    """Return the places in the data set of the examples that are trained or tested with, in order.

    All of them, but for a split within the training examples of another, which leaves out its test examples.
    """
    if isinstance(split, WithinTrain):
        return np.flatnonzero(~in_test(split.of.split, centres))
    return np.arange(len(centres))


def in_test(split: Split, centres: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Return which of the examples that are `used` are test examples, a bool for each.

    `centres` (N, 2) are the (x, y) of the whole data set, or (N, objects, 2): then a picture is in a quadrant if any of
    its objects is. Neither part may be empty, unless the split says so.
    """
    chosen: NDArray[np.bool_]
    match split:
        case Bernoulli(test=share, seed=seed):
            chosen = np.random.RandomState(seed).random_sample(len(centres)) < share
        case Fraction(test=share, seed=seed):
            first = np.random.RandomState(seed).permutation(len(centres))[: round(share * len(centres))]
            chosen = np.isin(np.arange(len(centres)), first)
        case Quadrant(x_over=x_over, y_over=y_over):
            inside = (centres[..., 0] > x_over) & (centres[..., 1] > y_over)
            chosen = np.any(inside.reshape(len(centres), -1), axis=1)
        case Everything():
            return np.zeros(len(centres), dtype=bool)
        case WithinTrain(again=again):
            return in_test(again.split, centres[used(split, centres)])
    if chosen.all() or not chosen.any():
        empty = "training" if chosen.all() else "test"
        raise SpecItError(f"The split {type(split).__name__.lower()} leaves no {empty} examples of {len(centres)}.")
    return chosen
