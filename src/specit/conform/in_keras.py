"""The same network in Keras on JAX, layer by layer. Nothing here knows PyTorch."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from specit.spec.network import Network

from .seen import Copied, Given, Seen


def in_keras(network: Network, copied: Sequence[Copied], keras_layers: ModuleType, given: Given) -> Seen:
    """Return what the network does with the weights, running averages and chance that are copied."""
    import jax

    inputs = [jax.numpy.asarray(x) for x in given.inputs]
    own = [
        dict(one.weights) if placed.shares is None else {} for placed, one in zip(network.layers, copied, strict=True)
    ]

    def run(weights: list[dict[str, Any]], inputs: list[Any]) -> tuple[Any, Any]:
        made, running = _train(network, copied, keras_layers, weights, inputs)
        return [made[place] for place in network.outputs], (made, running)

    _, back, (made, running) = jax.vjp(run, own, inputs, has_aux=True)
    by_weights, by_inputs = back([jax.numpy.asarray(c) for c in given.counts])
    evaluated = _evaluate(network, keras_layers, own, running, made)
    rest = iter(by_inputs)
    return Seen(
        made=[np.asarray(each) for each in made],
        gradients=[
            {name: np.asarray(g) for name, g in (each if placed.takes else {"input": next(rest)}).items()}
            for placed, each in zip(network.layers, by_weights, strict=True)
        ],
        running=[{name: np.asarray(average) for name, average in each.items()} for each in running],
        evaluated=[np.asarray(each) for each in evaluated],
    )


def _train(
    network: Network,
    copied: Sequence[Copied],
    keras_layers: ModuleType,
    weights: Sequence[dict[str, Any]],
    inputs: Sequence[Any],
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return what every layer makes in training, and the running averages of every layer that keeps its own."""
    rest = iter(inputs)
    made: list[Any] = []
    running = [
        dict(one.running) if placed.shares is None else {} for placed, one in zip(network.layers, copied, strict=True)
    ]
    for place, (placed, one) in enumerate(zip(network.layers, copied, strict=True)):
        if not placed.takes:
            made.append(keras_layers.KERAS_LAYERS[placed.name](placed.layer, {}, next(rest)))
            continue
        owner = _owner(network, place)
        taken = [made[other] for other in placed.takes]
        known = {**weights[owner], **one.drawn}
        made.append(_compiled(keras_layers.KERAS_LAYERS[placed.name])(placed.layer, known, *taken))
        if running[owner]:  # a layer at several places keeps one pair of averages, which each of them goes on with
            running[owner] = _compiled(keras_layers.RUNNING[placed.name])(placed.layer, running[owner], *taken)
    return made, running


def _evaluate(
    network: Network,
    keras_layers: ModuleType,
    weights: Sequence[dict[str, Any]],
    running: Sequence[dict[str, Any]],
    trained: Sequence[Any],
) -> list[Any]:
    """Return what every layer makes in evaluation: what it made in training, as far as nothing before it differs."""
    made: list[Any] = []
    for place, placed in enumerate(network.layers):
        owner = _owner(network, place)
        otherwise = keras_layers.IN_EVALUATION.get(placed.name)
        if otherwise is None and all(made[other] is trained[other] for other in placed.takes):
            made.append(trained[place])
            continue
        apply = _compiled(otherwise or keras_layers.KERAS_LAYERS[placed.name])
        made.append(apply(placed.layer, {**weights[owner], **running[owner]}, *[made[other] for other in placed.takes]))
    return made


def _owner(network: Network, place: int) -> int:
    """Return the place of the layer whose parameters are used at a place."""
    shares = network.layers[place].shares
    return place if shares is None else shares


@functools.cache
def _compiled(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Return a layer's function, compiled once for each of its arguments and shapes.

    Compiling is what takes long, and networks of a study have many layers in common: over 64 of them this took a third
    of the time of compiling whole networks, and four fifths of that of compiling operations one by one.
    """
    import jax

    compiled: Callable[..., Any] = jax.jit(apply, static_argnums=0)
    return compiled
