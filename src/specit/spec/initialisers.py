"""The ways a parameter can start: drawn from a distribution, or stated number by number."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from specit.errors import SpecItError

from .layers.layer import Shape, show
from .model import Model
from .tree import Node, describe
from .variant import variant


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


class HeNormalFanOut(Model):
    """A normal distribution of variance 2 / fan-out, as residual networks are often begun with (He et al. 2015).

    The fan-out is `weight.size(0)` × the kernel's size, as PyTorch counts it.
    """


class Normal(Model):
    """A normal distribution of this mean and standard deviation."""

    mean: float
    std: Annotated[float, Field(gt=0)]


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
    "normal": Normal,
    "pytorch_default": PyTorchDefault,
}


RANDOM = ("he_normal", "he_normal_fan_out", "normal", "pytorch_default")
"""The initialisers whose numbers depend on the seed."""

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


def check_fits(how: Model, shape: Shape, what: str, node: Node) -> None:
    """Refuse numbers that do not fill a parameter; trailing axes of one, as of a 1 × 1 kernel, may be left out."""
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
