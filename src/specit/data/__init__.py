"""Data sets and splits, made from what a lock states. NumPy only."""

from specit.spec.lock import Lock

from . import not_so_clevr
from .examples import Examples as Examples
from .splits import in_test


def make_examples(lock: Lock) -> Examples:
    """Make the examples that a lock states, bit-identical each time."""
    stated = lock.dataset[1]
    places = not_so_clevr.centres(stated)
    return Examples(
        inputs=not_so_clevr.coordinates(stated),
        targets=not_so_clevr.positions(stated),
        in_test=in_test(lock.split[1], places),
        centres=places,
        canvas=stated.canvas,
    )
