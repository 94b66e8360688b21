"""How much of each colour a pixel has: the segmentation by colour that every measure of objects starts from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .expected import Expected

FAINT = 0.1
"""Up to this amount a pixel counts as white: a canvas that is not quite white is no object."""
WIDEST = 30.0
"""A colour holds within at most this many degrees, seen from white: red and blue are 60 degrees apart."""


def amounts(pictures: NDArray[Any], expected: Expected) -> NDArray[np.float32]:
    """Return how much of each colour every pixel has, (N, C, H, W), from `pictures` (N, 3, H, W).

    0 is white, 1 the full colour, ½ halfway between: so a colour that fades still counts as that colour, only less.
    What leads away from white in another direction (black, another colour) is no amount of any. At most one colour
    has an amount at a pixel. Up to `FAINT` nothing counts, from twice that on everything.

    >>> expected = Expected([(0, 0, 255), (255, 0, 0)], np.ones((1, 3, 3), bool), (0.0, 1.0))
    >>> pixels = np.array([[1, 1, 1], [1, 0, 0], [1, 0.5, 0.5], [0.2, 0.2, 1], [0, 0, 0], [0.95, 0.95, 1]])
    >>> amounts(pixels.T.reshape(1, 3, 1, 6), expected)[0, :, 0].round(2).tolist()
    [[0.0, 0.0, 0.0, 0.800000011920929, 0.0, 0.0], [0.0, 1.0, 0.5, 0.0, 0.0, 0.0]]
    """
    black, bright = expected.range
    ink = np.clip((np.float32(bright) - pictures.astype(np.float32)) / np.float32(bright - black), 0, 1)
    away = np.array([[1 - part / 255 for part in colour] for colour in expected.colours], dtype=np.float32)
    lengths = np.sqrt((away**2).sum(1))
    least_cosine = np.float32(math.cos(_half_angle(away)))
    along = np.einsum("nkhw,ck->nchw", ink, away)
    length = np.sqrt(np.einsum("nkhw,nkhw->nhw", ink, ink))[:, None]
    amount = along / (lengths**2)[:, None, None]
    amount[along < least_cosine * length * lengths[:, None, None]] = 0
    np.minimum(amount, 2 * (amount - FAINT), out=amount)
    np.clip(amount, 0, 1, out=amount)
    found: NDArray[np.float32] = amount
    return found


def _half_angle(away: NDArray[np.float32]) -> float:
    """Return the angle (radians) within which a colour's direction holds, so that no two colours hold together."""
    units = away / np.sqrt((away**2).sum(1, keepdims=True))
    angles = [math.acos(float(units[i] @ units[j])) for i in range(len(units)) for j in range(i)]
    return min([math.radians(WIDEST), *(angle / 2 for angle in angles)])
