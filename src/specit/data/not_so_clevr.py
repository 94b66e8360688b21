"""Not-so-Clevr: one square at every fully visible place of a canvas (paper section 3; released code, data/)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specit.spec.datasets import NotSoClevr
from specit.spec.datasets.splits import Split

from .pictures import Pictures
from .splits import in_test, used


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
    """Return every centre as two numbers, (N, 2) as (x, y), written the way the spec states."""
    assert stated.coordinates
    return from_pixels(centres(stated), stated.canvas, stated.coordinates).astype(np.float32)


def from_pixels(places: NDArray[np.generic], canvas: tuple[int, int], written: str) -> NDArray[np.float64]:
    """Return pixels (x, y), (N, 2), written as `raw`, `centred`, `unit` or `fraction`.

    >>> [from_pixels(np.array([[0, 63]]), (64, 64), way).tolist() for way in ("centred", "unit", "fraction")]
    [[[-1.0, 1.0]], [[0.0, 1.0]], [[0.0, 0.984375]]]
    """
    size, last = _sizes(canvas)
    pixels: NDArray[np.float64] = places.astype(np.float64)
    match written:
        case "raw":
            return pixels
        case "centred":
            return pixels / last * 2 - 1
        case "unit":
            return pixels / last
        case "fraction":
            return pixels / size
    raise ValueError(written)


def to_pixels(numbers: NDArray[np.floating], canvas: tuple[int, int], written: str) -> NDArray[np.float64]:
    """Return the pixels (x, y), (N, 2), that `numbers` stand for: the inverse of `from_pixels`."""
    size, last = _sizes(canvas)
    read: NDArray[np.float64] = numbers.astype(np.float64)
    match written:
        case "raw":
            return read
        case "centred":
            return (read + 1) / 2 * last
        case "unit":
            return read * last
        case "fraction":
            return read * size
    raise ValueError(written)


def _sizes(canvas: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (width, height), and the index of the last column and row (1 for a canvas of one)."""
    height, width = canvas
    return np.array([width, height], float), np.array([max(width - 1, 1), max(height - 1, 1)], float)


def positions(stated: NotSoClevr) -> NDArray[np.int64]:
    """Return the index of every centre in the flattened canvas, (N,): y · width + x."""
    places = centres(stated).astype(np.int64)
    return places[:, 1] * stated.canvas[1] + places[:, 0]


def one_hot(stated: NotSoClevr) -> NDArray[np.float32]:
    """Return one image an example, (N, 1, H, W): 1 at the centre, 0 elsewhere."""
    height, width = stated.canvas
    pictures = np.zeros((len(centres(stated)), height * width), dtype=np.float32)
    np.put_along_axis(pictures, positions(stated)[:, None], 1, axis=1)
    return pictures.reshape(-1, 1, height, width)


def bumps(stated: NotSoClevr) -> NDArray[np.float32]:
    """Return one smooth image an example, (N, 1, H, W): exp(-d² / (2 sigma²)), d pixels from the centre."""
    assert stated.sigma
    height, width = stated.canvas
    places = centres(stated).astype(np.float64)
    across = np.exp(-((np.arange(width) - places[:, :1]) ** 2) / (2 * stated.sigma**2))
    down = np.exp(-((np.arange(height) - places[:, 1:]) ** 2) / (2 * stated.sigma**2))
    smooth: NDArray[np.float32] = (down[:, :, None] * across[:, None, :])[:, None].astype(np.float32)
    return smooth


def squares(stated: NotSoClevr) -> NDArray[np.float32]:
    """Return one picture an example, (N, 1, H, W): the stated brightness inside the square, 0 outside."""
    assert stated.brightness
    return (images(stated) * np.float32(stated.brightness))[:, None].astype(np.float32)


def pictures(stated: NotSoClevr, split: Split) -> Pictures:
    """Return the squares as pictures to learn from, in [0, 1]."""
    assert stated.brightness
    grey = round(255 * stated.brightness)
    places = centres(stated)
    kept = used(split, places)
    return Pictures(
        bytes=(images(stated) * np.uint8(grey))[kept, None],
        in_test=in_test(split, places),
        low=0.0,
        high=1.0,
    )


def latents(stated: NotSoClevr) -> NDArray[np.float32]:
    """Return one vector an example, (N, size): the centre in [-1, 1] as (x, y), then noise."""
    assert stated.latent
    places = from_pixels(centres(stated), stated.canvas, "centred")
    noise = np.random.RandomState(stated.latent.seed).uniform(-1, 1, (len(places), stated.latent.size - 2))
    return np.concatenate([places, noise], axis=1).astype(np.float32)


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
