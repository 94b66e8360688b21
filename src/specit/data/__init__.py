"""Data sets and splits, made from what a lock states. NumPy only."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError
from specit.spec.datasets import NotSoClevr
from specit.spec.lock import Lock

from . import not_so_clevr
from .examples import Examples as Examples
from .splits import in_test, used


def make_examples(lock: Lock) -> Examples:
    """Make the examples that a lock states, bit-identical each time.

    A `SpecItError` if the spec states a fingerprint that they have not.
    """
    examples = examples_of(lock)
    stated = lock.data and lock.data.fingerprint
    if stated and stated.written != (made := examples.fingerprint()):
        raise SpecItError(
            f"The data are not those that are stated: their fingerprint is stated as {stated.written}, and what is "
            f"made here has {made}.",
            at=stated.mark,
        )
    return examples


def examples_of(lock: Lock) -> Examples:
    """Make the examples that a lock states, whatever fingerprint they should have."""
    stated, split = lock.dataset[1], lock.split[1]
    everywhere = not_so_clevr.centres(stated)
    places = used(split, everywhere)
    return Examples(
        inputs=_at(places, _INPUTS[stated.input](stated)),
        targets=_at(places, make_targets(stated, stated.target)),
        in_test=in_test(split, everywhere),
        centres=everywhere[places],
        canvas=stated.canvas,
    )


def targets_of(lock: Lock, target: str) -> NDArray[Any]:
    """Make what outputs are compared with, for every example that a lock uses: its own target, or another one."""
    stated = lock.dataset[1]
    return _at(used(lock.split[1], not_so_clevr.centres(stated)), make_targets(stated, target))


def make_targets(stated: NotSoClevr, target: str) -> NDArray[Any]:
    """Make what outputs are compared with, for every example of a data set: its own target, or another one."""
    return _TARGETS[target](stated)


def _at(places: NDArray[np.intp], array: NDArray[Any]) -> NDArray[Any]:
    """Return an array at some places: itself where these are all, for it may be large."""
    return array if len(places) == len(array) else array[places]


_INPUTS: dict[str, Callable[[NotSoClevr], NDArray[Any]]] = {
    "coordinates": not_so_clevr.coordinates,
    "latent": not_so_clevr.latents,
    "one_hot": not_so_clevr.one_hot,
    "bump": not_so_clevr.bumps,
    "square": not_so_clevr.squares,
}
_TARGETS: dict[str, Callable[[NotSoClevr], NDArray[Any]]] = {
    "one_hot": not_so_clevr.positions,
    "square": not_so_clevr.squares,
    "coordinates": not_so_clevr.coordinates,
}
