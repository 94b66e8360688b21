"""Layers that only move numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from keras import ops

Weights = Mapping[str, Any]


def tile(layer: Any, weights: Weights, x: Any) -> Any:
    """A vector at every pixel, or again and again along the rows of one plane."""
    height, width = layer.size
    if layer.into == "channels":
        return ops.tile(x[:, :, None, None], (1, 1, height, width))
    return ops.reshape(ops.tile(x, (1, height * width // x.shape[1])), (-1, 1, height, width))


def crop2d(layer: Any, weights: Weights, x: Any) -> Any:
    """Without some rows and columns."""
    height, width = x.shape[2:]
    return x[:, :, layer.top : height - layer.bottom, layer.left : width - layer.right]


def flatten(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.Flatten`."""
    last = layer.end_dim % len(x.shape)
    before, within, after = x.shape[: layer.start_dim], x.shape[layer.start_dim : last + 1], x.shape[last + 1 :]
    return ops.reshape(x, (*before, math.prod(within), *after))


def unflatten(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.Unflatten`."""
    return ops.reshape(x, (*x.shape[: layer.dim], *layer.unflattened_size, *x.shape[layer.dim + 1 :]))


def permute(layer: Any, weights: Weights, x: Any) -> Any:
    """The axes in another order."""
    return ops.transpose(x, layer.dims)


def slice_(layer: Any, weights: Weights, x: Any) -> Any:
    """A stretch of one axis."""
    return ops.take(x, ops.arange(layer.start, layer.stop), axis=layer.dim)
