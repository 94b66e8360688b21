"""Sums, means, factors and shifts, constant or learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

Weights = Mapping[str, Any]


def sum_(layer: Any, weights: Weights, x: Any) -> Any:
    """The sum over some axes."""
    return ops.sum(x, axis=layer.dim)


def mean(layer: Any, weights: Weights, x: Any) -> Any:
    """The mean over some axes."""
    return ops.mean(x, axis=layer.dim)


def scale(layer: Any, weights: Weights, x: Any) -> Any:
    """A constant factor."""
    return x * layer.factor


def shift(layer: Any, weights: Weights, x: Any) -> Any:
    """A constant to add."""
    return x + layer.amount


def learned_scale(layer: Any, weights: Weights, x: Any) -> Any:
    """Factors, for the last axes."""
    return x * _for_every_example(weights["weight"], x)


def learned_shift(layer: Any, weights: Weights, x: Any) -> Any:
    """Numbers to add, for the last axes."""
    return x + _for_every_example(weights["bias"], x)


def _for_every_example(numbers: Any, x: Any) -> Any:
    return ops.reshape(numbers, (*[1] * (len(x.shape) - len(numbers.shape)), *numbers.shape))
