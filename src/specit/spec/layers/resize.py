"""Images made larger: padded, or interpolated."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from .layer import Layer, Natural, PositivePair, Shape, ShapeError, expect_image, show


def _four(value: object) -> object:
    return (value,) * 4 if isinstance(value, int) and not isinstance(value, bool) else value


def _pair(value: object) -> object:
    return (value, value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_Factor = Annotated[float, Field(gt=0)]


class ZeroPad2d(Layer):
    """`torch.nn.ZeroPad2d`: zeros around an image. `padding` is (left, right, top, bottom), none negative."""

    torch_name: ClassVar[str] = "ZeroPad2d"

    padding: Annotated[tuple[Natural, Natural, Natural, Natural], BeforeValidator(_four)]
    """Columns at the left and right, then rows at the top and bottom."""

    def output(self, shape: Shape) -> Shape:
        channels, height, width = expect_image(shape)
        left, right, top, bottom = self.padding
        return channels, height + top + bottom, width + left + right


class Upsample(Layer):
    """`torch.nn.Upsample` of images: (C, H, W) to (C, H', W').

    Either `size` is H' and W', or `scale_factor` gives floor(factor · n) for each. `align_corners` is a question
    of the modes bilinear and bicubic only, where null means false. `recompute_scale_factor: true` interpolates
    with the ratio of the two sizes, which a fractional factor is not always.
    """

    torch_name: ClassVar[str] = "Upsample"

    size: PositivePair | None = None
    """The output's height and width."""
    scale_factor: Annotated[tuple[_Factor, _Factor], BeforeValidator(_pair)] | None = None
    """How many times as high and as wide the output is."""
    mode: Literal["nearest", "nearest-exact", "bilinear", "bicubic"] = "nearest"
    """How numbers between the input's pixels are found."""
    align_corners: bool | None = None
    """Whether the middles of the outermost pixels stay where they are, or else the images' edges."""
    recompute_scale_factor: bool | None = None
    """Whether the ratio of the two sizes is what it interpolates with, instead of the stated factor."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.size is None) == (self.scale_factor is None):
            raise ValueError("state either size or scale_factor")
        if self.align_corners is not None and self.mode.startswith("nearest"):
            raise ValueError(f"align_corners is for the modes bilinear and bicubic, not for {self.mode}")
        if self.recompute_scale_factor and self.size is not None:
            raise ValueError("recompute_scale_factor goes with scale_factor, not with size")
        return self

    def output(self, shape: Shape) -> Shape:
        channels, height, width = expect_image(shape)
        if self.size is not None:
            return (channels, *self.size)
        assert self.scale_factor is not None
        made = [math.floor(n * factor) for n, factor in zip((height, width), self.scale_factor, strict=True)]
        if min(made) < 1:
            down, across = self.scale_factor
            raise ShapeError(f"the factors {down} × {across} leave nothing of {show(shape)}")
        return channels, made[0], made[1]
