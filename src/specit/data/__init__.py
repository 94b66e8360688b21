"""Data sets and splits, made from what a lock states. NumPy only."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError
from specit.spec.datasets import ImageFolder, Lsun, NotSoClevr, SortOfClevr
from specit.spec.lock import Lock
from specit.spec.training import Adversarial, Variational

from . import image_files, not_so_clevr, sort_of_clevr
from .examples import Examples as Examples
from .pictures import Pictures as Pictures
from .splits import in_test, used

Made = TypeVar("Made", bound=Examples | Pictures)


def make_data(lock: Lock) -> Examples | Pictures:
    """Make what the stated procedure learns from: pictures where it learns to make some, else labelled examples.

    Bit-identical each time. A `SpecItError` if the spec states a fingerprint that they have not.
    """
    return _checked(lock, data_of(lock))


def make_examples(lock: Lock) -> Examples:
    """Make the labelled examples that a lock states, as `make_data` does."""
    return _checked(lock, examples_of(lock))


def _checked(lock: Lock, made: Made) -> Made:
    stated = lock.data and lock.data.fingerprint
    if stated and stated.written != (found := made.fingerprint()):
        raise SpecItError(
            f"The data are not those that are stated: their fingerprint is stated as {stated.written}, and what is "
            f"made here has {found}.",
            at=stated.mark,
        )
    return made


def data_of(lock: Lock) -> Examples | Pictures:
    """Make what `make_data` does, whatever fingerprint it should have."""
    learns_pictures = lock.training is not None and isinstance(lock.training[1], Adversarial | Variational)
    return pictures_of(lock) if learns_pictures else examples_of(lock)


def pictures_of(lock: Lock) -> Pictures:
    """Make, or read, the pictures that a lock states."""
    stated, split = lock.dataset[1], lock.split[1]
    match stated:
        case NotSoClevr():
            return not_so_clevr.pictures(stated, split)
        case SortOfClevr():
            return sort_of_clevr.pictures(stated, split)
        case ImageFolder() | Lsun():
            return image_files.pictures(stated, split)


def examples_of(lock: Lock) -> Examples:
    """Make the labelled examples that a lock states."""
    stated, split = lock.labelled, lock.split[1]
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
    stated = lock.labelled
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
