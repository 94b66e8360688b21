"""Activations."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from keras import ops

# Keras computes sin, cos and tanh of doubles in single precision on this backend, whatever its float type; JAX does
# not.


def _of_x(function: Any) -> Any:
    return lambda layer, weights, x: function(x)


ACTIVATIONS = {
    "Input": _of_x(lambda x: x),
    "Identity": _of_x(lambda x: x),
    "ReLU": _of_x(ops.relu),
    "Sigmoid": _of_x(ops.sigmoid),
    "Tanh": _of_x(jnp.tanh),
    "Sin": _of_x(jnp.sin),
    "Gaussian": _of_x(lambda x: ops.exp(-x * x)),
    "LeakyReLU": lambda layer, weights, x: ops.leaky_relu(x, layer.negative_slope),
    "Softmax": lambda layer, weights, x: ops.softmax(x, axis=layer.dim),
}
