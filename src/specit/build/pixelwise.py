"""Runs of 1×1 convolutions as matrix products over pixels.

A 1×1 convolution is one matrix product over all pixels, and in a run of them nothing needs to leave the layout
(pixels, channels) that the product likes. A vector tiled over the canvas is the same at every pixel and the
coordinates are the same in every example, so the first layer after a `Tile` into channels is a broadcast sum of
two small products: it never makes the tiled tensor. The same function, the parameters untouched.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from coordconv import CoordConv2d, coordinate_grid

from .modules import Tile


def is_pixelwise(module: nn.Module) -> bool:
    """Return whether a module computes each pixel of its output from that pixel of its input alone."""
    if isinstance(module, nn.ReLU):
        return True
    if not isinstance(module, nn.Conv2d | CoordConv2d):
        return False
    return (
        tuple(module.kernel_size) == (1, 1)
        and tuple(module.stride) == (1, 1)
        and module.padding in ((0, 0), "same", "valid")
        and module.groups == 1
    )


def run_pixelwise(modules: Sequence[nn.Module], x: Tensor) -> Tensor:
    """Apply a run of pixelwise modules, led perhaps by a `Tile`; (N, C, H, W) out, strided like channels-last."""
    first = modules[0]
    if isinstance(first, Tile) and first.into == "channels":
        size = first.size
        h = _after_tile(modules[1], x, size)
        rest = modules[2:]
    else:
        if isinstance(first, Tile):
            x, modules = first(x), modules[1:]
        size = (x.shape[2], x.shape[3])
        h, rest = x.flatten(2).transpose(1, 2), modules
    ours = False  # whether h is a fresh tensor of this run, which an activation may overwrite
    for module in rest:
        if isinstance(module, nn.ReLU):
            h = torch.relu_(h) if ours else torch.relu(h)
            ours = False  # the gradient of this activation needs what it made
        else:
            h = _convolve(module, h, size)
            ours = True
    return h.transpose(1, 2).reshape(len(h), -1, *size)


def _convolve(module: nn.Module, h: Tensor, size: tuple[int, int]) -> Tensor:
    """Apply one 1×1 convolution to (N, pixels, channels)."""
    assert isinstance(module, nn.Conv2d | CoordConv2d)
    weight = module.weight.flatten(1)
    inputs = h.shape[-1]
    made = nn.functional.linear(h, weight[:, :inputs], module.bias)
    if isinstance(module, CoordConv2d):
        made = made + _coordinate_term(module, weight[:, inputs:], size)
    return made


def _after_tile(module: nn.Module, z: Tensor, size: tuple[int, int]) -> Tensor:
    """Apply the first module to a tiled vector (N, n): what the vector adds plus what the place adds."""
    pixels = size[0] * size[1]
    if isinstance(module, nn.ReLU):
        return torch.relu(z)[:, None, :].expand(-1, pixels, -1)
    assert isinstance(module, nn.Conv2d | CoordConv2d)
    weight = module.weight.flatten(1)
    inputs = z.shape[1]
    vector_term = nn.functional.linear(z, weight[:, :inputs], module.bias)[:, None, :]
    if isinstance(module, CoordConv2d):
        return vector_term + _coordinate_term(module, weight[:, inputs:], size)
    return vector_term.expand(-1, pixels, -1)


def _coordinate_term(module: CoordConv2d, weight: Tensor, size: tuple[int, int]) -> Tensor:
    """Return what the coordinates add at every pixel, (pixels, out channels): the same for every example."""
    grid = coordinate_grid(
        size,
        radius=module.radius,
        order=module.order,
        span=module.span,
        anchor=module.anchor,
        dtype=weight.dtype,
        device=weight.device,
    )
    return grid.flatten(1).T @ weight.T
