"""Activations: they change every number by itself, or, Softmax, every number among those of one axis."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, model_validator

from .layer import Layer, Positive, Shape, ShapeError, show


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
    """Whether it overwrites its input; what comes out is the same."""


class LeakyReLU(_Elementwise):
    """`torch.nn.LeakyReLU`: x where it is positive, negative_slope · x elsewhere, any shape."""

    torch_name: ClassVar[str] = "LeakyReLU"

    negative_slope: float = 0.01
    """The factor of negative numbers."""
    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""


class PReLU(Layer):
    """`torch.nn.PReLU`: x where it is positive, weight · x elsewhere; one weight, or one for each channel (axis 1).

    Parameter: `weight` (num_parameters), which `pytorch_default` starts at `init`.
    """

    torch_name: ClassVar[str] = "PReLU"

    num_parameters: Positive = 1
    """1, or the number of channels."""
    init: float = 0.25
    """Where `pytorch_default` starts the weights."""

    def output(self, shape: Shape) -> Shape:
        if self.num_parameters > 1 and (not shape or shape[0] != self.num_parameters):
            raise ShapeError(f"expected {self.num_parameters} channels, but gets {show(shape)}")
        return shape

    def parameters(self) -> dict[str, Shape]:
        return {"weight": (self.num_parameters,)}


class ELU(_Elementwise):
    """`torch.nn.ELU`: x where it is positive, alpha · (exp(x) - 1) elsewhere, any shape."""

    torch_name: ClassVar[str] = "ELU"

    alpha: float = 1.0
    """How far below 0 it can go."""
    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""


class GELU(_Elementwise):
    """`torch.nn.GELU`: x · Φ(x), Φ being the normal distribution, or with `approximate: tanh` nearly; any shape."""

    torch_name: ClassVar[str] = "GELU"

    approximate: Literal["none", "tanh"] = "none"
    """`none`: exactly; `tanh`: by a formula with tanh that is nearly the same."""


class SiLU(_Elementwise):
    """`torch.nn.SiLU`, also called swish: x · sigmoid(x), any shape."""

    torch_name: ClassVar[str] = "SiLU"

    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""


class Hardtanh(_Elementwise):
    """`torch.nn.Hardtanh`: x, but at least `min_val` and at most `max_val`, any shape."""

    torch_name: ClassVar[str] = "Hardtanh"

    min_val: float = -1.0
    """The least it makes."""
    max_val: float = 1.0
    """The most it makes."""
    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.min_val >= self.max_val:
            raise ValueError(f"min_val ({self.min_val}) must be smaller than max_val ({self.max_val})")
        return self


class ReLU6(_Elementwise):
    """`torch.nn.ReLU6`: min(max(0, x), 6), any shape."""

    torch_name: ClassVar[str] = "ReLU6"

    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""


class Hardsigmoid(_Elementwise):
    """`torch.nn.Hardsigmoid`: x / 6 + ½, but at least 0 and at most 1, any shape."""

    torch_name: ClassVar[str] = "Hardsigmoid"

    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""


class Hardswish(_Elementwise):
    """`torch.nn.Hardswish`: x · hardsigmoid(x), any shape."""

    torch_name: ClassVar[str] = "Hardswish"

    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""


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
    """The axis whose numbers add up to 1; the batch axis is 0, and -1 the last one."""

    def output(self, shape: Shape) -> Shape:
        if not 1 <= abs(self.dim) <= len(shape):
            raise ShapeError(f"has no axis {self.dim} to normalise over in {show(shape)}")
        return shape
