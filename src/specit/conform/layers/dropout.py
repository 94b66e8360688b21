"""Dropout. What it draws is copied, as weights are: `drawn` is true where PyTorch kept a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

Weights = Mapping[str, Any]


def dropout(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.Dropout` in training: what is kept is divided by the probability of being kept."""
    return _kept(layer, weights["drawn"], x)


def dropout2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.Dropout2d` in training: a channel is kept whole, or left out whole."""
    pixels = tuple(range(2, len(x.shape)))
    return _kept(layer, ops.any(weights["drawn"], axis=pixels, keepdims=True) if pixels else weights["drawn"], x)


def dropout_in_evaluation(layer: Any, weights: Weights, x: Any) -> Any:
    """Nothing is left out."""
    return x


def _kept(layer: Any, drawn: Any, x: Any) -> Any:
    if layer.p == 1:
        return ops.zeros_like(x)
    return ops.where(drawn, x / (1 - layer.p), 0.0)
