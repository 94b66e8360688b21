"""Layers that only move values: the input, tiling, cropping, and changes of shape."""

from __future__ import annotations

import math
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from .layer import Layer, Natural, Positive, PositivePair, Shape, ShapeError, expect_image, show


class Input(Layer):
    """The network's input: its shape without the batch axis. Stands first."""

    shape: tuple[Positive, ...]
    """The sizes of the axes, without the batch."""
    dtype: Literal["float32"] = "float32"
    """The type of its numbers."""

    def output(self, shape: Shape) -> Shape:
        if shape != self.shape:
            raise ShapeError(f"states an input of {show(self.shape)}, but the data give {show(shape)}")
        return shape


class Tile(Layer):
    """Repeat a vector of n numbers over a canvas of `size` (H, W).

    `into: channels` gives every pixel all n numbers: output (n, H, W). `into: plane` writes the vector again
    and again, row by row, into one channel, so that a pixel holds one number of the n: output (1, H, W).
    """

    size: PositivePair
    """The canvas's height and width."""
    into: Literal["channels", "plane"]
    """Whether every pixel holds all numbers, or one of them."""

    def output(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ShapeError(f"expected a vector, but gets {show(shape)}")
        if self.into == "channels":
            return (shape[0], *self.size)
        if math.prod(self.size) % shape[0]:
            raise ShapeError(f"{shape[0]} numbers do not fill a plane of {show(self.size)} evenly")
        return (1, *self.size)


class Crop2d(Layer):
    """Cut rows and columns off an image: `left` and `right` columns, `top` and `bottom` rows."""

    left: Natural
    """Columns cut off at the left."""
    right: Natural
    """Columns cut off at the right."""
    top: Natural
    """Rows cut off at the top."""
    bottom: Natural
    """Rows cut off at the bottom."""

    def output(self, shape: Shape) -> Shape:
        channels, height, width = expect_image(shape)
        height, width = height - self.top - self.bottom, width - self.left - self.right
        if min(height, width) < 1:
            raise ShapeError(f"cropping leaves nothing of {show(shape)}")
        return channels, height, width


class Flatten(Layer):
    """`torch.nn.Flatten`. Axes are counted with the batch axis as 0, as PyTorch does."""

    torch_name: ClassVar[str] = "Flatten"

    start_dim: Positive = 1
    """The first axis that is flattened."""
    end_dim: int = -1
    """The last one; -1: the last of all."""

    def output(self, shape: Shape) -> Shape:
        first = self.start_dim - 1
        last = self.end_dim - 1 if self.end_dim >= 0 else len(shape) + self.end_dim
        if not 0 <= first <= last < len(shape):
            raise ShapeError(f"has no axes {self.start_dim} to {self.end_dim} to flatten in {show(shape)}")
        return (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :])


class Unflatten(Layer):
    """`torch.nn.Unflatten`: the axis `dim` (batch axis: 0) becomes several."""

    torch_name: ClassVar[str] = "Unflatten"

    dim: Positive
    """The axis that becomes several; the batch axis is 0."""
    unflattened_size: tuple[Positive, ...]
    """Their sizes."""

    def output(self, shape: Shape) -> Shape:
        axis = self.dim - 1
        if axis >= len(shape) or shape[axis] != math.prod(self.unflattened_size):
            raise ShapeError(f"cannot unfold axis {self.dim} of {show(shape)} into {show(self.unflattened_size)}")
        return (*shape[:axis], *self.unflattened_size, *shape[axis + 1 :])


class Permute(Layer):
    """`torch.permute`: the axes in the order `dims`, counted with the batch axis, which stays first, as 0.

    `dims: [0, 2, 3, 1]` makes (C, H, W) to (H, W, C). Our own, as PyTorch has no such layer.
    """

    dims: tuple[Natural, ...]
    """For each axis of the output, which of the input's it is, the batch axis (0) first."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.dims or self.dims[0] != 0:
            raise ValueError("axis 0 is the batch and stays first, as in [0, 2, 3, 1]")
        if sorted(self.dims) != list(range(len(self.dims))):
            raise ValueError(f"every axis stands once, unlike in {list(self.dims)}")
        return self

    def output(self, shape: Shape) -> Shape:
        if len(self.dims) != len(shape) + 1:
            raise ShapeError(f"orders {len(self.dims)} axes, the batch included, but gets {show(shape)}")
        return tuple(shape[axis - 1] for axis in self.dims[1:])


class Slice(Layer):
    """A stretch of the axis `dim` (batch axis: 0), from `start` to before `stop`, as x[:, start:stop] for `dim: 1`.

    Our own. Of an image's rows and columns, `Crop2d` says the same.
    """

    dim: Positive
    """The axis; the batch axis is 0."""
    start: Natural
    """The first place that is kept, counted from 0."""
    stop: Positive
    """The first one after it that is not."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.start >= self.stop:
            raise ValueError(f"start ({self.start}) comes before stop ({self.stop})")
        return self

    def output(self, shape: Shape) -> Shape:
        axis = self.dim - 1
        if axis >= len(shape) or self.stop > shape[axis]:
            raise ShapeError(f"has no places {self.start} to {self.stop} along axis {self.dim} of {show(shape)}")
        return (*shape[:axis], self.stop - self.start, *shape[axis + 1 :])
