"""Convolutions of few pixels as matrix products over patches, channels last.

Every pixel of the output sees a patch of the input, and all patches together are one matrix product: (pixels, patch ·
in) by (patch · in, out). Where a batch has fewer pixels than the output has channels, the patches have fewer values
than the weight, and to lay them out is little beside reading that. Zeros that a `ZeroPad2d` puts around are written
where the patches are taken from. The gradient goes the same way back: two matrix products, and patches are added where
they overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from .in_place import may_write_in_place
from .patches import Geometry, Patches, as_kernels, as_matrix, padded
from .scratch import scratch


def is_convolved(module: nn.Module) -> bool:
    """Return whether a module is a convolution that is faster as a product where its output has few pixels."""
    return (
        isinstance(module, nn.Conv2d)
        and type(module).forward is nn.Conv2d.forward
        and tuple(module.kernel_size) != (1, 1)
        and tuple(module.dilation) == (1, 1)
        and module.groups == 1
        and module.padding_mode == "zeros"
        and not isinstance(module.padding, str)
    )


def run_convolved(modules: Sequence[nn.Module], x: Tensor) -> Tensor:
    """Apply a convolution, perhaps behind a `ZeroPad2d`; channels-last out where it is a product."""
    convolution = modules[-1]
    assert isinstance(convolution, nn.Conv2d)
    fits = x.dim() == 4 and x.shape[1] == convolution.in_channels and x.device.type == "cpu" and may_write_in_place(x)
    geometry = _geometry(modules, x) if fits else None
    if geometry is None or geometry.pixels(len(x)) >= convolution.out_channels:
        for module in modules:
            x = module(x)
        return x
    weight, bias = convolution.weight, convolution.bias
    made: Tensor = _Convolved.apply(x.permute(0, 2, 3, 1), weight, bias, geometry)  # type: ignore[no-untyped-call]
    return made.permute(0, 3, 1, 2)


def _geometry(modules: Sequence[nn.Module], x: Tensor) -> Geometry | None:
    """Return where everything lies; None where something is cut off, or there is less than a patch."""
    convolution = modules[-1]
    assert isinstance(convolution, nn.Conv2d)
    assert not isinstance(convolution.padding, str)
    before = modules[0].padding if isinstance(modules[0], nn.ZeroPad2d) else (0, 0, 0, 0)
    if min(before) < 0:
        return None
    left, right, top, bottom = before
    size, full, cut = [], [], []
    for axis, (low, high) in enumerate(((top, bottom), (left, right))):
        kernel, stride, padding = convolution.kernel_size[axis], convolution.stride[axis], convolution.padding[axis]
        length = x.shape[2 + axis]
        size.append((low + length + high + 2 * padding - kernel) // stride + 1)
        if size[axis] < 1:
            return None
        full.append(stride * (size[axis] - 1) + kernel)
        if full[axis] < low + padding + length:  # the last pixels are in no patch
            return None
        cut.append(slice(low + padding, low + padding + length))
    kernels, strides = convolution.kernel_size, convolution.stride
    return Geometry(
        (size[0], size[1]), (kernels[0], kernels[1]), (strides[0], strides[1]), (full[0], full[1]), (cut[0], cut[1])
    )


class _Convolved(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, geometry: Geometry) -> Tensor:
        matrix = as_matrix(weight)
        y = x.new_empty(len(x), *geometry.size, len(weight))
        for images in geometry.blocks(len(x), weight, x.shape[-1]):
            patches = _lay_out(x[images], geometry)
            rows = y[images].flatten(0, 2)
            if bias is None:
                torch.mm(patches.rows, matrix.t(), out=rows)
            else:
                torch.addmm(bias, patches.rows, matrix.t(), out=rows)
        ctx.save_for_backward(x, weight, matrix)
        ctx.geometry = geometry
        return y

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, matrix = ctx.saved_tensors
        geometry: Geometry = ctx.geometry
        wants_x, wants_weight, wants_bias = ctx.needs_input_grad[:3]
        dy = dy.contiguous()
        rows, columns = geometry.cut
        dx = x.new_empty(x.shape) if wants_x else None
        d_matrix = torch.empty_like(matrix) if wants_weight else None
        for images in geometry.blocks(len(x), weight, x.shape[-1]):
            d = dy[images].flatten(0, 2)
            if d_matrix is not None:
                torch.addmm(d_matrix, d.t(), _lay_out(x[images], geometry).rows, beta=images.start > 0, out=d_matrix)
            if dx is not None:
                block = dx[images]
                patches = Patches(geometry, len(block), x.shape[-1], x)
                torch.mm(d, matrix, out=patches.rows)
                full = block if geometry.plain else scratch("full", (len(block), *geometry.full, x.shape[-1]), x)
                patches.add_into(full)
                if not geometry.plain:
                    block.copy_(full[:, rows, columns])
        d_weight = None if d_matrix is None else as_kernels(d_matrix, weight)
        return dx, d_weight, dy.sum((0, 1, 2)) if wants_bias else None, None


def _lay_out(x: Tensor, geometry: Geometry) -> Patches:
    patches = Patches(geometry, len(x), x.shape[-1], x)
    patches.take_from(padded(x, geometry))
    return patches
