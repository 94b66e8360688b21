"""The ways a parameter can start: drawn from a distribution, or stated number by number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from specit.errors import SpecItError

from .layers.layer import Shape, show
from .model import Model
from .tree import Node, describe
from .variant import variant

Number = Annotated[float, Field(ge=-1e9, le=1e9)]
"""A number that float32 holds, and whose multiples it holds, too."""
Width = Annotated[float, Field(gt=0, le=1e9)]


class Zeros(Model):
    """All zeros."""


class Ones(Model):
    """All ones."""


class HeNormal(Model):
    """A normal distribution of variance 2 / fan-in (He et al. 2015).

    `truncated` draws again outside two standard deviations and widens the distribution to keep that variance,
    as TensorFlow's `he_normal` does. The fan-in is `weight.size(1)` × the kernel's size, which for a transposed
    convolution counts output channels, in TensorFlow as in PyTorch.
    """

    truncated: bool
    """Whether what falls outside two standard deviations is drawn again."""


class HeNormalFanOut(Model):
    """A normal distribution of variance 2 / fan-out, as residual networks are often begun with (He et al. 2015).

    The fan-out is `weight.size(0)` × the kernel's size, as PyTorch counts it.
    """


class Normal(Model):
    """A normal distribution of this mean and standard deviation."""

    mean: float
    """The distribution's mean."""
    std: Annotated[float, Field(gt=0)]
    """Its standard deviation."""


class HeUniform(Model):
    """Uniform in ±√(6 / ((1 + a²) · fan)): `torch.nn.init.kaiming_uniform_` (He et al. 2015).

    `a: 0` is meant for ReLU; √5 with the fan-in is what PyTorch's convolutions and linear layers begin with.
    """

    mode: Literal["fan_in", "fan_out"]
    """The fan that is counted: the numbers that go into an output, or the outputs that a number goes into."""
    a: Annotated[float, Field(ge=0, le=1e6)]
    """The slope for negative numbers of the LeakyReLU that follows; 0 for a ReLU."""


class XavierUniform(Model):
    """Uniform in ±gain · √(6 / (fan-in + fan-out)): `torch.nn.init.xavier_uniform_` (Glorot and Bengio 2010)."""

    gain: Width
    """A factor on every number; 1 is Keras's `glorot_uniform`."""


class XavierNormal(Model):
    """Normal, of variance gain² · 2 / (fan-in + fan-out): `torch.nn.init.xavier_normal_` (Glorot and Bengio 2010).

    Nothing is cut off, unlike in Keras's `glorot_normal`.
    """

    gain: Width
    """A factor on every number."""


class LecunUniform(Model):
    """Uniform in ±√(3 / fan-in), of variance 1 / fan-in (LeCun et al. 1998); Keras has it under this name."""


class LecunNormal(Model):
    """A normal distribution of variance 1 / fan-in (LeCun et al. 1998), as self-normalising networks ask for."""

    truncated: bool
    """Whether what falls outside two standard deviations is drawn again, as in Keras, which keeps the variance."""


class Orthogonal(Model):
    """A matrix with orthogonal rows or columns, whichever are fewer, of length `gain`: `torch.nn.init.orthogonal_`.

    The matrix has a row for each place of the parameter's first axis and everything else side by side (Saxe et al.
    2013). It comes from a QR decomposition, so the last digits may differ from one machine to another.
    """

    gain: Width
    """The length of the rows or columns."""


class Uniform(Model):
    """Uniform between two numbers."""

    low: Number
    """The least number."""
    high: Number
    """The largest one."""

    @model_validator(mode="after")
    def _rise(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be smaller than high ({self.high})")
        return self


class TruncatedNormal(Model):
    """A normal distribution without what lies outside `low` and `high`: `torch.nn.init.trunc_normal_`.

    `low` and `high` are numbers, not counts of standard deviations, and nothing makes up for what is cut off: at two
    standard deviations, 0.88 of `std` is left.
    """

    mean: Number
    """The mean before the cut."""
    std: Width
    """The standard deviation before the cut."""
    low: Number
    """The least number."""
    high: Number
    """The largest one."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be smaller than high ({self.high})")
        if not self.low - 2 * self.std <= self.mean <= self.high + 2 * self.std:
            raise ValueError(
                f"the mean ({self.mean}) lies more than two standard deviations ({self.std}) outside low ({self.low}) "
                f"and high ({self.high}), where PyTorch draws wrongly"
            )
        return self


class PyTorchDefault(Model):
    """What the layer's own `reset_parameters` does: uniform in ±1/√fan-in for convolutions."""


class Constant(Model):
    """The same number everywhere."""

    value: float


class Values(Model):
    """Every number stated, in the order of the parameter's axes, the last one fastest."""

    shape: tuple[int, ...]
    """As they were nested."""
    numbers: tuple[float, ...] = Field(repr=False)


INITIALISERS: dict[str, type[Model]] = {
    "zeros": Zeros,
    "ones": Ones,
    "he_normal": HeNormal,
    "he_normal_fan_out": HeNormalFanOut,
    "he_uniform": HeUniform,
    "xavier_normal": XavierNormal,
    "xavier_uniform": XavierUniform,
    "lecun_normal": LecunNormal,
    "lecun_uniform": LecunUniform,
    "orthogonal": Orthogonal,
    "normal": Normal,
    "truncated_normal": TruncatedNormal,
    "uniform": Uniform,
    "pytorch_default": PyTorchDefault,
}


RANDOM = tuple(name for name in INITIALISERS if name not in ("zeros", "ones"))
"""The initialisers whose numbers depend on the seed."""

MATRICES = (HeNormalFanOut, HeUniform, XavierNormal, XavierUniform, LecunNormal, LecunUniform, Orthogonal)
"""Initialisers of parameters that have two axes or more."""

ONES_AND_ZEROS = (
    "BatchNorm1d",
    "BatchNorm2d",
    "GroupNorm",
    "InstanceNorm2d",
    "LayerNorm",
    "LearnedScale",
    "LearnedShift",
)
"""Layers whose `weight` starts at one and whose `bias` at zero, by default."""

PARAMETERS = ("weight", "bias")
"""The parameters that layers have; a layer without a bias takes no notice of how it would start."""


LARGEST = (2 - 2**-23) * 2.0**127
"""The largest number of float32."""


def read_initialiser(node: Node) -> tuple[str, Model]:
    """Read an initialiser: a name with its arguments, one number for all, or all numbers as nested lists."""
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return "constant", Constant(value=_number(node))
    if isinstance(node.value, list):
        shape, numbers = _nested(node)
        return "values", Values(shape=shape, numbers=tuple(numbers))
    if not isinstance(node.value, str | dict):
        raise SpecItError(
            f"An initialiser must be a number, a list of numbers or a name with its arguments, not {describe(node)}.",
            at=node.mark,
        )
    return variant(node, INITIALISERS, "initialiser")


def check_fits(named: tuple[str, Model], parameter: str, shapes: Mapping[str, Shape], layer: str, node: Node) -> None:
    """Refuse how a parameter of a layer starts where it cannot: numbers that do not fill it, a fan-in it has not.

    Trailing axes of one, as of a 1 × 1 kernel, may be left out of nested lists.
    """
    name, how = named
    shape, what = shapes[parameter], f"The {parameter} of {layer}"
    if isinstance(how, MATRICES) and len(shape) < 2:
        raise SpecItError(
            f"{what} has one axis ({show(shape)}), so it cannot start as {name}, which counts what goes in and out.",
            at=node.mark,
        )
    if isinstance(how, HeNormal) and "weight" not in shapes:
        raise SpecItError(f"{what} cannot start as {name}: the layer has no weight, and so no fan-in.", at=node.mark)
    if not isinstance(how, Values):
        return
    wanted = list(shape)
    while wanted and wanted[-1] == 1 and len(wanted) > len(how.shape):
        wanted.pop()
    if tuple(wanted) != how.shape:
        raise SpecItError(
            f"{what} holds {show(shape)} numbers, but {show(how.shape)} are stated ({math.prod(shape)} are needed, "
            f"{len(how.numbers)} given).",
            at=node.mark,
        )


def _number(node: Node) -> float:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise SpecItError(f"A parameter's numbers are numbers, not {describe(node)}.", at=node.mark)
    if abs(node.value) > LARGEST:
        raise SpecItError(f"The number {node.value} is too large for a parameter (float32).", at=node.mark)
    return float(node.value)


def _nested(node: Node) -> tuple[Shape, list[float]]:
    """Return the shape of nested lists and their numbers."""
    if not isinstance(node.value, list):
        return (), [_number(node)]
    parts: list[tuple[Shape, list[float]]] = [_nested(item) for item in node.value]
    if not parts:
        raise SpecItError("A list of a parameter's numbers is empty.", at=node.mark)
    for (shape, _), item in zip(parts, node.value, strict=True):
        if shape != parts[0][0]:
            raise SpecItError(
                f"The lists of a parameter's numbers differ in length: {show(parts[0][0])} and {show(shape)}.",
                at=item.mark,
            )
    return (len(parts), *parts[0][0]), [number for _, numbers in parts for number in numbers]
