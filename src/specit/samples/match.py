"""How well the whole of a colour in a picture is one object: the best overlap with an object's shape anywhere."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft

HIDDEN_AT_MOST = 0.2
"""Other colours may cover this share of an object before it counts against it: in real pictures they cover less."""


class Match(NamedTuple):
    """The best fit of a shape at a place; every field is (N, C)."""

    iou: NDArray[np.float64]
    """Intersection over union of the colour and the shape, in [0, 1]; what other colours cover is no part of either."""
    area: NDArray[np.float64]
    """The pixels of that shape which no other colour covers."""


def match(planes: NDArray[np.float32], masks: NDArray[np.bool_]) -> Match:
    """Compare amounts (N, C, H, W) of C colours with `masks` (shapes, h, w) at every place where a mask fits whole.

    >>> planes = np.zeros((1, 1, 8, 8), np.float32)
    >>> planes[0, 0, 2:5, 3:6] = 1
    >>> fit = match(planes, np.ones((1, 3, 3), bool))
    >>> fit.iou.round(3).item(), fit.area.round(3).item()
    (1.0, 9.0)
    >>> planes[0, 0, 3:5] = 0
    >>> match(planes, np.ones((1, 3, 3), bool)).iou.round(3).item()
    0.333
    """
    height, width = planes.shape[-2:]
    spectra = fft.rfft2(planes)
    others = spectra.sum(1, keepdims=True) - spectra
    mass = planes.sum((2, 3), dtype=np.float64)[:, :, None, None]
    best = Match(np.full(planes.shape[:2], -1.0), np.zeros(planes.shape[:2]))
    for mask in masks:
        common = _overlaps(spectra, mask, (height, width))
        hidden = np.clip(_overlaps(others, mask, (height, width)), 0, HIDDEN_AT_MOST * mask.sum())
        visible = mask.sum() - hidden
        iou = (common / np.maximum(mass + visible - common, 1)).reshape(*planes.shape[:2], -1)
        where = iou.argmax(2)[..., None]
        here = np.take_along_axis(iou, where, 2)[..., 0]
        area = np.take_along_axis(visible.reshape(iou.shape), where, 2)[..., 0]
        better = here > best.iou
        best = Match(np.where(better, here, best.iou), np.where(better, area, best.area))
    return Match(best.iou.clip(0, 1), best.area)


def _overlaps(spectra: NDArray[np.complex64], mask: NDArray[np.bool_], canvas: tuple[int, int]) -> NDArray[np.float32]:
    """Return the sum under `mask` at every place where it lies on the canvas whole, and so never wraps round it."""
    pattern = np.conj(fft.rfft2(mask.astype(np.float32), canvas))
    rows, columns = (side - extent + 1 for side, extent in zip(canvas, mask.shape, strict=True))
    sums: NDArray[np.float32] = fft.irfft2(spectra * pattern, canvas)[..., :rows, :columns]
    return sums
