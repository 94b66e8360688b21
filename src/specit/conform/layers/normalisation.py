"""Normalisation, as in training: with the statistics of the batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

Weights = Mapping[str, Any]


def batch_norm2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.BatchNorm2d` in training: ε is added to the variance, which is divided by the count, not one less."""
    mean, variance = ops.moments(x, axes=(0, 2, 3))
    scale = weights["weight"] if layer.affine else None
    offset = weights["bias"] if layer.affine else None
    return ops.batch_normalization(x, mean, variance, axis=1, offset=offset, scale=scale, epsilon=layer.eps)
