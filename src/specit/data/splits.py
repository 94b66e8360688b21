"""Which examples are for testing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError
from specit.spec.datasets import Bernoulli, Fraction, Quadrant


def in_test(split: Bernoulli | Fraction | Quadrant, centres: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Return which of the examples with these (x, y) centres are test examples, (N,) bool.

    Neither part may be empty.
    """
    match split:
        case Bernoulli(test=share, seed=seed):
            chosen = np.random.RandomState(seed).random_sample(len(centres)) < share
        case Fraction(test=share, seed=seed):
            first = np.random.RandomState(seed).permutation(len(centres))[: round(share * len(centres))]
            chosen = np.isin(np.arange(len(centres)), first)
        case Quadrant(x_over=x_over, y_over=y_over):
            chosen = (centres[:, 0] > x_over) & (centres[:, 1] > y_over)
    if chosen.all() or not chosen.any():
        empty = "training" if chosen.all() else "test"
        raise SpecItError(f"The split {type(split).__name__.lower()} leaves no {empty} examples of {len(centres)}.")
    return chosen
