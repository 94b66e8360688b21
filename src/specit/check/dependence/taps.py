"""Which places along one axis a layer makes a place of: a list of taps, each one place, or -1, for every place made.

>>> [tap.tolist() for tap in windows(4, 4, kernel=3, before=1)]
[[-1, 0, 1, 2], [0, 1, 2, 3], [1, 2, 3, -1]]
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tap = NDArray[np.int64]


def windows(
    length: int, made: int, *, kernel: int, stride: int = 1, dilation: int = 1, before: int = 0, mode: str = "zeros"
) -> list[Tap]:
    """Return the taps of a convolution or a pool that has `before` places of padding at the start."""
    first = np.arange(made) * stride - before
    return [_inside(first + dilation * k, length, mode) for k in range(kernel)]


def transposed(length: int, made: int, *, kernel: int, stride: int, dilation: int, padding: int) -> list[Tap]:
    """Return the taps of a transposed convolution: input i reaches i · stride - padding + dilation · k."""
    taps = []
    for k in range(kernel):
        reached = np.arange(made) + padding - dilation * k
        source = np.where(reached % stride == 0, reached // stride, -1)
        taps.append(_inside(source, length, "zeros"))
    return taps


def adaptive(length: int, made: int) -> list[Tap]:
    """Return the taps of adaptive pooling: floor(i · n / m) up to, without, ceil((i + 1) · n / m)."""
    starts = np.arange(made) * length // made
    ends = -(-(np.arange(made) + 1) * length // made)
    return [np.where(starts + k < ends, starts + k, -1) for k in range(int((ends - starts).max()))]


def shifted(length: int, before: int, after: int) -> list[Tap]:
    """Return the tap of padding by zeros, or, where negative, of cropping."""
    return [_inside(np.arange(-before, length + after), length, "zeros")]


def interpolated(length: int, made: int, *, factor: float | None, mode: str, align_corners: bool) -> list[Tap]:
    """Return the taps of interpolation; `factor` is the stated one, where it is what the ratio is taken from.

    PyTorch computes places in the precision of the picture, so those of single and of double precision count both.
    """
    taps: list[Tap] = []
    kinds: tuple[Any, ...] = (np.float32, np.float64)
    for kind in kinds:
        ratio = kind(1 / factor) if factor is not None else kind(length) / kind(made)
        place: NDArray[Any] = np.arange(made).astype(kind)
        if length == made and mode.startswith("nearest"):
            found = [np.arange(made)]
        elif mode == "nearest":
            found = [np.minimum(np.floor(place * ratio), length - 1).astype(np.int64)]
        elif mode == "nearest-exact":
            found = [np.minimum(np.floor((place + kind(0.5)) * ratio), length - 1).astype(np.int64)]
        else:
            if align_corners:
                source = place * (kind(length - 1) / kind(made - 1) if made > 1 else kind(0))
            else:
                source = (place + kind(0.5)) * ratio - kind(0.5)
            found = _between(source, length, mode)
        taps += [tap for tap in found if not any(np.array_equal(tap, other) for other in taps)]
    return taps


def _between(source: NDArray[np.floating], length: int, mode: str) -> list[Tap]:
    """Return the neighbours that a fractional place is interpolated from; those of weight 0 are none."""
    if mode == "bilinear":
        source = np.clip(source, 0, length - 1)
    low = np.floor(source).astype(np.int64)
    exact = source == low
    around = (0, 1) if mode == "bilinear" else (-1, 0, 1, 2)
    return [np.where(exact & (step != 0), -1, np.clip(low + step, 0, length - 1)) for step in around]


def _inside(places: Tap, length: int, mode: str) -> Tap:
    match mode:
        case "reflect":
            places = np.abs(places)
            return np.where(places < length, places, 2 * (length - 1) - places)
        case "replicate":
            return np.clip(places, 0, length - 1)
        case "circular":
            return places % length
    return np.where((places >= 0) & (places < length), places, -1)


def same(reach: int) -> int:
    """Return the padding at the start for as many places out as in: an odd surplus goes at the end.

    >>> same(1), same(2), same(3)
    (0, 1, 1)
    """
    return math.floor(reach / 2)
