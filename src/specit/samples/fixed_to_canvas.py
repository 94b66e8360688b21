"""What in a sequence of pictures does not move with the objects."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .expected import Expected
from .movement import shifted

BORDER = 2
"""So many pixels around a whole object still belong to it, for what is blurred."""


def fixed_to_canvas(
    pictures: NDArray[Any], planes: NDArray[np.float32], centres: NDArray[np.floating], expected: Expected
) -> tuple[float, float]:
    """Explain T `pictures` (T, 3, H, W) as objects that move over white, and return what remains, as two numbers.

    `planes` (T, C, H, W) are the amounts of their colours, `centres` (T, C, 2) where the objects are (x, y). Each
    object's looks are averaged over the path, about its centre, and laid back at its centre in every picture, later
    colours over earlier ones. Of what then remains, in [0, 1] a channel:

    - the share of the pixels' variance in time that it has: 0 if motion explains all that changes; NaN if nothing
      changes;
    - the mean over time at each pixel, squared and summed, as a share of the objects' own squares: what stands still
      on the canvas. 0 if there is nothing but objects, NaN if there are no objects.
    """
    black, bright = expected.range
    ink = ((np.float32(bright) - pictures.astype(np.float32)) / np.float32(bright - black)).astype(np.float32)
    explained = np.zeros_like(ink)
    for index, colour in enumerate(expected.colours):
        away = np.array([1 - part / 255 for part in colour], dtype=np.float32)
        cover = _moved_about(planes[:, index], centres[:, index], expected.masks.shape[1:])[:, None]
        explained = explained * (1 - cover) + cover * away[:, None, None]
    rest = ink - explained
    variance = float(ink.var(0, dtype=np.float64).sum())
    own = float((explained.astype(np.float64) ** 2).sum() / len(ink))
    still = float((rest.mean(0, dtype=np.float64) ** 2).sum())
    left = float(rest.var(0, dtype=np.float64).sum())
    return left / variance if variance > 1e-6 else math.nan, still / own if own > 0 else math.nan


def _moved_about(
    planes: NDArray[np.float32], centres: NDArray[np.floating], size: tuple[int, ...]
) -> NDArray[np.float32]:
    """Return (T, H, W): one object's looks, the same in all frames, at its place in each; 0 where it is missing."""
    height, width = planes.shape[1:]
    middle = np.array([width // 2, height // 2], float)
    there = np.nonzero(np.isfinite(centres).all(1))[0]
    cover = np.zeros_like(planes)
    if not len(there):
        return cover
    looks = np.mean([shifted(planes[t], middle - centres[t]) for t in there], axis=0)
    rows, columns = (
        np.abs(np.arange(n) - n // 2) <= k // 2 + BORDER for n, k in zip((height, width), size, strict=True)
    )
    looks *= rows[:, None] & columns
    for t in there:
        cover[t] = shifted(looks, centres[t] - middle)
    return cover
