"""Sums and constant factors: what networks built by hand need beyond convolutions."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from .layer import Layer, Positive, Shape, ShapeError, show


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, int) and not isinstance(value, bool) else value


def _distinct(axes: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(axes)) < len(axes):
        raise ValueError(f"an axis is summed over once, but {list(axes)} names one twice")
    return axes


class Sum(Layer):
    """The sum over the axes `dim`, counted with the batch axis as 0, which then are gone.

    `dim: [2, 3]` adds up the pixels of each channel: (C, H, W) to (C,). Without weights, unlike `Linear`, and
    not divided by a count, unlike `AdaptiveAvgPool2d`. Our own; "all to one summation" in a network built by hand.
    """

    dim: Annotated[tuple[Positive, ...], Field(min_length=1), BeforeValidator(_one_or_more), AfterValidator(_distinct)]

    def output(self, shape: Shape) -> Shape:
        for axis in self.dim:
            if axis > len(shape):
                raise ShapeError(f"has no axis {axis} to sum over in {show(shape)}")
        return tuple(n for axis, n in enumerate(shape, start=1) if axis not in self.dim)


class Scale(Layer):
    """factor · x, any shape; the factor is constant. Our own: a temperature T before `Softmax` is factor 1 / T."""

    factor: float

    def output(self, shape: Shape) -> Shape:
        return shape
