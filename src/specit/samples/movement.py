"""Has what changed between two pictures moved, or has one picture faded into the other?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

APART = 0.25
"""Two pictures have become different enough to ask once their intersection over union is below this."""


def shifted(plane: NDArray[np.float32], by: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return `plane` (H, W) moved by (x, y) pixels, in between pixels linearly; what comes in is 0.

    >>> shifted(np.array([[0, 1, 0, 0]], np.float32), np.array([1.5, 0.0])).tolist()
    [[0.0, 0.0, 0.5, 0.5]]
    """
    moved: NDArray[np.float32] = ndimage.shift(plane, (by[1], by[0]), order=1, mode="constant", prefilter=False)
    return moved


def cross_fade(planes: NDArray[np.float32], centres: NDArray[np.floating]) -> float:
    """Return how far one colour cross-fades along a path rather than moves: `planes` (T, H, W) of its amounts.

    For every frame that lies halfway between two others which differ (each other's nearest such), two guesses are
    made from those two: their average, which is what a cross-fade gives, and the object moved to the frame's own
    centre, the (x, y) in `centres` (T, 2). The answer is err_moved / (err_moved + err_average), errors squared and
    summed over all these frames: 0 is motion, 1 a cross-fade; lower is better. NaN if the object never gets to
    another place.

    >>> def frame(a, b): return [[a, a, a, 0, 0, b, b, b]]
    >>> fading = np.array([frame(1, 0), frame(0.5, 0.5), frame(0, 1)], np.float32)
    >>> cross_fade(fading, np.array([[1, 0], [1, 0], [6, 0]]))
    1.0
    >>> moving = np.array([[[1, 1, 0, 0, 0, 0]], [[0, 0, 1, 1, 0, 0]], [[0, 0, 0, 0, 1, 1]]], np.float32)
    >>> cross_fade(moving, np.array([[0.5, 0], [2.5, 0], [4.5, 0]]))
    0.0
    """
    moved = faded = 0.0
    for middle in range(1, len(planes) - 1):
        ends = _ends(planes, middle)
        if ends is None or not np.isfinite(centres[[middle, *ends]]).all():
            continue
        here = planes[middle]
        faded += float(((here - (planes[ends[0]] + planes[ends[1]]) / 2) ** 2).sum())
        # From either end; the better one, because an object may be covered in one of them.
        moved += min(float(((here - shifted(planes[end], centres[middle] - centres[end])) ** 2).sum()) for end in ends)
    return moved / (moved + faded) if moved + faded > 0 else math.nan


def _ends(planes: NDArray[np.float32], middle: int) -> tuple[int, int] | None:
    """Return the nearest frames, as far before `middle` as after it, that differ from each other."""
    for step in range(1, min(middle, len(planes) - 1 - middle) + 1):
        before, after = planes[middle - step], planes[middle + step]
        if np.minimum(before, after).sum() < APART * np.maximum(before, after).sum():
            return middle - step, middle + step
    return None
