"""How many examples there are to train with, known without making them."""

from __future__ import annotations

import numpy as np

from specit.spec.data import Data
from specit.spec.datasets import NotSoClevr, SortOfClevr

from . import not_so_clevr, sort_of_clevr
from .splits import in_test


def training_examples(data: Data) -> int:
    """Return how many training examples there are; 0 where only reading all files would tell."""
    dataset, split = data.dataset[1], data.split[1]
    match dataset:
        case NotSoClevr():
            centres = not_so_clevr.centres(dataset)
        case SortOfClevr():
            centres = sort_of_clevr.places(dataset)
        case _:
            centres = np.zeros((dataset.images or 0, 2), dtype=np.int16)
    return int(np.count_nonzero(~in_test(split, centres))) if len(centres) else 0
