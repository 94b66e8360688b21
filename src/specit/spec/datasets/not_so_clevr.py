"""What a spec states about Not-so-Clevr: one square on a canvas. Making it is `specit.data`'s."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..layers.layer import Positive, PositivePair, Shape
from ..model import Model
from .ranges import MAX_NUMBERS, MAX_SIDE, Seed


class Latent(Model):
    """Noise that happens to hold a place: of `size` numbers the first two are the centre as in `centred`.

    The others are drawn once for each example, uniformly in [-1, 1), from NumPy's `RandomState(seed)`.
    """

    size: Annotated[int, Field(ge=2, le=4096)]
    """How many numbers the vector has."""
    seed: Seed
    """What the noise is drawn with."""


class NotSoClevr(Model):
    """Not-so-Clevr (paper section 3): a square of `square` pixels at every fully visible place of a canvas.

    One example a place, in the order of the released generator: x (column) outside, y (row) inside. With the
    paper's 64 × 64 canvas and 9 × 9 square the centres run over 4..59 and there are 3,136 examples. An even
    square has its centre at the upper left of the four middle pixels. What concerns neither input nor target is
    left out, and is no part of the lock.
    """

    canvas: PositivePair
    """(height, width) in pixels."""
    square: Positive
    """The square's side in pixels."""
    input: Literal["coordinates", "latent", "one_hot", "bump", "square"]
    """What the network sees: the centre as two numbers (x, y) = (column, row); a latent vector that holds it; or an
    image (1, H, W): one pixel of 1, a smooth bump of height 1, or the square itself."""
    target: Literal["one_hot", "square", "coordinates"]
    """What it must say: which pixel of the canvas is the centre, the picture of the square, or the centre."""
    coordinates: Literal["raw", "centred", "unit", "fraction"] | None = None
    """How a centre is written: `raw` pixel indices; `centred`: index / (size - 1) * 2 - 1, in [-1, 1]; `unit`:
    index / (size - 1), in [0, 1]; `fraction`: index / size, below 1."""
    brightness: Annotated[float, Field(ge=0.001, le=1)] | None = None
    """The value of the square's pixels, on a canvas of zeros: 1 is white."""
    latent: Latent | None = None
    """How long the latent vector is, and what its noise is drawn with."""
    sigma: Annotated[float, Field(ge=0.01)] | None = None
    """The bump's standard deviation in pixels."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if max(self.canvas) > MAX_SIDE:
            raise ValueError(f"a canvas has at most {MAX_SIDE:,} pixels a side, and this one is {list(self.canvas)}")
        if self.square > min(self.canvas):
            raise ValueError(f"a square of {self.square} pixels does not fit the canvas {list(self.canvas)}")
        height, width = self.canvas
        pictures = (height - self.square + 1) * (width - self.square + 1)
        drawn = self.input in ("one_hot", "bump", "square") or self.target == "square"
        if drawn and pictures * height * width > MAX_NUMBERS:
            raise ValueError(
                f"{pictures:,} pictures of {height} × {width} pixels would fill more than 4 GiB; state a smaller canvas"
            )
        for argument, subject in (("coordinates", "coordinates"), ("brightness", "square"), ("latent", "latent"),
                                  ("sigma", "bump")):  # fmt: skip
            concerned = subject in (self.input, self.target)
            if concerned and getattr(self, argument) is None:
                raise ValueError(f"needs the argument '{argument}', since its input or target is {subject}")
            if not concerned and argument != "coordinates" and getattr(self, argument) is not None:
                raise ValueError(
                    f"states '{argument}', but neither its input nor its target is {subject}; leave it out, or write "
                    f"{argument}: null over what is shared"
                )
        return self

    def stated(self) -> dict[str, Any]:
        """Return everything that concerns the data, as plain data."""
        return self.model_dump(mode="json", exclude_none=True)

    @property
    def input_shape(self) -> Shape:
        """Return what a network's `Input` must state."""
        match self.input:
            case "coordinates":
                return (2,)
            case "latent":
                assert self.latent
                return (self.latent.size,)
            case _:
                return (1, *self.canvas)

    @property
    def output_shape(self) -> Shape:
        """Return what a network must end with: one number a pixel, an image (1, H, W), or two coordinates."""
        return self.shape_of(self.target)

    def shape_of(self, target: str) -> Shape:
        """Return the shape of an output that is compared with `target`."""
        height, width = self.canvas
        return {"one_hot": (height * width,), "square": (1, height, width), "coordinates": (2,)}[target]

    @property
    def picture_shape(self) -> Shape | None:
        """Return the shape of its pictures, (1, H, W), or None where the input is none."""
        return (1, *self.canvas) if self.input == "square" else None
