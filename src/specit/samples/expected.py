"""What every picture ought to show: what the measures are relative to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError


class Expected(NamedTuple):
    """Pictures on a white canvas with one object of each colour, each of any one of the shapes."""

    colours: Sequence[tuple[int, int, int]]
    """Red, green and blue of every object, of 255."""
    masks: NDArray[np.bool_]
    """(shapes, h, w), h and w odd: the pixels of a whole object about its centre."""
    range: tuple[float, float]
    """The numbers that stand for black and for full brightness."""

    @property
    def least_area(self) -> int:
        """Return the pixels of the smallest whole object."""
        return int(self.masks.sum((1, 2)).min())


def checked(pictures: NDArray[Any]) -> NDArray[Any]:
    """Return `pictures` if they are (N, 3, H, W), at least one of them, and all numbers are finite.

    A `SpecItError` says what is wrong.
    """
    if pictures.ndim != 4 or pictures.shape[1] != 3:
        raise SpecItError(
            f"Pictures with red, green and blue are needed, (N, 3, H, W), and these have the shape {pictures.shape}."
        )
    if not len(pictures):
        raise SpecItError("There are no pictures to measure.")
    if pictures.dtype.kind not in "fui":
        raise SpecItError(f"Pictures are numbers, and these are kept as {pictures.dtype}.")
    fine = np.isfinite(pictures.sum((1, 2, 3), dtype=np.float64))
    if not fine.all():
        raise SpecItError(
            f"Picture {int(np.argmin(fine))} of {len(pictures)} holds numbers that are not finite "
            f"({int((~fine).sum())} pictures do); nothing can be measured of it."
        )
    return pictures
