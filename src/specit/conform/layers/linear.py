"""Matrices: shared by all places, and one for every place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

from .axes import pad

Weights = Mapping[str, Any]


def linear(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.Linear`."""
    made = ops.matmul(x, ops.transpose(weights["weight"]))
    return made + weights["bias"] if layer.bias else made


def locally_connected2d(layer: Any, weights: Weights, x: Any) -> Any:
    """Another kernel at every pixel: for each place in the kernel, the image moved there times its numbers."""
    (rows, columns), (height, width) = layer.padding, weights["weight"].shape[4:]
    padded = pad(x, ((rows, rows), (columns, columns)))
    made = 0.0
    for i in range(layer.kernel_size[0]):
        for j in range(layer.kernel_size[1]):
            moved = padded[:, None, :, i : i + height, j : j + width]
            made = made + ops.sum(moved * weights["weight"][None, :, :, i, j], axis=2)
    return made + weights["bias"][None] if layer.bias else made
