"""The data sets and splits that a spec can state, with every argument. Making them is `specit.data`'s."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .layers.layer import Positive, PositivePair, Shape
from .model import Model

Share = Annotated[float, Field(gt=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
"""What NumPy's legacy generator takes."""
MAX_SIDE = 4096


class NotSoClevr(Model):
    """Not-so-Clevr (paper section 3): a square of `square` pixels at every fully visible place of a canvas.

    One example a place, in the order of the released generator: x (column) outside, y (row) inside. With the
    paper's 64 × 64 canvas and 9 × 9 square the centres run over 4..59 and there are 3,136 examples. An even
    square has its centre at the upper left of the four middle pixels.
    """

    canvas: PositivePair
    """(height, width) in pixels."""
    square: Positive
    """The square's side in pixels."""
    input: Literal["coordinates"]
    """What the network sees: the centre as two numbers, (x, y) = (column, row)."""
    coordinates: Literal["raw", "centred"]
    """How the centre is written: `raw` pixel indices, or `centred`: index / (size - 1) * 2 - 1, in [-1, 1]."""
    target: Literal["one_hot"]
    """What it must say: which pixel of the canvas is the centre."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if max(self.canvas) > MAX_SIDE:
            raise ValueError(f"a canvas has at most {MAX_SIDE:,} pixels a side, and this one is {list(self.canvas)}")
        if self.square > min(self.canvas):
            raise ValueError(f"a square of {self.square} pixels does not fit the canvas {list(self.canvas)}")
        return self

    @property
    def input_shape(self) -> Shape:
        """Return what a network's `Input` must state."""
        return (2,)

    @property
    def output_shape(self) -> Shape:
        """Return what a network must end with: one logit a pixel."""
        return (self.canvas[0] * self.canvas[1],)


class Bernoulli(Model):
    """Every example goes to the test set with probability `test`, on its own, in data-set order.

    Drawn from NumPy's legacy generator (`RandomState(seed)`), as in the released code: with test 0.25 and seed
    20202 the 3,136 examples of the paper fall into 2,368 and 768.
    """

    test: Share
    seed: Seed


class Fraction(Model):
    """A random permutation (`RandomState(seed)`); its first round(test · N) examples are the test set."""

    test: Share
    seed: Seed


class Quadrant(Model):
    """The test set is every example whose centre has x > `x_over` and y > `y_over`: the lower right quadrant."""

    x_over: int
    y_over: int


DATASETS: dict[str, type[NotSoClevr]] = {"not_so_clevr": NotSoClevr}
SPLITS: dict[str, type[Bernoulli] | type[Fraction] | type[Quadrant]] = {
    "bernoulli": Bernoulli,
    "fraction": Fraction,
    "quadrant": Quadrant,
}
