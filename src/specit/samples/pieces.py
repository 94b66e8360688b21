"""The connected pieces that a colour forms in a picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

VISIBLE = 0.25
"""A pixel belongs to a piece from this amount on."""


class Pieces(NamedTuple):
    """What planes of amounts, (..., H, W), fall into; every field has their leading shape."""

    number: NDArray[np.int64]
    """How many pieces are at least as large as was asked for."""
    centres: NDArray[np.float64]
    """(..., 2): the centroid (x, y) of the largest piece, in pixels; NaN where there is none."""


def find_pieces(planes: NDArray[np.float32], least: float) -> Pieces:
    """Find the pieces of `planes`, (..., H, W), whose amounts sum up to `least` or more.

    Pixels that touch, at corners too, hang together.

    >>> plane = np.zeros((6, 9), np.float32)
    >>> plane[1:4, 1:3] = 1; plane[5, 6:8] = 0.5
    >>> find_pieces(plane, least=1).number.item(), find_pieces(plane, least=2).number.item()
    (2, 1)
    >>> find_pieces(plane, least=1).centres.tolist()
    [1.5, 2.0]
    """
    leading, (height, width) = planes.shape[:-2], planes.shape[-2:]
    flat = planes.reshape(-1, height, width)
    touching = np.zeros((3, 3, 3), bool)
    touching[1] = True  # within a plane, never from one plane to the next
    labels, found = ndimage.label(flat >= VISIBLE, structure=touching)
    plane, row, column = np.nonzero(labels)
    label, amount = labels[plane, row, column], flat[plane, row, column].astype(np.float64)
    mass, x, y = (np.bincount(label, weights=amount * by, minlength=found + 1) for by in (1.0, column, row))
    owner = np.zeros(found + 1, dtype=np.int64)
    owner[label] = plane

    large = np.nonzero(mass >= least)[0]
    large = large[large > 0]
    number = np.bincount(owner[large], minlength=len(flat))
    centres = np.full((len(flat), 2), np.nan)
    rising = large[np.argsort(mass[large], kind="stable")]  # the last one written is the largest
    centres[owner[rising]] = np.stack([x[rising], y[rising]], 1) / mass[rising, None]
    return Pieces(number.reshape(leading), centres.reshape(*leading, 2))
