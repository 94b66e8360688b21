"""The data sets and splits that a spec can state, with every argument. Making them is `specit.data`'s."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from .layers.layer import Positive, PositivePair, Shape
from .model import Model

Share = Annotated[float, Field(gt=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
"""What NumPy's legacy generator takes."""
MAX_SIDE = 4096
MAX_NUMBERS = 2**30
"""How many numbers all pictures of a data set may hold: 4 GiB."""


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


class Elsewhere(Model):
    """Data that SpecIt cannot make: what is known of them. Null: nobody states it. Such a spec describes and does not
    run: it is checked, locked, compared and printed. It needs no `split`."""

    about: str
    """What the data are, in words: `CIFAR10, training part`."""
    examples: Positive | None = None
    """How many examples are trained with."""
    input: Shape | None = None
    """The shape of one input, without the batch."""
    input_dtype: str | None = None
    """What its numbers are kept in."""
    target: Shape | None = None
    """The shape of one target, without the batch; [] for a single number, such as a class."""
    target_dtype: str | None = None
    """What its numbers are kept in."""
    transforms: tuple[str, ...] | None = None
    """What is done to an example before the network sees it, in order; []: nothing."""
    fingerprint: str | None = None
    """A digest by which others can tell that they have the same data."""

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data; what nobody states is None."""
        return self.model_dump(mode="json")


class Bernoulli(Model):
    """Every example goes to the test set with probability `test`, on its own, in data-set order.

    Drawn from NumPy's legacy generator (`RandomState(seed)`), as in the released code: with test 0.25 and seed
    20202 the 3,136 examples of the paper fall into 2,368 and 768.
    """

    test: Share
    """How likely an example is to be for testing."""
    seed: Seed
    """What is drawn with."""


class Fraction(Model):
    """A random permutation (`RandomState(seed)`); its first round(test · N) examples are the test set."""

    test: Share
    """The share of the examples that are for testing."""
    seed: Seed
    """What is drawn with."""


class Quadrant(Model):
    """The test set is every example whose centre has x > `x_over` and y > `y_over`: the lower right quadrant."""

    x_over: int
    """Test examples have a centre right of this column."""
    y_over: int
    """And below this row."""


class OneSplit(Model):
    """One of the other splits, by its name."""

    bernoulli: Bernoulli | None = None
    """Every example on its own."""
    fraction: Fraction | None = None
    """A share at random."""
    quadrant: Quadrant | None = None
    """By the place."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        named = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(named) != 1:
            known = ", ".join(type(self).model_fields)
            raise ValueError(f"needs exactly one split of {known}, not {' and '.join(named) or 'none'}")
        return self

    @model_serializer(mode="wrap")
    def _stated(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: arguments for name, arguments in serialise(self).items() if arguments is not None}

    @property
    def split(self) -> Bernoulli | Fraction | Quadrant:
        """Return the split itself."""
        split = self.bernoulli or self.fraction or self.quadrant
        assert split
        return split


class WithinTrain(Model):
    """The training examples of a split, split again. Its test examples are left out: nothing trains or tests with them.

    What is drawn is drawn over the training examples alone, in data-set order. Settings that are chosen on such parts
    have seen nothing of what will judge them, as tuning does.
    """

    of: OneSplit
    """The split whose training examples are taken."""
    again: OneSplit
    """How these are split into training and test examples."""


Split = Bernoulli | Fraction | Quadrant | WithinTrain

DATASETS: dict[str, type[NotSoClevr]] = {"not_so_clevr": NotSoClevr}
"""The data sets that SpecIt makes."""
ELSEWHERE = "elsewhere"
"""The name under which a spec describes data that it does not make."""
WITHIN_TRAIN = "within_train"
SPLITS: dict[str, type[Split]] = {
    "bernoulli": Bernoulli,
    "fraction": Fraction,
    "quadrant": Quadrant,
    WITHIN_TRAIN: WithinTrain,
}
