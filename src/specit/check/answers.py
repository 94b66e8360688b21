"""Which numbers of an answer cannot be known from the part of the input that is seen.

Two examples look alike to a number that sees only some input numbers if these are the same in both. Where their answers
differ, no weights give both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specit.spec.datasets import NotSoClevr

from .dependence import Sees

Flags = NDArray[np.bool_]
CHUNK = 256
"""Numbers of the answer that are looked at together."""


def unknowable(data: NotSoClevr, target: str, sees: Sees) -> Flags:
    """Return, for every number of an answer that is compared with `target`, whether it cannot be known."""
    if sees.sees_everything:
        return np.zeros(int(np.prod(sees.shape)), dtype=np.bool_)
    if data.input in ("coordinates", "latent"):  # of a latent vector, all but the place is noise
        return _from_two_numbers(data, target, sees)
    return _from_an_image(data, target, sees)


def seen(sees: Sees, number: int) -> Flags:
    """Return which input numbers one number of an answer sees."""
    one = sees.expanded().reshape(-1, len(sees.everything))[number]
    count = int(np.unpackbits(sees.everything).sum())
    return np.unpackbits(one)[:count].astype(np.bool_)


def _from_two_numbers(data: NotSoClevr, target: str, sees: Sees) -> Flags:
    """A number that sees x alone cannot tell places of one column apart, and so on."""
    first = sees.expanded()[..., 0].reshape(-1)
    sees_x, sees_y = (first & 128) > 0, (first & 64) > 0
    columns, rows = _places(data)
    if target == "coordinates":
        varies = np.array([len(columns) > 1, len(rows) > 1])
        return np.asarray(varies & ~np.array([sees_x[0], sees_y[1]]))
    inside = _columns_inside(data, target).sum(1)  # how many columns of places light a pixel's column
    across, down = np.tile(inside, data.canvas[0]), np.repeat(_rows_inside(data, target).sum(1), data.canvas[1])
    column_decides, row_decides = (across > 0) & (across < len(columns)), (down > 0) & (down < len(rows))
    # Some place that lights the pixel and one that does not look alike:
    return np.asarray((~sees_x & column_decides & (down > 0)) | (~sees_y & row_decides & (across > 0)), dtype=np.bool_)


def _from_an_image(data: NotSoClevr, target: str, sees: Sees) -> Flags:
    """Places of which a number sees nothing look alike to it: all it sees is black."""
    rows_inside, columns_inside = _rows_inside(data, target), _columns_inside(data, target)
    count, width = int(np.prod(sees.shape)), data.canvas[1]
    packed = sees.expanded().reshape(count, -1)
    found = np.zeros(count, dtype=np.bool_)
    for start in range(0, count, CHUNK):
        part = np.arange(start, min(start + CHUNK, count))
        masks = np.unpackbits(packed[part], axis=-1)[:, : data.canvas[0] * width].reshape(-1, *data.canvas)
        unseen = ~_visible(data, masks)
        if target == "coordinates":
            for index, number in enumerate(part):
                along = np.any(unseen[index], axis=0 if number == 0 else 1)  # the columns, or rows, of unseen places
                found[number] = along.sum() > 1
            continue
        lit = rows_inside[part // width][:, :, None] & columns_inside[part % width][:, None]
        found[part] = np.any(unseen & lit, axis=(1, 2)) & np.any(unseen & ~lit, axis=(1, 2))
    return found


def _visible(data: NotSoClevr, masks: NDArray[np.uint8]) -> Flags:
    """Return for every place, (rows, columns), whether one of the pixels in a mask shows something of it."""
    columns, rows = _places(data)
    if data.input == "bump":  # nowhere zero
        anything: Flags = np.asarray(masks.reshape(len(masks), -1).any(axis=1))
        return np.broadcast_to(anything[:, None, None], (len(masks), len(rows), len(columns)))
    if data.input == "one_hot":
        return np.asarray(masks[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] > 0)
    sums = np.pad(masks.astype(np.int32).cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    side, height, width = data.square, len(rows), len(columns)
    corners = (sums[:, y : y + height, x : x + width] for y in (0, side) for x in (0, side))
    upper_left, upper_right, lower_left, lower_right = corners
    return np.asarray(lower_right - upper_right - lower_left + upper_left > 0)


def _places(data: NotSoClevr) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the columns and the rows of all places."""
    height, width = data.canvas
    before = (data.square - 1) // 2
    after = data.square - 1 - before
    return np.arange(before, width - after), np.arange(before, height - after)


def _columns_inside(data: NotSoClevr, target: str) -> Flags:
    """Return for every column of the canvas which columns of places light it, (width, columns)."""
    return _inside(np.arange(data.canvas[1]), _places(data)[0], data.square if target == "square" else 1)


def _rows_inside(data: NotSoClevr, target: str) -> Flags:
    """Return for every row of the canvas which rows of places light it, (height, rows)."""
    return _inside(np.arange(data.canvas[0]), _places(data)[1], data.square if target == "square" else 1)


def _inside(pixels: NDArray[np.int64], places: NDArray[np.int64], side: int) -> Flags:
    first = places - (side - 1) // 2
    return np.asarray((pixels[:, None] >= first) & (pixels[:, None] < first + side))
