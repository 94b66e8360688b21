"""A network as data: its layers in order, and the shape after each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from specit.errors import Mark, SpecItError, nearest

from .blocks import Block, unfold
from .initialisers import check_fits, read_initialiser
from .layers import LAYERS, Layer, Shape, ShapeError
from .model import Model, read
from .tree import Node
from .variant import stated


@dataclass(frozen=True)
class Placed:
    """A layer at its place: its name, arguments, line, and the shape it makes (without the batch axis).

    `called` is the name its output goes by (`as:`); `initialise` is how its own parameters start, where that is
    stated at the layer.
    """

    name: str
    layer: Layer
    shape: Shape
    mark: Mark
    called: str | None = None
    initialise: Mapping[str, tuple[str, Model]] = field(default_factory=dict)

    def stated(self) -> dict[str, Any]:
        """Return the layer as plain data, every argument included."""
        own = {name: stated(*how) for name, how in self.initialise.items()}
        return {
            **stated(self.name, self.layer),
            **({"as": self.called} if self.called else {}),
            **({"initialise": own} if own else {}),
        }


@dataclass(frozen=True)
class Network:
    """The completed layers of one network, in order. The first is its `Input`."""

    layers: tuple[Placed, ...]

    @property
    def output(self) -> Shape:
        """Return the shape of the last layer's output, without the batch axis."""
        return self.layers[-1].shape

    @cached_property
    def parameters(self) -> int:
        """Return how many trainable numbers the network holds."""
        return sum(math.prod(s) for placed in self.layers for s in placed.layer.parameters().values())

    def stated(self) -> list[dict[str, Any]]:
        """Return the layers as plain data, every argument included."""
        return self._stated

    @cached_property
    def _stated(self) -> list[dict[str, Any]]:
        return [placed.stated() for placed in self.layers]

    @property
    def named(self) -> dict[str, Shape]:
        """Return the shapes of the outputs that carry a name."""
        return {placed.called: placed.shape for placed in self.layers if placed.called}


def read_network(node: Node, blocks: Mapping[str, Block], input_shape: Shape) -> Network:
    """Complete a network: unfold its blocks, check every argument, and follow the shape from layer to layer."""
    entries = unfold(node.sequence("A network"), blocks)
    if not entries:
        raise SpecItError("A network needs at least one layer.", at=node.mark)
    layers: list[Placed] = []
    shape = input_shape
    for position, entry in enumerate(entries):
        name, arguments = entry.name, entry.arguments
        if (name == "Input") != (position == 0):
            raise SpecItError("A network begins with its Input, and has no other.", at=arguments.mark)
        layer = read(LAYERS[name], arguments, name)
        try:
            shape = layer.output(shape)
        except ShapeError as clash:
            raise SpecItError(f"{name} (layer {position}) {clash}.", at=arguments.mark) from None
        if entry.called and any(entry.called == placed.called for placed in layers):
            raise SpecItError(f"Two layers of a network are called '{entry.called}'.", at=arguments.mark)
        own = _own_initialisers(name, layer, entry.initialise)
        layers.append(Placed(name, layer, shape, arguments.mark, entry.called, own))
    return Network(tuple(layers))


def _own_initialisers(name: str, layer: Layer, node: Node | None) -> dict[str, tuple[str, Model]]:
    """Return how the parameters of one layer start, where the layer itself states it."""
    own: dict[str, tuple[str, Model]] = {}
    shapes = layer.parameters()
    for parameter, entry in (node.mapping(f"initialise, at {name},") if node else {}).items():
        if parameter not in shapes:
            near = nearest(parameter, shapes) if shapes else "it has none."
            raise SpecItError(f"This {name} has no parameter '{parameter}'; {near}", at=entry.mark)
        how = read_initialiser(entry)
        check_fits(how[1], shapes[parameter], f"The {parameter} of {name}", entry)
        own[parameter] = how
    return own
