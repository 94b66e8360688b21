"""Local connections without shared weights."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from .layer import Layer, NaturalPair, Positive, PositivePair, Shape, ShapeError, expect_image, show


class LocallyConnected2d(Layer):
    """A convolution of stride 1 whose kernel, and bias, is another one at every pixel of the output.

    (in_channels, H, W) to (out_channels, H', W'), where `size` is (H, W) and H' = H + 2 · padding - kernel + 1:
    out[o, i, j] = bias[o, i, j] + Σ weight[o, c, a, b, i, j] · in[c, i + a - padding, j + b - padding], with zeros
    around the image. It may do another thing at every place, as a convolution with coordinates may, and must learn
    each by itself. LeCun 1989; Keras has it as LocallyConnected2D, PyTorch has it not.

    Parameters: `weight` (out_channels, in_channels, kernel's height, kernel's width, H', W') and `bias`
    (out_channels, H', W'). `pytorch_default` is that of a convolution: uniform in ±1/√fan-in, with a fan-in of
    in_channels × the kernel's size.
    """

    in_channels: Positive
    """How many channels come in."""
    out_channels: Positive
    """How many channels go out."""
    size: PositivePair
    """The input's height and width."""
    kernel_size: PositivePair
    """The kernel's height and width."""
    padding: NaturalPair
    """Rows above and below, and columns left and right, of zeros."""
    bias: bool
    """Whether a number is added at each place of the output."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if min(self._made()) < 1:
            raise ValueError(f"the kernel {show(self.kernel_size)} is larger than its padded input {show(self.size)}")
        return self

    def _made(self) -> tuple[int, int]:
        height, width = (n + 2 * p - k + 1 for n, p, k in zip(self.size, self.padding, self.kernel_size, strict=True))
        return height, width

    def output(self, shape: Shape) -> Shape:
        if expect_image(shape, self.in_channels)[1:] != self.size:
            raise ShapeError(f"has kernels for images of {show(self.size)}, but gets an input of {show(shape)}")
        return (self.out_channels, *self._made())

    def parameters(self) -> dict[str, Shape]:
        made = self._made()
        weight = (self.out_channels, self.in_channels, *self.kernel_size, *made)
        return {"weight": weight, **({"bias": (self.out_channels, *made)} if self.bias else {})}
