"""Transposed convolutions as matrix products over pixels, channels last.

Every pixel of the input makes a patch of the output, and all patches together are one matrix product: (pixels, in)
by (in, patch · out). Where patches overlap they are added, and what a `Crop2d` behind the convolution cuts off is
never copied. The gradient goes the same way back: the patches of the output's gradient are laid out once, for two
matrix products. It all happens a few images at a time, so that patches are added from the caches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from .in_place import may_write_in_place
from .layers import Crop2d
from .scratch import scratch

PATCH_VALUES = 1 << 20
"""About how many values the patches of one block have: 4 MB in float32, of which each core's cache holds its part."""

NARROW = 4
"""With fewer output channels than this, a patch is laid out channel by channel: its rows are too short to copy."""

_through_relu = torch.ops.aten.threshold_backward


def is_transposed(module: nn.Module) -> bool:
    """Return whether a module is a transposed convolution that is faster as a product: where patches overlap little."""
    return (
        isinstance(module, nn.ConvTranspose2d)
        and type(module).forward is nn.ConvTranspose2d.forward
        and tuple(module.dilation) == (1, 1)
        and module.groups == 1
        and all(s > 1 and k <= 2 * s for k, s in zip(module.kernel_size, module.stride, strict=True))
    )


def run_transposed(modules: Sequence[nn.Module], x: Tensor) -> Tensor:
    """Apply a transposed convolution with, perhaps, a `Crop2d` and a ReLU behind it; channels-last out."""
    convolution, *rest = modules
    assert isinstance(convolution, nn.ConvTranspose2d)
    crop = rest[0] if rest and isinstance(rest[0], Crop2d) else None
    geometry = _geometry(convolution, crop, (x.shape[2], x.shape[3])) if _suits(convolution, x) else None
    if geometry is None:
        for module in modules:
            x = module(x)
        return x
    relu = isinstance(modules[-1], nn.ReLU)
    weight, bias = convolution.weight, convolution.bias
    made: Tensor = _Transposed.apply(x.permute(0, 2, 3, 1), weight, bias, geometry, relu)  # type: ignore[no-untyped-call]
    return made.permute(0, 3, 1, 2)


def _suits(convolution: nn.ConvTranspose2d, x: Tensor) -> bool:
    # cuDNN has kernels of its own for this
    return x.device.type == "cpu" and x.dim() == 4 and may_write_in_place(x, [convolution.weight])


@dataclass(frozen=True)
class _Geometry:
    """Where patches lie: `full` is the output before anything is cut off, `cut` where the output is in it."""

    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    full: tuple[int, int]
    cut: tuple[slice, slice]

    @property
    def output(self) -> tuple[int, int]:
        """Return the output's size."""
        return self.cut[0].stop - self.cut[0].start, self.cut[1].stop - self.cut[1].start

    @property
    def plain(self) -> bool:
        """Return whether patches neither overlap nor leave gaps, and nothing is cut off."""
        return self.kernel == self.stride and self.output == self.full

    def taps(self, full: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """Yield (a, b, the pixels of `full` that are number (a, b) of their patch)."""
        for a in range(self.kernel[0]):
            for b in range(self.kernel[1]):
                rows = slice(a, a + self.stride[0] * (self.size[0] - 1) + 1, self.stride[0])
                columns = slice(b, b + self.stride[1] * (self.size[1] - 1) + 1, self.stride[1])
                yield a, b, full[:, rows, columns]

    def values(self, channels: int) -> int:
        """Return how many values the patches of an image have."""
        return self.size[0] * self.size[1] * self.kernel[0] * self.kernel[1] * channels

    def blocks(self, images: int, channels: int) -> Iterator[slice]:
        """Yield the images of every block."""
        step = max(1, PATCH_VALUES // self.values(channels))
        for start in range(0, images, step):
            yield slice(start, min(start + step, images))


def _geometry(convolution: nn.ConvTranspose2d, crop: Crop2d | None, size: tuple[int, int]) -> _Geometry | None:
    """Return where everything lies; None where an output padding goes past the last patch."""
    assert not isinstance(convolution.padding, str)
    cropped = (0, 0, 0, 0) if crop is None else (crop.top, crop.bottom, crop.left, crop.right)
    full, cut = [], []
    for axis in range(2):
        kernel, stride = convolution.kernel_size[axis], convolution.stride[axis]
        padding, more = convolution.padding[axis], convolution.output_padding[axis]
        full.append(stride * (size[axis] - 1) + kernel)
        stop = full[axis] - padding + more
        if stop > full[axis]:
            return None
        cut.append(slice(padding + cropped[2 * axis], stop - cropped[2 * axis + 1]))
    kernels, strides = convolution.kernel_size, convolution.stride
    return _Geometry(size, (kernels[0], kernels[1]), (strides[0], strides[1]), (full[0], full[1]), (cut[0], cut[1]))


class _Patches:
    """The patches of a block: (pixels, patch · channels), or the other way round where channels are few."""

    def __init__(self, geometry: _Geometry, images: int, channels: int, like: Tensor) -> None:
        self.geometry, self.channels = geometry, channels
        (height, width), (a, b) = geometry.size, geometry.kernel
        pixels, values = images * height * width, a * b * channels
        if channels < NARROW:
            by_value = scratch("patches", (values, pixels), like)
            self.rows = by_value.t()
            self.each = by_value.view(a, b, channels, images, height, width).permute(3, 4, 5, 0, 1, 2)
        else:
            self.rows = scratch("patches", (pixels, values), like)
            self.each = self.rows.view(images, height, width, a, b, channels)

    def add_into(self, full: Tensor) -> None:
        """Write the sum of all patches where they lie."""
        (a, b), (down, right) = self.geometry.kernel, self.geometry.stride
        if a < down or b < right:
            full.zero_()
        else:  # the first taps of all patches cover everything but the edge
            full[:, down * self.geometry.size[0] :].zero_()
            full[:, :, right * self.geometry.size[1] :].zero_()
        for i, j, pixels in self.geometry.taps(full):
            if i < down and j < right:
                pixels.copy_(self.each[:, :, :, i, j])
            else:
                pixels.add_(self.each[:, :, :, i, j])

    def take_from(self, full: Tensor) -> None:
        """Lay out the patches of a tensor, contiguous in channels-last."""
        image, row, column, channel = full.stride()
        down, right = self.geometry.stride
        strides = (image, down * row, right * column, row, column, channel)
        self.each.copy_(full.as_strided(self.each.shape, strides))


def _matrix(weight: Tensor) -> Tensor:
    """Return (in, patch · out), in the memory that makes the fastest product."""
    if weight.shape[1] < NARROW:
        return weight.permute(2, 3, 1, 0).flatten(0, 2).t()
    return weight.permute(0, 2, 3, 1).flatten(1)


class _Transposed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, geometry: _Geometry, relu: bool) -> Tensor:
        x = x.contiguous()
        matrix = _matrix(weight)
        channels = weight.shape[1]
        y = x.new_empty(len(x), *geometry.output, channels)

        for images in geometry.blocks(len(x), channels):
            block = y[images]
            patches = _Patches(geometry, len(block), channels, x)
            torch.mm(x[images].flatten(0, 2), matrix, out=patches.rows)
            full = block if geometry.plain else scratch("full", (len(block), *geometry.full, channels), x)
            patches.add_into(full)
            if bias is not None:
                torch.add(full[:, geometry.cut[0], geometry.cut[1]], bias, out=block)
            elif not geometry.plain:
                block.copy_(full[:, geometry.cut[0], geometry.cut[1]])
            if relu:
                torch.relu_(block)
        ctx.save_for_backward(x, weight, matrix, y if relu else None)
        ctx.geometry = geometry
        return y

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, matrix, y = ctx.saved_tensors
        geometry: _Geometry = ctx.geometry
        wants_x, wants_weight, wants_bias = ctx.needs_input_grad[:3]
        channels = weight.shape[1]
        dx = torch.empty_like(x) if wants_x else None

        d_matrix, d_bias = torch.zeros_like(matrix), matrix.new_zeros(channels)
        for images in geometry.blocks(len(x), channels):
            d = dy[images]
            if y is not None:
                d = _through_relu(d, y[images], 0)
            if wants_bias:
                d_bias += d.sum((0, 1, 2))
            full = d.contiguous()
            if not geometry.plain:
                full = scratch("full", (len(d), *geometry.full, channels), x).zero_()
                full[:, geometry.cut[0], geometry.cut[1]].copy_(d)
            patches = _Patches(geometry, len(d), channels, x)
            patches.take_from(full)
            if wants_weight:
                d_matrix.addmm_(x[images].flatten(0, 2).t(), patches.rows)
            if dx is not None:
                torch.mm(patches.rows, matrix.t(), out=dx[images].flatten(0, 2))
        d_weight = d_matrix.unflatten(1, (*geometry.kernel, channels)).permute(0, 3, 1, 2).contiguous()
        return dx, d_weight if wants_weight else None, d_bias if wants_bias else None, None, None
