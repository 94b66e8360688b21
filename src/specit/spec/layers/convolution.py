"""Convolutions: plain, with coordinates, and transposed."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from .layer import Anchor, Layer, NaturalPair, Positive, PositivePair, Shape, ShapeError, Span, expect_image, show


class _Convolution(Layer):
    in_channels: Positive
    out_channels: Positive
    kernel_size: PositivePair
    stride: PositivePair = (1, 1)
    padding: NaturalPair | Literal["same", "valid"] = (0, 0)
    dilation: PositivePair = (1, 1)
    groups: Positive = 1
    bias: bool = True
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"groups ({self.groups}) must divide in_channels ({self.in_channels}) "
                f"and out_channels ({self.out_channels})"
            )
        if self.padding == "same" and self.stride != (1, 1):
            raise ValueError("padding: same needs stride 1; state the padding per side instead")
        return self

    def _spatial(self, size: tuple[int, int]) -> tuple[int, int]:
        """PyTorch's formula, `torch.nn.Conv2d`: floor((n + 2p - d(k - 1) - 1) / s) + 1."""
        reach = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True)]
        if self.padding == "same":
            widest = [r - r // 2 for r in reach]  # an odd surplus goes at the end
            made = list(size)
        else:
            widest = [0, 0] if self.padding == "valid" else list(self.padding)
            made = [(n + 2 * p - r - 1) // s + 1 for n, r, s, p in zip(size, reach, self.stride, widest, strict=True)]
        most = {"reflect": [n - 1 for n in size], "circular": list(size)}.get(self.padding_mode, widest)
        if any(p > limit for p, limit in zip(widest, most, strict=True)):
            raise ShapeError(
                f"cannot pad {show(size)} by {show((widest[0], widest[1]))} in the mode {self.padding_mode}"
            )
        if min(made) < 1:
            raise ShapeError(f"the kernel {show(self.kernel_size)} is larger than its padded input {show(size)}")
        return made[0], made[1]

    def output(self, shape: Shape) -> Shape:
        _, height, width = expect_image(shape, self.in_channels)
        return (self.out_channels, *self._spatial((height, width)))

    def _weight(self, coordinates: int = 0) -> dict[str, Shape]:
        weight = (self.out_channels, self.in_channels // self.groups + coordinates, *self.kernel_size)
        return {"weight": weight, **({"bias": (self.out_channels,)} if self.bias else {})}


class Conv2d(_Convolution):
    """`torch.nn.Conv2d`. Input (in_channels, H, W), output (out_channels, H', W')."""

    torch_name: ClassVar[str] = "Conv2d"

    def parameters(self) -> dict[str, Shape]:
        return self._weight()


class CoordConv2d(_Convolution):
    """`coordconv.CoordConv2d`: a convolution that also sees where it is. `in_channels` excludes coordinates."""

    torch_name: ClassVar[str] = "coordconv.CoordConv2d"

    radius: bool = False
    order: Literal["ij", "xy"] = "ij"
    span: tuple[float, float] = (-1.0, 1.0)
    anchor: Literal["corners", "centers"] = "corners"

    def parameters(self) -> dict[str, Shape]:
        return self._weight(coordinates=3 if self.radius else 2)


class _TransposedConvolution(Layer):
    in_channels: Positive
    out_channels: Positive
    kernel_size: PositivePair
    stride: PositivePair = (1, 1)
    padding: NaturalPair = (0, 0)
    output_padding: NaturalPair = (0, 0)
    groups: Positive = 1
    bias: bool = True
    dilation: PositivePair = (1, 1)
    padding_mode: Literal["zeros"] = "zeros"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"groups ({self.groups}) must divide in_channels ({self.in_channels}) "
                f"and out_channels ({self.out_channels})"
            )
        for extra, stride, dilation in zip(self.output_padding, self.stride, self.dilation, strict=True):
            if extra >= max(stride, dilation):
                raise ValueError("output_padding must be smaller than the stride or the dilation")
        return self

    def output(self, shape: Shape) -> Shape:
        """PyTorch's formula: (n - 1)s - 2p + d(k - 1) + output_padding + 1."""
        _, height, width = expect_image(shape, self.in_channels)
        made = [
            (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
            for n, k, s, p, d, extra in zip(
                (height, width),
                self.kernel_size,
                self.stride,
                self.padding,
                self.dilation,
                self.output_padding,
                strict=True,
            )
        ]
        if min(made) < 1:
            raise ShapeError(f"the padding {show(self.padding)} leaves nothing of the output")
        return (self.out_channels, *made)

    def _weight(self, coordinates: int = 0) -> dict[str, Shape]:
        weight = (self.in_channels + self.groups * coordinates, self.out_channels // self.groups, *self.kernel_size)
        return {"weight": weight, **({"bias": (self.out_channels,)} if self.bias else {})}


class ConvTranspose2d(_TransposedConvolution):
    """`torch.nn.ConvTranspose2d`. Input (in_channels, H, W), output (out_channels, H', W').

    PyTorch's `padding` crops both sides and its `output_padding` grows the end; TensorFlow's SAME with an odd
    surplus crops the end only. State `padding: 0` and follow with `Crop2d` to say which side is cropped.
    """

    torch_name: ClassVar[str] = "ConvTranspose2d"

    def parameters(self) -> dict[str, Shape]:
        return self._weight()


class CoordConvTranspose2d(_TransposedConvolution):
    """`coordconv.CoordConvTranspose2d`: transposed, and sees where it is in its input, before that grows.

    `in_channels` excludes coordinates; every group sees them.
    """

    torch_name: ClassVar[str] = "coordconv.CoordConvTranspose2d"

    radius: bool = False
    order: Literal["ij", "xy"] = "ij"
    span: Span = (-1.0, 1.0)
    anchor: Anchor = "corners"

    def parameters(self) -> dict[str, Shape]:
        return self._weight(coordinates=3 if self.radius else 2)
