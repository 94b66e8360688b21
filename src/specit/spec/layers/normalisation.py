"""Normalisation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from .layer import Layer, Positive, Shape, ShapeError, expect_image, show

_Eps = Annotated[float, Field(gt=0)]


class _BatchNorm(Layer):
    mixes_examples: ClassVar[bool] = True

    num_features: Positive
    """How many channels there are."""
    eps: _Eps = 1e-5
    """Added to the variance, under the root."""
    momentum: Annotated[float, Field(ge=0, le=1)] | None = 0.1
    """The weight of the new batch in the running statistics, whose variance is that of n - 1; null: the mean so far."""
    affine: bool = True
    """Whether it holds a factor (`weight`) and a shift (`bias`) for each channel."""
    track_running_stats: bool = True
    """Whether running statistics are kept, which evaluation then uses."""

    def parameters(self) -> dict[str, Shape]:
        return {"weight": (self.num_features,), "bias": (self.num_features,)} if self.affine else {}


class BatchNorm2d(_BatchNorm):
    """`torch.nn.BatchNorm2d`. `momentum` is PyTorch's: the weight of the new batch (TensorFlow's is 1 - this)."""

    torch_name: ClassVar[str] = "BatchNorm2d"

    def output(self, shape: Shape) -> Shape:
        return expect_image(shape, self.num_features)


class BatchNorm1d(_BatchNorm):
    """`torch.nn.BatchNorm1d`, of vectors (C) or sequences (C, L). `momentum` is PyTorch's, as for `BatchNorm2d`."""

    torch_name: ClassVar[str] = "BatchNorm1d"

    def output(self, shape: Shape) -> Shape:
        if len(shape) not in (1, 2) or shape[0] != self.num_features:
            raise ShapeError(f"expected {self.num_features} channels, of numbers or sequences, but gets {show(shape)}")
        return shape


class InstanceNorm2d(Layer):
    """`torch.nn.InstanceNorm2d`: every channel of every example by itself, over its pixels; more than one of them."""

    torch_name: ClassVar[str] = "InstanceNorm2d"

    num_features: Positive
    """How many channels there are."""
    eps: _Eps = 1e-5
    """Added to the variance, under the root."""
    momentum: Annotated[float, Field(ge=0, le=1)] | None = 0.1
    """The weight of the new batch in the running statistics; null: they stay as they start."""
    affine: bool = False
    """Whether it holds a factor (`weight`) and a shift (`bias`) for each channel."""
    track_running_stats: bool = False
    """Whether running statistics are kept, which evaluation then uses."""

    def output(self, shape: Shape) -> Shape:
        _, height, width = expect_image(shape, self.num_features)
        if height * width == 1:
            raise ShapeError(f"cannot normalise over a single pixel in {show(shape)}")
        return shape

    def parameters(self) -> dict[str, Shape]:
        return {"weight": (self.num_features,), "bias": (self.num_features,)} if self.affine else {}


class GroupNorm(Layer):
    """`torch.nn.GroupNorm`: the channels (axis 1) of each of `num_groups` together, every example by itself."""

    torch_name: ClassVar[str] = "GroupNorm"

    num_groups: Positive
    """How many groups the channels fall into."""
    num_channels: Positive
    """How many channels there are."""
    eps: _Eps = 1e-5
    """Added to the variance, under the root."""
    affine: bool = True
    """Whether it holds a factor (`weight`) and a shift (`bias`) for each channel."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.num_channels % self.num_groups:
            raise ValueError(f"num_groups ({self.num_groups}) must divide num_channels ({self.num_channels})")
        return self

    def output(self, shape: Shape) -> Shape:
        if not shape or shape[0] != self.num_channels:
            raise ShapeError(f"expected {self.num_channels} channels, but gets {show(shape)}")
        return shape

    def parameters(self) -> dict[str, Shape]:
        return {"weight": (self.num_channels,), "bias": (self.num_channels,)} if self.affine else {}


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, int) and not isinstance(value, bool) else value


class LayerNorm(Layer):
    """`torch.nn.LayerNorm`: over the last axes, whose sizes are `normalized_shape`, every example by itself."""

    torch_name: ClassVar[str] = "LayerNorm"

    normalized_shape: Annotated[tuple[Positive, ...], Field(min_length=1), BeforeValidator(_one_or_more)]
    """The sizes of the last axes, over which it normalises."""
    eps: _Eps = 1e-5
    """Added to the variance, under the root."""
    elementwise_affine: bool = True
    """Whether it holds a factor (`weight`) for each number of these axes."""
    bias: bool = True
    """Whether it holds a shift (`bias`), too, where it holds a factor."""

    def output(self, shape: Shape) -> Shape:
        if shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise ShapeError(f"expected the last axes to be {show(self.normalized_shape)}, but gets {show(shape)}")
        return shape

    def parameters(self) -> dict[str, Shape]:
        if not self.elementwise_affine:
            return {}
        return {"weight": self.normalized_shape, **({"bias": self.normalized_shape} if self.bias else {})}
