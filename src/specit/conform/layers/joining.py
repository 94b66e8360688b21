"""One output of several inputs."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any

from keras import ops

Weights = Mapping[str, Any]


def add(layer: Any, weights: Weights, *inputs: Any) -> Any:
    """The sum."""
    return functools.reduce(operator.add, inputs)


def multiply(layer: Any, weights: Weights, *inputs: Any) -> Any:
    """The product."""
    return functools.reduce(operator.mul, inputs)


def concatenate(layer: Any, weights: Weights, *inputs: Any) -> Any:
    """One after the other."""
    return ops.concatenate(inputs, axis=layer.dim)
