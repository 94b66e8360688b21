"""Activations: they change every number by itself, or, Softmax, every number among those of one axis."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from .layer import Layer, Shape, ShapeError, show


class _Elementwise(Layer):
    def output(self, shape: Shape) -> Shape:
        return shape


class Identity(_Elementwise):
    """`torch.nn.Identity`: x, any shape."""

    torch_name: ClassVar[str] = "Identity"


class ReLU(_Elementwise):
    """`torch.nn.ReLU`: max(0, x), any shape."""

    torch_name: ClassVar[str] = "ReLU"

    inplace: bool = False


class LeakyReLU(_Elementwise):
    """`torch.nn.LeakyReLU`: x where it is positive, negative_slope · x elsewhere, any shape."""

    torch_name: ClassVar[str] = "LeakyReLU"

    negative_slope: float = 0.01
    inplace: bool = False


class Sigmoid(_Elementwise):
    """`torch.nn.Sigmoid`: 1 / (1 + exp(-x)), any shape."""

    torch_name: ClassVar[str] = "Sigmoid"


class Tanh(_Elementwise):
    """`torch.nn.Tanh`, any shape."""

    torch_name: ClassVar[str] = "Tanh"


class Sin(_Elementwise):
    """sin(x), any shape. An activation of compositional pattern-producing networks (CPPN, Stanley 2007)."""


class Gaussian(_Elementwise):
    """exp(-x²), any shape: 1 at 0, and no factor of ½. Of compositional pattern-producing networks (Stanley 2007)."""


def _not_the_batch(dim: int) -> int:
    if dim == 0:
        raise ValueError("axis 0 is the batch; the axes of an example begin with 1")
    return dim


class Softmax(Layer):
    """`torch.nn.Softmax`: exp(x) / Σ exp(x) over the axis `dim`, counted with the batch axis as 0.

    PyTorch guesses an axis that is not stated, and warns; here it must be stated.
    """

    torch_name: ClassVar[str] = "Softmax"

    dim: Annotated[int, AfterValidator(_not_the_batch)]

    def output(self, shape: Shape) -> Shape:
        if not 1 <= abs(self.dim) <= len(shape):
            raise ShapeError(f"has no axis {self.dim} to normalise over in {show(shape)}")
        return shape
