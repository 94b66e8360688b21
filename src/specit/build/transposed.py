"""Transposed convolutions as matrix products over pixels, channels last.

Every pixel of the input makes a patch of the output, and all patches together are one matrix product: (pixels, in)
by (in, patch · out). Where patches overlap they are added, and what a `Crop2d` behind the convolution cuts off is
never copied. The gradient goes the same way back: the patches of the output's gradient are laid out once, for two
matrix products. It all happens a few images at a time, so that patches are added from the caches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from .in_place import may_write_in_place
from .layers import Crop2d
from .patches import NARROW, Geometry, Patches, as_kernels, as_matrix, padded
from .scratch import scratch

_through_relu = torch.ops.aten.threshold_backward


def is_transposed(module: nn.Module) -> bool:
    """Return whether a module is a transposed convolution that may be faster as a product; see `_pays`."""
    return (
        isinstance(module, nn.ConvTranspose2d)
        and type(module).forward is nn.ConvTranspose2d.forward
        and tuple(module.dilation) == (1, 1)
        and module.groups == 1
        and all(stride > 1 for stride in module.stride)
    )


def run_transposed(modules: Sequence[nn.Module], x: Tensor) -> Tensor:
    """Apply a transposed convolution with, perhaps, a `Crop2d` and a ReLU behind it; channels-last out if a product."""
    convolution, *rest = modules
    assert isinstance(convolution, nn.ConvTranspose2d)
    crop = rest[0] if rest and isinstance(rest[0], Crop2d) else None
    fits = x.dim() == 4 and x.device.type == "cpu"  # cuDNN has kernels of its own for this
    size = (x.shape[2], x.shape[3]) if fits and may_write_in_place(x) else None
    geometry = _geometry(convolution, crop, size) if size else None
    if geometry is None or not _pays(convolution, geometry.pixels(len(x))):
        x = _convolve_and_crop(convolution, crop, x) if crop and fits else convolution(x)
        for module in rest[crop is not None :]:
            x = module(x)
        return x
    relu = isinstance(modules[-1], nn.ReLU)
    weight, bias = convolution.weight, convolution.bias
    made: Tensor = _Transposed.apply(x.permute(0, 2, 3, 1), weight, bias, geometry, relu)  # type: ignore[no-untyped-call]
    return made.permute(0, 3, 1, 2)


def _convolve_and_crop(convolution: nn.ConvTranspose2d, crop: Crop2d, x: Tensor) -> Tensor:
    """Return what is left of the convolution's output, in one piece.

    PyTorch takes longer to add the bias itself, and batch norms are several times slower on a part of a larger tensor.
    """
    c = convolution
    x = crop(F.conv_transpose2d(x, c.weight, None, c.stride, c.padding, c.output_padding, c.groups, c.dilation))  # type: ignore[arg-type]
    if c.bias is None:
        return x.contiguous(memory_format=torch.channels_last)
    return x + c.bias.to(x.dtype)[:, None, None]


def _pays(convolution: nn.ConvTranspose2d, pixels: int) -> bool:
    """Return whether a product is faster than PyTorch's convolution.

    It is where patches overlap little; where they have too few channels for a fast convolution; and where they have
    fewer values than the weight, so that adding them up is little beside reading that.
    """
    sides = zip(convolution.kernel_size, convolution.stride, strict=True)
    overlap_little = all(kernel <= 2 * stride for kernel, stride in sides)
    return overlap_little or convolution.out_channels < NARROW or pixels < convolution.in_channels


def _geometry(convolution: nn.ConvTranspose2d, crop: Crop2d | None, size: tuple[int, int]) -> Geometry | None:
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
    return Geometry(size, (kernels[0], kernels[1]), (strides[0], strides[1]), (full[0], full[1]), (cut[0], cut[1]))


class _Transposed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, geometry: Geometry, relu: bool) -> Tensor:
        x = x.contiguous()
        matrix = as_matrix(weight)
        channels = weight.shape[1]
        y = x.new_empty(len(x), *geometry.inside, channels)

        for images in geometry.blocks(len(x), weight, channels):
            block = y[images]
            patches = Patches(geometry, len(block), channels, x)
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
        geometry: Geometry = ctx.geometry
        wants_x, wants_weight, wants_bias = ctx.needs_input_grad[:3]
        channels = weight.shape[1]
        dx = torch.empty_like(x) if wants_x else None

        d_matrix, d_bias = torch.empty_like(matrix), matrix.new_zeros(channels)
        for images in geometry.blocks(len(x), weight, channels):
            d = dy[images]
            if y is not None:
                d = _through_relu(d, y[images], 0)
            if wants_bias:
                d_bias += d.sum((0, 1, 2))
            patches = Patches(geometry, len(d), channels, x)
            patches.take_from(padded(d, geometry))
            if wants_weight:
                rows = x[images].flatten(0, 2)
                torch.addmm(d_matrix, rows.t(), patches.rows, beta=images.start > 0, out=d_matrix)
            if dx is not None:
                torch.mm(patches.rows, matrix.t(), out=dx[images].flatten(0, 2))
        d_weight = as_kernels(d_matrix, weight) if wants_weight else None
        return dx, d_weight, d_bias if wants_bias else None, None, None
