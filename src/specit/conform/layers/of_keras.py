"""A layer of Keras as a function: its weights are given to it, and nothing is kept in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax


def call(
    layer: Any, x: Any, weights: Sequence[Any] = (), state: Sequence[Any] = (), *, training: bool | None = None
) -> Any:
    """Return what a new layer of Keras makes of x with these weights, and these moving averages where it has any."""
    return _called(layer, x, weights, state, training)[0]


def state_after(layer: Any, x: Any, weights: Sequence[Any], state: Sequence[Any]) -> Sequence[Any]:
    """Return the moving averages that a new layer of Keras has after a batch x in training."""
    after: Sequence[Any] = _called(layer, x, weights, state, training=True)[1]
    return after


def _called(layer: Any, x: Any, weights: Sequence[Any], state: Sequence[Any], training: bool | None) -> Any:
    with (
        jax.ensure_compile_time_eval()
    ):  # the layer's own first values, which are not used, are no part of the function
        layer.build(x.shape)
    keywords = {} if training is None else {"training": training}
    return layer.stateless_call(list(weights), list(state), x, **keywords)
