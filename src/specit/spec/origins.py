"""Where every value of a completed experiment comes from: the source of each leaf of its statement.

A lock holds no sources, for they change nothing that runs. Here they are found again, by following the tree from which
the lock was made: overlays, choices and blocks keep the tags, and a tag holds for everything below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .blocks import Block
from .document import Point, Spec
from .tree import Node, Source
from .unfold import unfold

Path = tuple[str | int, ...]
"""The way to a value in a lock's statement: `("train", "supervised", "batch_size")`. The layers of a network are
counted from 0, `("networks", "network", 3, "kernel_size")`, without the layer's name and with or without outputs."""


def traced(spec: Spec) -> Spec:
    """Return the same spec with the source of every value written at it, so that points keep them through overlays."""
    return replace(spec, tree=_spread(spec.tree, Source.PAPER))


def origins(spec: Spec, point: Point) -> Mapping[Path, Source]:
    """Return the source of everything that `point` states; what is missing here was completed from a default.

    Both are of a `traced` spec. A variant, such as `Adam`, has a source of its own at the path it stands at:
    `("train", "supervised", "optimizer")`.

    >>> from specit.studies import find
    >>> spec = traced(find("coordconv/classification"))
    >>> found = origins(spec, spec.plan(arms=["coordconv"])[0])
    >>> found["train", "supervised", "optimizer", "Adam", "lr"]
    <Source.CODE: 'code'>
    """
    parts = point.tree.mapping("An arm")
    found: dict[Path, Source] = {}
    for section in ("initialise", "train"):
        if section in parts:
            found.update(_leaves(parts[section], (section,)))
    if "data" in parts:
        for name, node in parts["data"].mapping("data").items():
            found.update(_leaves(node, ("data", "split") if name == "split" else ("data", "dataset", name)))
    blocks = {
        name: Block(block.parameters, [_spread(layer, Source.PAPER) for layer in block.layers])
        for name, block in spec.blocks.items()
    }
    networks = parts["networks"].mapping("networks") if "networks" in parts else {"network": parts["network"]}
    for name, node in networks.items():
        found.update(_of_network(_spread(node, Source.PAPER, chosen=True), blocks, ("networks", name)))
    return found


def _of_network(node: Node, blocks: Mapping[str, Block], path: Path) -> Iterator[tuple[Path, Source]]:
    listed = node.mapping("A network")["layers"] if isinstance(node.value, dict) else node
    for place, entry in enumerate(unfold(listed.sequence("A network"), blocks).entries):
        for way, source in _leaves(entry.arguments, (*path, place)):
            if way != (*path, place):
                yield way, source
        if entry.initialise:
            yield from _leaves(entry.initialise, (*path, place, "initialise"))


def _leaves(node: Node, path: Path, inherited: Source = Source.PAPER) -> Iterator[tuple[Path, Source]]:
    """Yield the source of a value and of everything in it; a list of plain values is one."""
    source = node.source or inherited
    yield path, source
    if isinstance(node.value, dict):
        for name, child in node.value.items():
            yield from _leaves(child, (*path, name), source)
    elif isinstance(node.value, list) and any(isinstance(item.value, dict) for item in node.value):
        for place, item in enumerate(node.value):
            yield from _leaves(item, (*path, place), source)


def _spread(node: Node, inherited: Source, *, chosen: bool = False) -> Node:
    """Return the tree with every node's source at the node itself.

    Until all choices are `chosen`, nothing is spread below what is unstated: `!unstated` at a list makes it a choice.
    """
    source = node.source or inherited
    value: Any = node.value
    if chosen or source is not Source.UNSTATED:
        if isinstance(value, dict):
            value = {name: _spread(child, source, chosen=chosen) for name, child in value.items()}
        elif isinstance(value, list):
            value = [_spread(child, source, chosen=chosen) for child in value]
    return replace(node, value=value, source=source)
