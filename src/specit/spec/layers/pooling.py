"""Pooling: an image of fewer pixels."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from .layer import Layer, NaturalPair, Positive, PositivePair, Shape, ShapeError, expect_image, show


class _Pool(Layer):
    def _check(self, padding: tuple[int, int], kernel_size: tuple[int, int]) -> None:
        if any(2 * p > k for p, k in zip(padding, kernel_size, strict=True)):
            raise ValueError(
                f"the padding {show(padding)} must be at most half of the kernel {show(kernel_size)}, "
                "or windows would lie outside the image"
            )

    def _pooled(
        self,
        shape: Shape,
        kernel_size: tuple[int, int],
        stride: tuple[int, int] | None,
        padding: tuple[int, int],
        dilation: tuple[int, int],
        ceil_mode: bool,
    ) -> Shape:
        """PyTorch's formula: floor, or ceil, of (n + 2p - d(k - 1) - 1) / s, plus 1.

        A last window that ceil adds counts only if it begins in the image or in the padding before it.
        """
        channels, *size = expect_image(shape)
        made: list[int] = []
        for n, k, s, p, d in zip(size, kernel_size, stride or kernel_size, padding, dilation, strict=True):
            room = n + 2 * p - d * (k - 1) - 1
            steps = -(-room // s) if ceil_mode else room // s
            if ceil_mode and steps * s >= n + p:
                steps -= 1
            made.append(steps + 1)
        if min(made) < 1:
            raise ShapeError(f"the kernel {show(kernel_size)} is larger than its padded input {show(tuple(size))}")
        return (channels, *made)


class MaxPool2d(_Pool):
    """`torch.nn.MaxPool2d`: the largest of each window. (C, H, W) to (C, H', W'). No stride: the kernel's size."""

    torch_name: ClassVar[str] = "MaxPool2d"

    kernel_size: PositivePair
    """The window's height and width."""
    stride: PositivePair | None = None
    """How far the window moves at a time; null: by its own size."""
    padding: NaturalPair = (0, 0)
    """Rows above and below, and columns left and right, which no window chooses."""
    dilation: PositivePair = (1, 1)
    """How far apart the numbers of a window lie; 1: side by side."""
    return_indices: Literal[False] = False
    """A layer makes one output here."""
    ceil_mode: bool = False
    """Whether a last window may reach beyond the padded image."""

    @model_validator(mode="after")
    def _check_padding(self) -> Self:
        self._check(self.padding, self.kernel_size)
        return self

    def output(self, shape: Shape) -> Shape:
        return self._pooled(shape, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


class AvgPool2d(_Pool):
    """`torch.nn.AvgPool2d`: the mean of each window. (C, H, W) to (C, H', W'). No stride: the kernel's size."""

    torch_name: ClassVar[str] = "AvgPool2d"

    kernel_size: PositivePair
    """The window's height and width."""
    stride: PositivePair | None = None
    """How far the window moves at a time; null: by its own size."""
    padding: NaturalPair = (0, 0)
    """Rows above and below, and columns left and right, of zeros."""
    ceil_mode: bool = False
    """Whether a last window may reach beyond the padded image."""
    count_include_pad: bool = True
    """Whether the zeros of the padding count in the mean."""
    divisor_override: Positive | None = None
    """What a window's sum is divided by; null: by how many numbers it has."""

    @model_validator(mode="after")
    def _check_padding(self) -> Self:
        self._check(self.padding, self.kernel_size)
        return self

    def output(self, shape: Shape) -> Shape:
        return self._pooled(shape, self.kernel_size, self.stride, self.padding, (1, 1), self.ceil_mode)


class AdaptiveAvgPool2d(Layer):
    """`torch.nn.AdaptiveAvgPool2d`: means over as many windows as the output has pixels. (C, H, W) to (C, H', W')."""

    torch_name: ClassVar[str] = "AdaptiveAvgPool2d"

    output_size: PositivePair
    """The output's height and width, H' and W'."""

    def output(self, shape: Shape) -> Shape:
        return (expect_image(shape)[0], *self.output_size)


class AdaptiveMaxPool2d(Layer):
    """`torch.nn.AdaptiveMaxPool2d`: maxima over as many windows as the output has pixels.

    (C, H, W) to (C, H', W'). The whole image at once, global pooling, is `output_size: 1`.
    """

    torch_name: ClassVar[str] = "AdaptiveMaxPool2d"

    output_size: PositivePair
    """The output's height and width, H' and W'."""
    return_indices: Literal[False] = False
    """A layer makes one output here."""

    def output(self, shape: Shape) -> Shape:
        return (expect_image(shape)[0], *self.output_size)
