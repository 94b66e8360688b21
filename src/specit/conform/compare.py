"""One network in both frameworks, layer by layer: what each makes, and the gradient by each parameter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from specit.build import BuiltNetwork, build
from specit.errors import SpecItError
from specit.spec.lock import Lock
from specit.spec.network import Network

if TYPE_CHECKING:
    from types import ModuleType

Numbers = NDArray[np.float64]

CLOSE = 1e-9
"""How far two numbers computed in double precision may lie apart, by the largest of their kind."""


@dataclass(frozen=True)
class Difference:
    """How far apart the frameworks are at one layer.

    What it makes is compared relative to the largest number there, gradients relative to the largest one of the
    network: before a batch norm the gradient by a bias is nothing but rounding.
    """

    place: int
    layer: str
    forward: float
    gradients: dict[str, float]

    @property
    def largest(self) -> float:
        """Return the largest of them."""
        return max(self.forward, *self.gradients.values(), 0.0)


@dataclass(frozen=True)
class Comparison:
    """What was found of one network."""

    network: str
    framework: str
    differences: tuple[Difference, ...]

    @property
    def conforms(self) -> bool:
        """Return whether both frameworks compute the same."""
        return all(each.largest <= CLOSE for each in self.differences)


def compare(lock: Lock, *, seed: int = 0, examples: int = 3) -> list[Comparison]:
    """Compare every network of a lock, with the weights that `seed` gives and random inputs.

    Raises `SpecItError` where Keras or JAX is missing, or where a layer has no second implementation yet.
    """
    keras_layers, framework = _second_framework()
    built = build(lock, seed)
    found = []
    for name, network in lock.networks.items():
        for place, placed in enumerate(network.layers):
            if placed.name not in keras_layers.KERAS_LAYERS:
                raise SpecItError(
                    f"{placed.name} (layer {place}) has no second implementation to compare with yet.", at=placed.mark
                )
        differences = _differences(network, built[name].double(), keras_layers, seed, examples)
        found.append(Comparison(name, framework, tuple(differences)))
    return found


def _second_framework() -> tuple[ModuleType, str]:
    """Import Keras on JAX, in double precision."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    try:
        import jax
        import keras
    except ImportError as error:
        raise SpecItError(
            f"Comparing needs Keras and JAX, and '{error.name}' is not installed: pip install 'specit-ml[keras]'"
        ) from None
    if keras.backend.backend() != "jax":
        raise SpecItError(f"Keras runs on {keras.backend.backend()} here; set KERAS_BACKEND=jax.")
    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")  # else some of its operations, such as mean, fall back to single
    from . import layers

    return layers, f"Keras {keras.__version__} on JAX {jax.__version__}"


def _differences(
    network: Network, built: BuiltNetwork, keras_layers: ModuleType, seed: int, examples: int
) -> list[Difference]:
    random = np.random.default_rng(seed)
    shapes = [placed.shape for placed in network.inputs]
    inputs = [random.standard_normal((examples, *shape)) for shape in shapes]
    seen = [random.standard_normal((examples, *network.layers[place].shape)) for place in network.outputs]
    ours, our_gradients = _in_torch(network, built, inputs, seen)
    weights = [
        {name: p.detach().numpy() for name, p in module.named_parameters(recurse=False)} for module in built.layers
    ]
    theirs, their_gradients = _in_keras(network, weights, keras_layers, inputs, seen)
    steepest = max((float(np.abs(g).max(initial=0)) for each in our_gradients for g in each.values()), default=0.0)
    return [
        Difference(
            place=place,
            layer=placed.name,
            forward=_apart(ours[place], theirs[place], float(np.abs(ours[place]).max(initial=0))),
            gradients={
                name: _apart(our_gradients[place][name], np.asarray(gradient), steepest)
                for name, gradient in their_gradients[place].items()
            },
        )
        for place, placed in enumerate(network.layers)
    ]


def _apart(one: Numbers, other: Numbers, scale: float) -> float:
    if one.shape != other.shape or not np.isfinite(other).all():
        return float("inf")
    return float(np.abs(one - other).max(initial=0)) / (scale or 1.0)


def _in_torch(
    network: Network, built: BuiltNetwork, inputs: Sequence[Numbers], seen: Sequence[Numbers]
) -> tuple[list[Numbers], list[dict[str, Numbers]]]:
    """Return what every layer makes, and the gradients by its own parameters of some function of the outputs."""
    built.train()
    given = iter(map(torch.from_numpy, inputs))
    made: list[torch.Tensor] = []
    for placed, module in zip(network.layers, built.layers, strict=True):
        made.append(module(*[made[place] for place in placed.takes]) if placed.takes else next(given))
    value = sum((made[place] * torch.from_numpy(s)).sum() for place, s in zip(network.outputs, seen, strict=True))
    assert isinstance(value, torch.Tensor)
    parameters = list(built.parameters())
    gradients = dict(zip(parameters, torch.autograd.grad(value, parameters), strict=True)) if parameters else {}
    return [tensor.detach().numpy() for tensor in made], [
        {name: gradients[p].numpy() for name, p in module.named_parameters(recurse=False)}
        if placed.shares is None
        else {}
        for placed, module in zip(network.layers, built.layers, strict=True)
    ]


def _in_keras(
    network: Network,
    weights: list[dict[str, Numbers]],
    keras_layers: ModuleType,
    inputs: Sequence[Numbers],
    seen: Sequence[Numbers],
) -> tuple[list[Numbers], list[dict[str, Any]]]:
    """Return the same, computed by the other framework."""
    import jax

    own = [w if placed.shares is None else {} for placed, w in zip(network.layers, weights, strict=True)]

    def run(given: list[dict[str, Any]]) -> list[Any]:
        rest = iter(inputs)
        made: list[Any] = []
        for place, placed in enumerate(network.layers):
            known = given[place if placed.shares is None else placed.shares]
            taken = [made[other] for other in placed.takes] or [jax.numpy.asarray(next(rest))]
            made.append(keras_layers.KERAS_LAYERS[placed.name](placed.layer, known, *taken))
        return made

    def value(given: list[dict[str, Any]]) -> tuple[Any, list[Any]]:
        made = run(given)
        return sum((made[place] * s).sum() for place, s in zip(network.outputs, seen, strict=True)), made

    (_, made), gradients = jax.value_and_grad(value, has_aux=True)(own)
    return [np.asarray(each) for each in made], gradients
