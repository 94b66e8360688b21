"""What a spec states about Sort-of-Clevr: pictures of a few coloured objects that keep apart."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..layers.layer import Positive, PositivePair, Shape
from ..model import Model
from .ranges import MAX_NUMBERS, MAX_SIDE, Seed

Colour = Literal["blue", "green", "red", "orange", "grey", "yellow"]
COLOURS: dict[Colour, tuple[int, int, int]] = {
    "blue": (0, 0, 255),
    "green": (0, 255, 0),
    "red": (255, 0, 0),
    "orange": (255, 156, 0),
    "grey": (128, 128, 128),
    "yellow": (255, 255, 0),
}
"""Red, green and blue of every colour an object can have, of 255; the canvas is white."""


class SortOfClevr(Model):
    """Sort-of-Clevr (released code, data/; paper section 5): objects of stated colours on a white canvas.

    Every picture shows one object of each colour, whole, drawn in the stated order, so that a later one may cover a
    corner of an earlier one. Shapes are independent and equally likely. The first centre is uniform over all places
    at least `margin` pixels inside the canvas; each further one is uniform over what the `least_distance` to those
    before leaves. The released pictures are 64 × 64 with a blue and a red object of size 10, 50,000 of them, drawn
    without a seed.
    """

    canvas: PositivePair
    """(height, width) in pixels."""
    size: Positive
    """What is half an object: a square has 2 · size + 1 pixels a side, a circle the radius `size`."""
    images: Positive
    """How many pictures there are."""
    objects: Annotated[tuple[Colour, ...], Field(min_length=1, max_length=6)]
    """The objects' colours, in the order in which they are drawn."""
    shapes: Annotated[tuple[Literal["square", "circle"], ...], Field(min_length=1, max_length=2)]
    """What an object can be; with two, each has probability ½."""
    least_distance: Annotated[float, Field(ge=0)]
    """Two centres are at least this far apart, in pixels. Squares that far apart on a diagonal still overlap."""
    margin: Annotated[int, Field(ge=0)]
    """Centres run over margin..side - margin - 1, both ways: as NumPy's `randint(margin, side - margin)`."""
    range: tuple[float, float]
    """The numbers that stand for black and for full brightness: [-1, 1] as released."""
    seed: Seed
    """What shapes and centres are drawn with: NumPy's `Generator(PCG64(seed))`."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for what, listed in (("objects", self.objects), ("shapes", self.shapes)):
            twice = next((name for name in listed if listed.count(name) > 1), None)
            if twice:
                raise ValueError(f"names '{twice}' twice among its {what}; each may stand there once")
        if not (math.isfinite(self.range[0]) and math.isfinite(self.range[1]) and self.range[0] < self.range[1]):
            raise ValueError(f"needs a range [black, bright] that goes up, such as [-1, 1], and not {list(self.range)}")
        if max(self.canvas) > MAX_SIDE:
            raise ValueError(f"a canvas has at most {MAX_SIDE:,} pixels a side, and this one is {list(self.canvas)}")
        height, width = self.canvas
        if self.margin < self.size:
            raise ValueError(
                f"a margin of {self.margin} would cut objects of size {self.size} off at the border; "
                f"state a margin of {self.size} or more"
            )
        if min(self.canvas) <= 2 * self.margin:
            raise ValueError(
                f"the canvas {list(self.canvas)} leaves no place for a centre {self.margin} pixels inside; state a "
                f"canvas of {2 * self.margin + 1} pixels a side or more, or a smaller margin and size"
            )
        rows, columns = height - 2 * self.margin, width - 2 * self.margin
        taken = (len(self.objects) - 1) * places_within(rows, columns, self.least_distance)
        if taken >= rows * columns:
            raise ValueError(
                f"the canvas {list(self.canvas)} is too small for {len(self.objects)} objects that keep "
                f"{self.least_distance:g} pixels apart: of {rows * columns:,} places for a centre the others may rule "
                f"out {taken:,}; state a larger canvas, fewer objects or a smaller least_distance"
            )
        if self.images * 3 * height * width > MAX_NUMBERS:
            raise ValueError(
                f"{self.images:,} pictures of {height} × {width} pixels in three colours would fill more than 1 GiB; "
                "state fewer images or a smaller canvas"
            )
        return self

    def stated(self) -> dict[str, Any]:
        """Return everything that concerns the data, as plain data."""
        return self.model_dump(mode="json")

    @property
    def picture_shape(self) -> Shape:
        """Return the shape of one picture: (3, H, W)."""
        return (3, *self.canvas)


def places_within(rows: int, columns: int, distance: float) -> int:
    """Return how many of rows × columns places a centre in their middle rules out: those nearer than `distance`.

    No centre rules out more.

    >>> places_within(44, 44, 20)
    1245
    >>> places_within(5, 5, 1)
    1
    """
    count = 0
    for row in range(rows):
        left = distance**2 - (row - rows // 2) ** 2
        if left > 0:
            reach = math.ceil(math.sqrt(left)) - 1  # the most columns away that are nearer
            middle = columns // 2
            count += min(reach, middle) + min(reach, columns - 1 - middle) + 1
    return count
