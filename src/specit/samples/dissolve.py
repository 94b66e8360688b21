"""Do pictures along a path in latent space dissolve into each other, or do their pieces move? Of any pictures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

APART = 0.5
"""Two pictures have become different enough to ask once their squared difference is this share of what it would be if
they had nothing in common."""
PIECES = 8
"""A piece that may move is 1/8 of the canvas' smaller side wide and high, and moves as far."""
SMALLEST = 2
"""No piece has fewer pixels a side."""

Picture = NDArray[np.float32]


def dissolve(pictures: NDArray[Any]) -> float:
    """Return how far `pictures`, (T, C, H, W), dissolve into each other: 0 if pieces move, 1 if one fades into another.

    For every picture that lies halfway between two others which differ (each other's nearest such), two guesses are
    made from those two: their average, which is what a dissolve gives, and the picture laid together from pieces of
    either, each from wherever near its place it fits best. The answer is err_pieces / (err_pieces + err_average),
    errors squared and summed over all these pictures. NaN if no two pictures differ.

    >>> def frame(*row): return [[[*row] * 4]] * 1
    >>> fading = np.array([frame(a, 0, 0, 1 - a) for a in (0, 0.5, 1)], np.float32)
    >>> dissolve(fading)
    1.0
    >>> moving = np.zeros((3, 1, 8, 8), np.float32)
    >>> for t in range(3): moving[t, :, 2:6, 1 + t:3 + t] = 1
    >>> dissolve(moving)
    0.0
    """
    frames: Picture = pictures.astype(np.float32)
    pieces = average = 0.0
    for middle in range(1, len(frames) - 1):
        ends = _ends(frames, middle)
        if ends is None:
            continue
        here, before, after = frames[middle], frames[ends[0]], frames[ends[1]]
        average += float(((here - (before + after) / 2) ** 2).sum(dtype=np.float64))
        pieces += _laid_together(here, (before, after))
    return pieces / (pieces + average) if pieces + average > 0 else math.nan


def _ends(frames: Picture, middle: int) -> tuple[int, int] | None:
    """Return the nearest frames, as far before `middle` as after it, that differ from each other."""
    for step in range(1, min(middle, len(frames) - 1 - middle) + 1):
        before, after = frames[middle - step], frames[middle + step]
        apart = float(((before - after) ** 2).sum())
        if apart > 1e-6 * before.size and apart >= APART * before.size * float(before.var() + after.var()):
            return middle - step, middle + step
    return None


def _laid_together(here: Picture, ends: tuple[Picture, ...]) -> float:
    """Return the squared error of `here`, (C, H, W), laid together from pieces of the ends."""
    size = max(min(here.shape[1:]) // PIECES, SMALLEST)
    rows, columns = (np.arange(0, length, size) for length in here.shape[1:])
    best = np.full((len(rows), len(columns)), np.inf)
    height, width = here.shape[1:]
    for end in ends:
        wide = np.pad(end, ((0, 0), (size, size), (size, size)), mode="edge")
        for down in range(2 * size + 1):
            for right in range(2 * size + 1):
                error = ((here - wide[:, down : down + height, right : right + width]) ** 2).sum(0)
                summed = np.add.reduceat(np.add.reduceat(error, rows, 0), columns, 1)
                np.minimum(best, summed, out=best)
    return float(best.sum())
