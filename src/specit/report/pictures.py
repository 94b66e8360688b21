"""Pictures side by side in one: small enough for a page, each with an edge that is seen on white and on black."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

LARGEST = 64
"""How many pixels a side of a picture has at most where many stand side by side."""
EDGE = (128, 128, 128, 64)
"""Red, green, blue and opacity of the line around a picture."""


def upright(pictures: NDArray[Any]) -> Bytes:
    """Return (..., C, H, W) bytes as (..., H, W, 3); what has one channel is grey.

    >>> upright(np.full((2, 1, 4, 6), 7, np.uint8)).shape
    (2, 4, 6, 3)
    """
    last = np.moveaxis(pictures, -3, -1)
    shape = (*last.shape[:-1], 3)
    return np.ascontiguousarray(np.broadcast_to(last, shape) if last.shape[-1] == 1 else last[..., :3])


def reduction(height: int, width: int) -> int:
    """Return how many pixels of a side become one, so that the longer side has `LARGEST` at most.

    >>> reduction(64, 64), reduction(64, 65), reduction(256, 200)
    (1, 2, 4)
    """
    return math.ceil(max(height, width) / LARGEST)


def reduced(pictures: Bytes) -> Bytes:
    """Return (..., H, W, 3) with each block of pixels averaged into one, where they are larger than `LARGEST`.

    >>> reduced(np.zeros((5, 100, 129, 3), np.uint8)).shape
    (5, 34, 43, 3)
    """
    *several, height, width, channels = pictures.shape
    factor = reduction(height, width)
    if factor == 1:
        return pictures
    rest = [(0, 0)] * len(several) + [(0, -height % factor), (0, -width % factor), (0, 0)]
    whole = np.pad(pictures, rest, mode="edge")
    blocks = whole.reshape(*several, whole.shape[-3] // factor, factor, whole.shape[-2] // factor, factor, channels)
    found: Bytes = blocks.mean((-4, -2)).round().astype(np.uint8)
    return found


def edge_for(height: int, width: int) -> int:
    """Return how wide the line around a picture must be to be seen where the picture is drawn small.

    >>> edge_for(16, 16), edge_for(64, 64)
    (1, 2)
    """
    return max(1, min(height, width) // 32)


def columns_for(number: int, height: int, width: int) -> int:
    """Return how many columns make a sheet of so many pictures about square.

    >>> columns_for(36, 64, 64), columns_for(36, 32, 64), columns_for(1, 64, 64)
    (6, 5, 1)
    """
    return min(number, math.ceil(math.sqrt(number * height / width)))


def sheet(pictures: Bytes, columns: int, edge: int = 1) -> Bytes:
    """Return (N, H, W, 3) pictures row by row in one, (h, w, 4), with a line around each; what is over is clear.

    >>> sheet(np.zeros((3, 16, 20, 3), np.uint8), 2).shape
    (35, 43, 4)
    """
    number, height, width, _ = pictures.shape
    down, across = height + edge, width + edge
    rows = math.ceil(number / columns)
    made = np.zeros((rows * down + edge, columns * across + edge, 4), np.uint8)
    for place in range(number):
        y, x = place // columns * down, place % columns * across
        made[y : y + down + edge, x : x + across + edge] = EDGE
    for place, picture in enumerate(pictures):
        y, x = place // columns * down + edge, place % columns * across + edge
        made[y : y + height, x : x + width, :3] = picture
        made[y : y + height, x : x + width, 3] = 255
    return made
