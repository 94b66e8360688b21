"""A network as data: its layers in order, with blocks unfolded, and the shape after each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specit.errors import Mark, SpecItError, nearest

from .choices import axes
from .expressions import substitute
from .layers import LAYERS, Layer, Shape, ShapeError
from .model import read
from .tree import Node
from .variant import stated

MAX_LAYERS = 20_000


@dataclass(frozen=True)
class Block:
    """A named list of layers with parameters, used like a layer: `deconv_same: {in: 2, out: 64, k: 3}`."""

    parameters: tuple[str, ...]
    layers: list[Node]


@dataclass(frozen=True)
class Placed:
    """A layer at its place: its name, arguments, line, and the shape it makes (without the batch axis)."""

    name: str
    layer: Layer
    shape: Shape
    mark: Mark


@dataclass(frozen=True)
class Network:
    """The completed layers of one network, in order. The first is its `Input`."""

    layers: tuple[Placed, ...]

    @property
    def output(self) -> Shape:
        """Return the shape of the last layer's output, without the batch axis."""
        return self.layers[-1].shape

    @property
    def parameters(self) -> int:
        """Return how many trainable numbers the network holds."""
        return sum(math.prod(s) for placed in self.layers for s in placed.layer.parameters().values())

    def stated(self) -> list[dict[str, Any]]:
        """Return the layers as plain data, every argument included."""
        return [stated(placed.name, placed.layer) for placed in self.layers]


def read_blocks(node: Node | None) -> dict[str, Block]:
    """Read the `blocks:` section; a block may not take the name of a layer."""
    blocks: dict[str, Block] = {}
    for name, entry in (node.mapping("blocks") if node else {}).items():
        if name in LAYERS:
            raise SpecItError(f"A block cannot be called '{name}': that is a layer.", at=entry.mark)
        parts = entry.mapping(f"The block {name}")
        for key in parts:
            if key not in ("with", "layers"):
                raise SpecItError(
                    f"The block {name} has the keys with and layers, but not '{key}'.", at=parts[key].mark
                )
        if "layers" not in parts:
            raise SpecItError(f"The block {name} needs a list of layers.", at=entry.mark)
        if not parts["layers"].sequence("layers"):  # else blocks of blocks of nothing could unfold without bound
            raise SpecItError(f"The block {name} needs at least one layer.", at=parts["layers"].mark)
        parameters = parts["with"].sequence(f"with, in the block {name},") if "with" in parts else []
        if varies := axes(entry):
            raise SpecItError(
                f"The choice '{varies[0].name}' stands inside the block {name}; give the block a parameter instead.",
                at=varies[0].mark,
            )
        blocks[name] = Block(tuple(str(p.value) for p in parameters), parts["layers"].sequence("layers"))
    return blocks


def read_network(node: Node, blocks: Mapping[str, Block], input_shape: Shape) -> Network:
    """Complete a network: unfold its blocks, check every argument, and follow the shape from layer to layer."""
    entries = _unfold(node.sequence("A network"), blocks, used=())
    if not entries:
        raise SpecItError("A network needs at least one layer.", at=node.mark)
    layers: list[Placed] = []
    shape = input_shape
    for position, (name, arguments) in enumerate(entries):
        if (name == "Input") != (position == 0):
            raise SpecItError("A network begins with its Input, and has no other.", at=arguments.mark)
        layer = read(LAYERS[name], arguments, name)
        try:
            shape = layer.output(shape)
        except ShapeError as clash:
            raise SpecItError(f"{name} (layer {position}) {clash}.", at=arguments.mark) from None
        layers.append(Placed(name, layer, shape, arguments.mark))
    return Network(tuple(layers))


def _unfold(entries: list[Node], blocks: Mapping[str, Block], used: tuple[str, ...]) -> list[tuple[str, Node]]:
    layers: list[tuple[str, Node]] = []
    for entry in entries:
        if isinstance(entry.value, str):
            name, arguments = entry.value, Node({}, entry.mark)
        else:
            name, arguments = entry.only("A layer")
        if arguments.value is None:
            arguments = Node({}, arguments.mark)
        if name in LAYERS:
            layers.append((name, arguments))
        elif name in used:
            raise SpecItError(f"The block {name} contains itself.", at=arguments.mark)
        elif name in blocks:
            block, given = blocks[name], arguments.mapping(f"The block {name}")
            for parameter in given:
                if parameter not in block.parameters:
                    raise SpecItError(
                        f"The block {name} has no parameter '{parameter}'; {nearest(parameter, block.parameters)}",
                        at=given[parameter].mark,
                    )
            if missing := [p for p in block.parameters if p not in given]:
                raise SpecItError(f"The block {name} needs {', '.join(missing)}.", at=arguments.mark)
            inside = [substitute(layer, given) for layer in block.layers]
            layers += _unfold(inside, blocks, (*used, name))
        else:
            known = [*LAYERS, *blocks]
            raise SpecItError(f"Unknown layer or block '{name}'; {nearest(name, known)}", at=entry.mark)
        if len(layers) > MAX_LAYERS:
            raise SpecItError(f"The network unfolds to more than {MAX_LAYERS:,} layers.", at=entry.mark)
    return layers
