"""Sort-of-Clevr: coloured squares and circles on white, at places known (released code, data/)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from specit.spec.datasets.sort_of_clevr import COLOURS, SortOfClevr
from specit.spec.datasets.splits import Split

from .pictures import Pictures
from .splits import in_test, used

WHITE = 255
AT_ONCE = 4096
"""How many pictures are drawn at once: few enough to stay in a cache, many enough that loops cost nothing."""


class Scenes(NamedTuple):
    """What N pictures show, and the pictures; `objects` are in drawing order."""

    pictures: NDArray[np.uint8]
    """(N, 3, H, W), red, green and blue of 255; `scaled` writes them in the stated range."""
    positions: NDArray[np.int16]
    """(N, objects, 2): every centre as (x, y) = (column, row)."""
    shapes: NDArray[np.uint8]
    """(N, objects): which of the stated shapes, counted from 0."""


def make(stated: SortOfClevr) -> Scenes:
    """Make all pictures that are stated, bit-identical each time.

    Shapes are drawn first, then the centres of one object after the other. A centre too near to an earlier one is
    drawn anew until it is not, as in the released code; its order of draws is another one, and it has no seed, so
    that only the distribution can be the same.

    >>> scenes = make(SortOfClevr(canvas=(64, 64), size=10, images=3, objects=("blue", "red"),
    ...                           shapes=("square", "circle"), least_distance=20.0, margin=10, range=(-1.0, 1.0),
    ...                           seed=0))
    >>> scenes.pictures.shape, scenes.positions.shape, scenes.shapes.shape
    ((3, 3, 64, 64), (3, 2, 2), (3, 2))
    """
    shapes, positions = _drawn(stated)
    return Scenes(draw(positions, shapes, stated), positions, shapes)


def places(stated: SortOfClevr) -> NDArray[np.int16]:
    """Return where the objects of every picture are, (N, objects, 2) as (x, y), without drawing any."""
    return _drawn(stated)[1]


def pictures(stated: SortOfClevr, split: Split) -> Pictures:
    """Return the pictures to learn from, with what is known of them."""
    scenes = make(stated)
    return Pictures(
        bytes=scenes.pictures[used(split, scenes.positions)],
        in_test=in_test(split, scenes.positions),
        low=stated.range[0],
        high=stated.range[1],
        colours=tuple(COLOURS[name] for name in stated.objects),
        masks=masks(stated),
    )


def draw(positions: NDArray[np.integer], shapes: NDArray[np.integer], stated: SortOfClevr) -> NDArray[np.uint8]:
    """Draw one picture a row, (N, 3, H, W): objects at `positions` (N, objects, 2), of `shapes` (N, objects).

    Every object must lie on the canvas as a whole.
    """
    height, width = stated.canvas
    inside = [np.nonzero(mask) for mask in masks(stated)]
    pictures = np.full((len(positions), 3, height * width), WHITE, dtype=np.uint8)
    for start in range(0, len(positions), AT_ONCE):
        some = pictures[start : start + AT_ONCE]
        places = positions[start : start + AT_ONCE].astype(np.int32)
        for which, colour in enumerate(stated.objects):
            corners = (places[:, which, 1] - stated.size) * width + places[:, which, 0] - stated.size
            for shape, (rows, columns) in enumerate(inside):
                here = np.nonzero(shapes[start : start + AT_ONCE, which] == shape)[0]
                pixels = corners[here][:, None] + (rows * width + columns).astype(np.int32)
                for channel, value in enumerate(COLOURS[colour]):
                    some[here[:, None], channel, pixels] = value
    return pictures.reshape(-1, 3, height, width)


def masks(stated: SortOfClevr) -> NDArray[np.bool_]:
    """Return the pixels of every stated shape, (shapes, 2 · size + 1, 2 · size + 1).

    A circle is all pixels with x² + y² ≤ size²: pixel for pixel what OpenCV fills (compared with its algorithm for
    every radius up to 199).
    """
    side = np.arange(-stated.size, stated.size + 1)
    circle = side[:, None] ** 2 + side**2 <= stated.size**2
    return np.stack([circle if shape == "circle" else np.ones_like(circle) for shape in stated.shapes])


def scaled(pictures: NDArray[np.uint8], to: tuple[float, float]) -> NDArray[np.float32]:
    """Return pictures with 0 written as the first number of `to` and 255 as the second.

    >>> scaled(np.array([0, 51, 255], dtype=np.uint8), (-1.0, 1.0)).tolist()
    [-1.0, -0.6000000238418579, 1.0]
    """
    numbers = (np.arange(256) / 255 * (to[1] - to[0]) + to[0]).astype(np.float32)
    written: NDArray[np.float32] = numbers[pictures]
    return written


def _drawn(stated: SortOfClevr) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
    generator = np.random.Generator(np.random.PCG64(stated.seed))
    shapes = generator.integers(len(stated.shapes), size=(stated.images, len(stated.objects)), dtype=np.uint8)
    return shapes, _positions(stated, generator)


def _positions(stated: SortOfClevr, generator: np.random.Generator) -> NDArray[np.int16]:
    height, width = stated.canvas
    positions = np.zeros((stated.images, len(stated.objects), 2), dtype=np.int16)
    for which in range(len(stated.objects)):
        missing = np.arange(stated.images)
        while len(missing):
            centres = generator.integers(
                stated.margin, [width - stated.margin, height - stated.margin], size=(len(missing), 2), dtype=np.int16
            )
            positions[missing, which] = centres
            apart = positions[missing, :which].astype(np.int32) - centres[:, None]
            missing = missing[((apart**2).sum(2) < stated.least_distance**2).any(1)]
    return positions
