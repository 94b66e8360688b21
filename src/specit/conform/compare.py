"""One network in both frameworks: how far apart they are at each layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specit.build import build
from specit.spec.lock import Lock
from specit.spec.network import Network

from .framework import second_framework
from .in_keras import in_keras
from .in_torch import in_torch
from .seen import Given, Numbers, Seen

CLOSE = 1e-9
"""How far two numbers computed in double precision may lie apart, by the largest of their kind."""

COARSE = {"Hardsigmoid": 1e-7}
"""The same for the gradients of a network with these layers: PyTorch multiplies by a sixth in single precision."""


@dataclass(frozen=True)
class Difference:
    """How far apart the frameworks are at one layer.

    What it makes, in training (`forward`) and in evaluation, and its running averages are compared relative to the
    largest number there; gradients relative to the largest one by any parameter of the network: before a batch norm
    the gradient by a bias is nothing but rounding. The gradient by a network's input stands at its `Input`, and is
    relative to the largest of all: before a softmax that has made up its mind it, too, is nothing but rounding.
    """

    place: int
    layer: str
    forward: float
    gradients: dict[str, float]
    running: dict[str, float]
    evaluation: float

    @property
    def largest(self) -> float:
        """Return the largest of them."""
        return max(self.forward, self.evaluation, *self.gradients.values(), *self.running.values())


@dataclass(frozen=True)
class Comparison:
    """What was found of one network."""

    network: str
    framework: str
    differences: tuple[Difference, ...]

    @property
    def conforms(self) -> bool:
        """Return whether both frameworks compute the same."""
        gradients = max((COARSE.get(each.layer, CLOSE) for each in self.differences), default=CLOSE)
        return all(
            max(each.forward, each.evaluation, *each.running.values()) <= CLOSE
            and max(each.gradients.values(), default=0.0) <= gradients
            for each in self.differences
        )

    @property
    def worst(self) -> Difference:
        """Return the layer where they are farthest apart."""
        return max(self.differences, key=lambda each: each.largest)


def compare(lock: Lock, *, seed: int = 0, examples: int = 3) -> list[Comparison]:
    """Compare every network of a lock, with the weights that `seed` gives and random inputs.

    In one step of training, gradients included, and then in evaluation. What layers draw by chance, and the running
    averages that the step begins with, are copied as the weights are. Raises `SpecItError` where Keras or JAX is
    missing.
    """
    keras_layers, framework = second_framework()
    built = build(lock, seed)
    found = []
    for name, network in lock.networks.items():
        random = np.random.default_rng(seed)
        given = Given(
            inputs=[random.standard_normal((examples, *placed.shape)) for placed in network.inputs],
            counts=[random.standard_normal((examples, *network.layers[place].shape)) for place in network.outputs],
        )
        ours, copied = in_torch(network, built[name].double(), given, seed)
        theirs = in_keras(network, copied, keras_layers, given)
        found.append(Comparison(name, framework, tuple(_differences(network, ours, theirs))))
    return found


def _differences(network: Network, ours: Seen, theirs: Seen) -> list[Difference]:
    every = [(name == "input", _size(g)) for each in ours.gradients for name, g in each.items()]
    steepest = max((size for _, size in every), default=0.0)
    parameters = max((size for of_input, size in every if not of_input), default=0.0)
    return [
        Difference(
            place=place,
            layer=placed.name,
            forward=_apart(ours.made[place], theirs.made[place]),
            gradients={
                name: _apart(gradient, theirs.gradients[place][name], steepest if name == "input" else parameters)
                for name, gradient in ours.gradients[place].items()
            },
            running={
                name: _apart(average, theirs.running[place][name]) for name, average in ours.running[place].items()
            },
            evaluation=_apart(ours.evaluated[place], theirs.evaluated[place]),
        )
        for place, placed in enumerate(network.layers)
    ]


def _size(numbers: Numbers) -> float:
    return float(np.abs(numbers).max(initial=0))


def _apart(one: Numbers, other: Numbers, scale: float | None = None) -> float:
    if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("inf")
    return _size(one - other) / ((_size(one) if scale is None else scale) or 1.0)
