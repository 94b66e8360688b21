"""Convolutions: plain, with coordinates, and transposed."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from .layer import Anchor, Layer, NaturalPair, Positive, PositivePair, Shape, ShapeError, Span, expect_image, show


def _same(size: int, stride: int, reach: int) -> tuple[int, int]:
    """Return the zeros before and after an axis that TensorFlow's SAME adds, for ceil(size / stride) places.

    >>> _same(7, 2, 3), _same(8, 2, 3)
    ((1, 1), (0, 1))
    """
    surplus = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return surplus // 2, surplus - surplus // 2


class _Convolution(Layer):
    in_channels: Positive
    """How many channels come in, coordinates not counted."""
    out_channels: Positive
    """How many channels go out."""
    kernel_size: PositivePair
    """The kernel's height and width."""
    stride: PositivePair = (1, 1)
    """How many pixels the kernel moves at a time, down and across."""
    padding: NaturalPair | Literal["same", "valid"] = (0, 0)
    """Rows above and below, and columns left and right; `same` keeps the size, `valid` pads nothing."""
    dilation: PositivePair = (1, 1)
    """How far apart the kernel's numbers lie in the image; 1: side by side."""
    groups: Positive = 1
    """How many parts the channels fall into, each convolved by itself."""
    bias: bool = True
    """Whether a number is added to each output channel."""
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros"
    """What the padding holds."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"groups ({self.groups}) must divide in_channels ({self.in_channels}) "
                f"and out_channels ({self.out_channels})"
            )
        return self

    def _spatial(self, size: tuple[int, int]) -> tuple[int, int]:
        """PyTorch's formula, `torch.nn.Conv2d`: floor((n + 2p - d(k - 1) - 1) / s) + 1."""
        if self.padding == "same" and self.stride != (1, 1):
            raise ShapeError(
                f"states padding: same with the stride {show(self.stride)}, which PyTorch has with stride 1 alone"
                + self._in_place_of_same(size)
            )
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

    def _in_place_of_same(self, size: tuple[int, int]) -> str:
        """Return what to write for TensorFlow's `same`, which exists at any stride, on images of a size."""
        (top, bottom), (left, right) = (
            _same(n, s, d * (k - 1) + 1)
            for n, s, k, d in zip(size, self.stride, self.kernel_size, self.dilation, strict=True)
        )
        even = (top, left) == (bottom, right)
        instead = (
            f"padding: [{top}, {left}]"
            if even
            else self._padded_before(f"ZeroPad2d: {{padding: [{left}, {right}, {top}, {bottom}]}}")
        )
        return f". For what TensorFlow calls same, on {show(size)}, state {instead}"

    def _padded_before(self, pad: str) -> str:
        return f"{pad} before it, and here padding: 0"

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
    """Whether the root of the coordinates' summed squares is one more channel."""
    order: Literal["ij", "xy"] = "ij"
    """Which coordinate comes first: `ij` the row's (y), `xy` the column's (x)."""
    span: tuple[float, float] = (-1.0, 1.0)
    """The smallest and the largest coordinate."""
    anchor: Literal["corners", "centers"] = "corners"
    """What lies at the ends of the span: the outermost pixels (`corners`), or their outer edges (`centers`)."""

    def _padded_before(self, pad: str) -> str:
        # A pad before this layer would have coordinates of its own, where a convolution sees zeros.
        if self.groups > 1:
            return f"{pad} between the coordinates and the convolution, which no layers do for several groups"
        seen = self.in_channels + (3 if self.radius else 2)
        return f"three layers: AddCoords, {pad}, and a Conv2d of padding: 0, with in_channels: {seen}"

    def parameters(self) -> dict[str, Shape]:
        return self._weight(coordinates=3 if self.radius else 2)


class _TransposedConvolution(Layer):
    in_channels: Positive
    """How many channels come in, coordinates not counted."""
    out_channels: Positive
    """How many channels go out."""
    kernel_size: PositivePair
    """The kernel's height and width."""
    stride: PositivePair = (1, 1)
    """How many pixels of the output lie between those of two neighbours of the input, down and across."""
    padding: NaturalPair = (0, 0)
    """How many rows and columns are cropped off the output at each side."""
    output_padding: NaturalPair = (0, 0)
    """How many rows and columns the output has more, at its end."""
    groups: Positive = 1
    """How many parts the channels fall into, each convolved by itself."""
    bias: bool = True
    """Whether a number is added to each output channel."""
    dilation: PositivePair = (1, 1)
    """How far apart the kernel's numbers lie in the output; 1: side by side."""
    padding_mode: Literal["zeros"] = "zeros"
    """PyTorch has no other."""

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
    """Whether the root of the coordinates' summed squares is one more channel."""
    order: Literal["ij", "xy"] = "ij"
    """Which coordinate comes first: `ij` the row's (y), `xy` the column's (x)."""
    span: Span = (-1.0, 1.0)
    """The smallest and the largest coordinate."""
    anchor: Anchor = "corners"
    """What lies at the ends of the span: the outermost pixels (`corners`), or their outer edges (`centers`)."""

    def parameters(self) -> dict[str, Shape]:
        return self._weight(coordinates=3 if self.radius else 2)
