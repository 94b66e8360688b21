"""Activations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import layers, ops

from .of_keras import call

Weights = Mapping[str, Any]


def _of_x(function: Any) -> Any:
    return lambda layer, weights, x: function(x)


def prelu(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.PReLU`. Keras has a number for every place unless told which axes share one; ours belong to axis 1."""
    own = 1 if layer.num_parameters == 1 else 2
    shape = (layer.num_parameters, *[1] * (len(x.shape) - 2)) if len(x.shape) > 1 else (1,)
    shared = layers.PReLU(shared_axes=list(range(own, len(x.shape))) or None)
    return call(shared, x, [ops.reshape(weights["weight"], shape)])


ACTIVATIONS = {
    "Input": _of_x(lambda x: x),
    "Identity": _of_x(lambda x: x),
    "ReLU": _of_x(ops.relu),
    "ReLU6": _of_x(ops.relu6),
    "Sigmoid": _of_x(ops.sigmoid),
    "SiLU": _of_x(ops.silu),
    "Tanh": _of_x(ops.tanh),
    "Hardsigmoid": _of_x(ops.hard_sigmoid),
    "Hardswish": _of_x(ops.hard_silu),
    "Hardtanh": lambda layer, weights, x: ops.clip(x, layer.min_val, layer.max_val),
    "ELU": lambda layer, weights, x: ops.elu(x, alpha=layer.alpha),
    "GELU": lambda layer, weights, x: ops.gelu(x, approximate=layer.approximate == "tanh"),
    "LeakyReLU": lambda layer, weights, x: ops.leaky_relu(x, layer.negative_slope),
    "PReLU": prelu,
    "Sin": _of_x(ops.sin),
    "Gaussian": _of_x(lambda x: ops.exp(-x * x)),
    "Softmax": lambda layer, weights, x: ops.softmax(x, axis=layer.dim),
}
