"""Sums, means, factors and shifts, constant or learned."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from .layer import Layer, Positive, Shape, ShapeError, show


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, int) and not isinstance(value, bool) else value


def _distinct(axes: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(axes)) < len(axes):
        raise ValueError(f"an axis is summed over once, but {list(axes)} names one twice")
    return axes


class _Over(Layer):
    dim: Annotated[tuple[Positive, ...], Field(min_length=1), BeforeValidator(_one_or_more), AfterValidator(_distinct)]
    """The axes that go, or the one; the batch axis is 0."""

    def output(self, shape: Shape) -> Shape:
        for axis in self.dim:
            if axis > len(shape):
                raise ShapeError(f"has no axis {axis} to {self._verb} over in {show(shape)}")
        return tuple(n for axis, n in enumerate(shape, start=1) if axis not in self.dim)

    _verb: ClassVar[str]


class Sum(_Over):
    """The sum over the axes `dim`, counted with the batch axis as 0, which then are gone.

    `dim: [2, 3]` adds up the pixels of each channel: (C, H, W) to (C,). Without weights, unlike `Linear`, and
    not divided by a count, unlike `AdaptiveAvgPool2d`. Our own; "all to one summation" in a network built by hand.
    """

    _verb: ClassVar[str] = "sum"


class Mean(_Over):
    """The mean over the axes `dim`, counted with the batch axis as 0, which then are gone.

    `dim: [2, 3]` is global average pooling, (C, H, W) to (C). Our own, as `torch.mean` is no layer.
    """

    _verb: ClassVar[str] = "average"


class Scale(Layer):
    """factor · x, any shape; the factor is constant. Our own: a temperature T before `Softmax` is factor 1 / T."""

    factor: float
    """What every number is multiplied by."""

    def output(self, shape: Shape) -> Shape:
        return shape


class Shift(Layer):
    """x + amount, any shape; the amount is constant. Our own: centring an input in [0, 1] is amount -0.5."""

    amount: float
    """What is added to every number."""

    def output(self, shape: Shape) -> Shape:
        return shape


class _Learned(Layer):
    shape: Annotated[tuple[Positive, ...], Field(min_length=1)]
    """The parameter's shape: the sizes of the last axes, or 1 where a number is repeated along one."""

    def output(self, shape: Shape) -> Shape:
        last = shape[len(shape) - len(self.shape) :] if len(self.shape) <= len(shape) else ()
        if len(last) != len(self.shape) or any(own not in (1, n) for own, n in zip(self.shape, last, strict=True)):
            raise ShapeError(f"has numbers of {show(self.shape)} for the last axes, but gets {show(shape)}")
        return shape


class LearnedScale(_Learned):
    """weight · x, where the `weight` of `shape` belongs to the last axes; an axis of 1 is repeated. Our own.

    `shape: [64, 1, 1]` is a factor for each of 64 channels of an image, such as ConvNeXt's layer scale.
    `pytorch_default` starts at 1.
    """

    def parameters(self) -> dict[str, Shape]:
        return {"weight": self.shape}


class LearnedShift(_Learned):
    """x + bias, where the `bias` of `shape` belongs to the last axes; an axis of 1 is repeated. Our own.

    Position embeddings are of this kind. `pytorch_default` starts at 0.
    """

    def parameters(self) -> dict[str, Shape]:
        return {"bias": self.shape}
