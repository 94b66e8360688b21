"""What a template was found to stand for, and the layer that is drawn for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...sketch import Made, Sketch
from ..node import Node
from ..values import Known
from .template import Found, Graph, Template


@dataclass(frozen=True)
class Match:
    """A template in its place in the graph."""

    sketch: Sketch
    graph: Graph
    found: Found
    batch: int
    opset: int

    def made(self, name: str = "x") -> Made | None:
        """Return what a layer has made, if it is that."""
        value = self.graph.values.get(self.found[name])
        return value if isinstance(value, Made) else None

    def known(self, name: str) -> Known | None:
        """Return a known array, if it is one."""
        value = self.graph.values.get(self.found[name])
        return value if isinstance(value, Known) else None

    def number(self, name: str) -> float | None:
        """Return a known number, if it is one."""
        known = self.known(name)
        return known.number if known else None

    def node(self, name: str) -> Node:
        """Return the node that the template calls so."""
        return self.graph.makers[self.found[name]]

    def numbers(self, node: Node, attribute: str, place: int) -> tuple[int, ...]:
        """Return whole numbers that are an attribute of a node, or one of its inputs."""
        if attribute in node.attributes:
            value: Any = node.attributes[attribute]
            return tuple(value)
        known = self.graph.values.get(node.inputs[place]) if place < len(node.inputs) else None
        return tuple(int(n) for n in known.array.reshape(-1)) if isinstance(known, Known) else ()


@dataclass(frozen=True)
class Pattern:
    """A template, and what draws its layer; None where it is not that after all."""

    template: Template
    draw: Callable[[Match], Made | None]
