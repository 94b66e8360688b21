"""Not-so-Clevr: one square at every fully visible place of a canvas (paper section 3; released code, data/)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specit.spec.datasets import NotSoClevr


def centres(stated: NotSoClevr) -> NDArray[np.int16]:
    """Return the (x, y) centre of every example, (N, 2): x (column) outside, y (row) inside, as released.

    >>> places = centres(NotSoClevr(canvas=(64, 64), square=9, input="coordinates", coordinates="raw",
    ...                             target="one_hot"))
    >>> len(places), places[0].tolist(), places[-1].tolist()
    (3136, [4, 4], [59, 59])
    """
    height, width = stated.canvas
    before = (stated.square - 1) // 2  # pixels of the square left of and above its centre
    after = stated.square - 1 - before
    x, y = np.meshgrid(np.arange(before, width - after), np.arange(before, height - after), indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.int16)


def coordinates(stated: NotSoClevr) -> NDArray[np.float32]:
    """Return what the network sees, (N, 2) as (x, y): pixel indices, or those scaled to [-1, 1]."""
    raw = centres(stated).astype(np.float64)
    if stated.coordinates == "raw":
        return raw.astype(np.float32)
    height, width = stated.canvas
    last = np.array([max(width - 1, 1), max(height - 1, 1)])
    scaled: NDArray[np.float32] = (raw / last * 2 - 1).astype(np.float32)
    return scaled


def positions(stated: NotSoClevr) -> NDArray[np.int64]:
    """Return the index of every centre in the flattened canvas, (N,): y · width + x."""
    places = centres(stated).astype(np.int64)
    return places[:, 1] * stated.canvas[1] + places[:, 0]


def images(stated: NotSoClevr) -> NDArray[np.uint8]:
    """Return the pictures, (N, height, width): 1 inside the square, 0 outside (white on black)."""
    height, width = stated.canvas
    before = (stated.square - 1) // 2
    places = centres(stated).astype(np.int64)

    def inside(centre: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
        first = centre[:, None] - before
        pixels = np.arange(size)[None]
        return (pixels >= first) & (pixels < first + stated.square)

    return (inside(places[:, 1], height)[:, :, None] & inside(places[:, 0], width)[:, None, :]).astype(np.uint8)
