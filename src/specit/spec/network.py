"""A network as data: its layers in order, what goes into each, and the shape after it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from specit.errors import Mark, SpecItError, nearest

from .blocks import Block
from .initialisers import check_fits, read_initialiser
from .layers import LAYERS, Join, Layer, Shape, ShapeError
from .layers.shape import Input
from .model import Model, known_keys, read
from .tree import Node
from .unfold import Entry, Unfolded, nearest_called, unfold
from .variant import stated


@dataclass(frozen=True)
class Placed:
    """A layer at its place: its name, arguments, line, and the shape it makes (without the batch axis).

    `takes` are the places of the layers whose outputs go in. `called` is the name its output goes by (`as:`);
    `initialise` is how its own parameters start, where that is stated at the layer; `shares` is the place of the layer
    whose parameters it has in common.
    """

    name: str
    layer: Layer
    shape: Shape
    mark: Mark
    takes: tuple[int, ...]
    called: str | None = None
    initialise: Mapping[str, tuple[str, Model]] = field(default_factory=dict)
    shares: int | None = None

    @property
    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of the parameters that are its own."""
        return self.layer.parameters() if self.shares is None else {}

    def stated(self) -> dict[str, Any]:
        """Return the layer as plain data, every argument included."""
        own = {name: stated(*how) for name, how in self.initialise.items()}
        return {
            **stated(self.name, self.layer),
            **({"as": self.called} if self.called else {}),
            **({"initialise": own} if own else {}),
            **({"share": self.shares} if self.shares is not None else {}),
        }


@dataclass(frozen=True)
class Network:
    """The completed layers of one network, in order, from its inputs to `outputs`, the places of what it returns."""

    layers: tuple[Placed, ...]
    outputs: tuple[int, ...]

    @cached_property
    def inputs(self) -> tuple[Placed, ...]:
        """Return the inputs, in the order in which they are given."""
        return tuple(placed for placed in self.layers if placed.name == "Input")

    @cached_property
    def takers(self) -> tuple[tuple[int, ...], ...]:
        """Return, for every layer, the places of those that take what it makes, as often as they take it."""
        found: list[list[int]] = [[] for _ in self.layers]
        for place, placed in enumerate(self.layers):
            for taken in placed.takes:
                found[taken].append(place)
        return tuple(map(tuple, found))

    @property
    def output(self) -> Shape:
        """Return the shape of the first output, without the batch axis."""
        return self.layers[self.outputs[0]].shape

    @cached_property
    def parameters(self) -> int:
        """Return how many trainable numbers the network holds."""
        return sum(math.prod(s) for placed in self.layers for s in placed.parameters.values())

    def stated(self) -> list[dict[str, Any]] | dict[str, Any]:
        """Return the layers as plain data, every argument included; with places where the order does not say it."""
        return self._stated

    @cached_property
    def _stated(self) -> list[dict[str, Any]] | dict[str, Any]:
        layers = []
        for place, placed in enumerate(self.layers):
            onward = placed.takes == ((place - 1,) if place else ())
            layers.append(placed.stated() | ({} if onward else {"from": list(placed.takes)}))
        if self.outputs == (len(layers) - 1,):
            return layers
        return {"layers": layers, "outputs": list(self.outputs)}

    @property
    def named(self) -> dict[str, Shape]:
        """Return the shapes of the outputs that carry a name."""
        return {placed.called: placed.shape for placed in self.layers if placed.called}


def read_network(node: Node, blocks: Mapping[str, Block], input_shape: Shape | None) -> Network:
    """Complete a network: unfold its blocks, check every argument, and follow the shapes from layer to layer.

    `input_shape` is what the data give, where that is known.
    """
    listed, returned = _parts(node)
    unfolded = unfold(listed.sequence("A network"), blocks)
    if not unfolded.entries:
        raise SpecItError("A network needs at least one layer.", at=listed.mark)
    layers: list[Placed] = []
    for position, entry in enumerate(unfolded.entries):
        begins = all(placed.name == "Input" for placed in layers)
        if (entry.name == "Input") > begins or (entry.name != "Input" and not layers):
            raise SpecItError("A network begins with its Input, or several, and has no other.", at=entry.arguments.mark)
        layers.append(_place(position, entry, layers, input_shape))
    outputs = _outputs(returned, unfolded) or (len(layers) - 1,)
    _check_use(layers, outputs)
    return Network(tuple(layers), outputs)


def _parts(node: Node) -> tuple[Node, Node | None]:
    """Return a network's layers, and its outputs where they are stated."""
    if not isinstance(node.value, dict):
        return node, None
    known_keys(node, ("layers", "outputs"), "A network")
    if "layers" not in node.value:
        raise SpecItError("A network is a list of layers, or has one as its 'layers'.", at=node.mark)
    return node.value["layers"], node.value.get("outputs")


def _outputs(node: Node | None, unfolded: Unfolded) -> tuple[int, ...]:
    places = []
    for name in node.sequence("outputs") if node else ():
        if name.value not in unfolded.names:
            near = nearest_called(str(name.value), unfolded.names)
            raise SpecItError(f"outputs: no layer is called '{name.value}'; {near}", at=name.mark)
        places.append(unfolded.names[str(name.value)])
    return tuple(places)


def _place(position: int, entry: Entry, before: Sequence[Placed], input_shape: Shape | None) -> Placed:
    """Check one layer with what goes into it."""
    name, arguments = entry.name, entry.arguments
    layer = read(LAYERS[name], arguments, name)
    try:
        if isinstance(layer, Input):
            shape = layer.output(layer.shape if input_shape is None else input_shape)
        elif isinstance(layer, Join):
            shape = layer.join([before[place].shape for place in entry.takes])
        else:
            shape = layer.output(before[entry.takes[0]].shape)
    except ShapeError as clash:
        raise SpecItError(f"{name} (layer {position}) {clash}.", at=arguments.mark) from None
    if entry.shares is not None:
        _check_sharing(entry, layer, before[entry.shares])
    own = _own_initialisers(name, layer, entry.initialise)
    return Placed(name, layer, shape, arguments.mark, entry.takes, entry.called, own, entry.shares)


def _check_sharing(entry: Entry, layer: Layer, other: Placed) -> None:
    at = entry.arguments.mark
    if not layer.parameters():
        raise SpecItError(f"This {entry.name} has no parameters to share.", at=at)
    if entry.initialise:
        raise SpecItError(f"This {entry.name} shares its parameters, so it cannot state how they start.", at=at)
    if other.layer != layer or other.name != entry.name:
        raise SpecItError(
            f"Layers that share their parameters state the same arguments; this {entry.name} and the {other.name} on "
            f"line {other.mark.line} do not.",
            at=at,
        )


def _check_use(layers: Sequence[Placed], outputs: tuple[int, ...]) -> None:
    """What nobody takes is a slip, unless it has a name: a loss may ask for it."""
    used = {*outputs, *(place for placed in layers for place in placed.takes)}
    for place, placed in enumerate(layers):
        if place not in used and not placed.called:
            raise SpecItError(f"Nothing takes what this {placed.name} (layer {place}) makes.", at=placed.mark)


def _own_initialisers(name: str, layer: Layer, node: Node | None) -> dict[str, tuple[str, Model]]:
    """Return how the parameters of one layer start, where the layer itself states it."""
    own: dict[str, tuple[str, Model]] = {}
    shapes = layer.parameters()
    for parameter, entry in (node.mapping(f"initialise, at {name},") if node else {}).items():
        if parameter not in shapes:
            near = nearest(parameter, shapes) if shapes else "it has none."
            raise SpecItError(f"This {name} has no parameter '{parameter}'; {near}", at=entry.mark)
        how = read_initialiser(entry)
        check_fits(how, parameter, shapes, name, entry)
        own[parameter] = how
    return own
