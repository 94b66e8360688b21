"""Runs of 1×1 convolutions as matrix products over pixels.

A 1×1 convolution is one matrix product over all pixels, and in a run of them nothing needs to leave the layout
(pixels, channels) that the product likes: `build.products` computes a whole run. A tiled vector is handed to it as
the vector. The same function, the parameters untouched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor, nn

from coordconv import CoordConv2d, coordinate_grid

from .composed import Pixelwise, compose
from .in_place import may_write_in_place
from .modules import Tile
from .products import run_products


def is_pixelwise(module: nn.Module) -> bool:
    """Return whether a module computes each pixel of its output from that pixel of its input alone."""
    if isinstance(module, nn.ReLU | nn.Identity):
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
    modules = [module for module in modules if not isinstance(module, nn.Identity)]
    tiled = isinstance(modules[0], Tile) and modules[0].into == "channels"
    if not may_write_in_place(x):
        for module in modules:
            x = module(x)
        return x
    size = modules[0].size if isinstance(modules[0], Tile) else (x.shape[2], x.shape[3])
    layers: list[Pixelwise] = []
    for module in modules:
        if isinstance(module, nn.Conv2d):
            weight = module.weight  # read once: a parametrised weight is computed at each reading
            layers.append(Pixelwise(weight, module.bias, _grid(module, size, weight), relu=False))
        elif layers:
            layers[-1] = replace(layers[-1], relu=layers[-1].relu or isinstance(module, nn.ReLU))
        elif not tiled or isinstance(module, nn.ReLU):  # a tiled vector stays one
            x = module(x)
    made = run_products(x if tiled else x.flatten(2).transpose(1, 2), size[0] * size[1], compose(layers))
    return made.transpose(1, 2).reshape(len(x), -1, *size)


def _grid(convolution: nn.Conv2d, size: tuple[int, int], like: Tensor) -> Tensor | None:
    """Return the coordinates that a convolution sees, (pixels, coords); None for a plain one."""
    if not isinstance(convolution, CoordConv2d):
        return None
    c = convolution
    return _kept_grid(size, c.radius, c.order, c.span, c.anchor, like.dtype, like.device)


@lru_cache(maxsize=8)
def _kept_grid(
    size: tuple[int, int],
    radius: bool,
    order: Literal["ij", "xy"],
    span: tuple[float, float],
    anchor: Literal["corners", "centers"],
    dtype: torch.dtype,
    device: torch.device,
) -> Tensor:
    with torch.inference_mode(False):  # or training could not use it
        maps = coordinate_grid(size, radius=radius, order=order, span=span, anchor=anchor, dtype=dtype, device=device)
        return maps.flatten(1).t().contiguous()
