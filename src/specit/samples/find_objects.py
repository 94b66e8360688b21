"""The objects in a picture, found by colour, and a word for each: missing, whole, doubled, faded or torn."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError

from .amounts import amounts
from .expected import Expected, checked
from .match import match
from .pieces import find_pieces

VERDICTS = ("missing", "whole", "doubled", "faded", "torn")
"""What can be said of an object; `broken` is faded or torn."""
MISSING, WHOLE, DOUBLED, FADED, TORN = range(5)

MISSING_BELOW = 0.2
"""Of the smallest whole object's mass: with less than this there is no object."""
SPECK = 0.05
"""Of the smallest whole object's area: what is smaller is no piece."""
DOUBLED_FROM = 1.5
"""Of the area of the shape that fits best: from here on there is half an object too much."""
FADED_BELOW = 0.75
"""An object of less strength is faded."""
WHOLE_FROM = 0.8
"""From this intersection over union with a shape on, an object is whole."""
AT_ONCE = 128
"""How many pictures are looked at together: what they need stays in a cache."""


class Found(NamedTuple):
    """What N pictures show of each of C colours; fields are (N, C) unless they say otherwise."""

    verdicts: NDArray[np.int8]
    """Which of `VERDICTS`."""
    centres: NDArray[np.float64]
    """(N, C, 2): the centroid (x, y) of the largest piece in pixels, NaN where the object is missing."""
    pieces: NDArray[np.int64]
    """How many connected pieces, specks aside: 1 in a good picture, unless another object cuts one off."""
    mass: NDArray[np.float64]
    """The colour's amount, summed over all pixels and divided by the smallest whole object's: goes to 0 as it fades."""
    strength: NDArray[np.float64]
    """How full the colour is where it is, in [0, 1]: Σa² / Σa. Real objects have 1, half-faded ones ½."""
    area: NDArray[np.float64]
    """The colour's area, (Σa)² / Σa², divided by that of the shape which fits best: 1 is right, 2 is two of them."""
    wholeness: NDArray[np.float64]
    """Intersection over union with the best fitting shape at full strength, in [0, 1]; higher is better."""

    def share(self, *verdicts: int) -> NDArray[np.float64]:
        """Return for each colour in which share of the pictures any of `verdicts` holds, (C,)."""
        shares: NDArray[np.float64] = np.isin(self.verdicts, verdicts).mean(0)
        return shares

    def good(self) -> float:
        """Return the share of pictures in which every object is whole; higher is better."""
        return float((self.verdicts == WHOLE).all(1).mean())


def find_objects(pictures: NDArray[Any], expected: Expected) -> Found:
    """Find the object of each colour in every one of `pictures`, (N, 3, H, W) in the expected range.

    A `SpecItError` for pictures that are not such, or smaller than an object.

    >>> mask = np.ones((1, 5, 5), bool)
    >>> expected = Expected([(255, 0, 0)], mask, (0.0, 1.0))
    >>> pictures = np.ones((4, 3, 16, 16))
    >>> pictures[1, 1:, 3:8, 4:9] = 0  # one red square
    >>> pictures[2, 1:, 3:8, 4:9] = 0.6  # a faded one
    >>> pictures[3, 1:, 3:8, 1:6] = 0; pictures[3, 1:, 3:8, 9:14] = 0  # two
    >>> found = find_objects(pictures, expected)
    >>> [VERDICTS[verdict] for verdict in found.verdicts[:, 0]]
    ['missing', 'whole', 'faded', 'doubled']
    >>> found.centres[1].tolist(), found.strength[:, 0].round(2).tolist(), found.pieces[:, 0].tolist()
    ([[6.0, 5.0]], [0.0, 1.0, 0.4, 1.0], [0, 1, 1, 2])
    """
    pictures = checked(pictures)
    if pictures.shape[2] < expected.masks.shape[1] or pictures.shape[3] < expected.masks.shape[2]:
        raise SpecItError(
            f"Pictures of {pictures.shape[2:]} pixels have no room for an object of {expected.masks.shape[1:]}."
        )
    parts = [_some(pictures[start : start + AT_ONCE], expected) for start in range(0, len(pictures), AT_ONCE)]
    return Found(*(np.concatenate(field) for field in zip(*parts, strict=True)))


def _some(pictures: NDArray[Any], expected: Expected) -> Found:
    planes = amounts(pictures, expected)
    least = expected.least_area
    mass = planes.sum((2, 3), dtype=np.float64)
    squares = np.einsum("nchw,nchw->nc", planes, planes).astype(np.float64)
    strength = squares / np.maximum(mass, 1e-12)
    pieces = find_pieces(planes, SPECK * least)
    # A faded object is compared at full strength: how it has faded is said by `strength`, and only there.
    full = np.minimum(planes / np.maximum(strength, 1e-6).astype(np.float32)[:, :, None, None], np.float32(1))
    fit = match(full, expected.masks)
    area = mass / np.maximum(strength, 1e-12) / np.maximum(fit.area, 1)

    missing = (mass < MISSING_BELOW * least) | (pieces.number == 0)
    verdicts = np.select(
        [missing, area >= DOUBLED_FROM, strength < FADED_BELOW, fit.iou >= WHOLE_FROM],
        [MISSING, DOUBLED, FADED, WHOLE],
        TORN,
    ).astype(np.int8)
    centres = np.where(missing[:, :, None], np.nan, pieces.centres)
    return Found(verdicts, centres, pieces.number, mass / least, strength, area, fit.iou)
