"""Templates of several nodes that are one layer, and where in a graph they fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

from ..node import Node
from ..values import Known, Value

Template: TypeAlias = "str | float | Op | Either"
"""A name stands for any value, the same wherever it is; a number for itself."""
Found = Mapping[str, str]
"""The value that every name of a template stands for."""
_COMMUTE = ("Add", "Mul")
_CLOSE = 1e-3


@dataclass(frozen=True)
class Op:
    """A node of this operator with these first inputs; `called` is a name for what it makes."""

    op: str
    inputs: tuple[Template, ...]
    called: str = ""


@dataclass(frozen=True)
class Either:
    """Any of several."""

    templates: tuple[Template, ...]


def op(name: str, *inputs: Template, called: str = "") -> Op:
    """Return a template of one node."""
    return Op(name, inputs, called)


def either(*templates: Template) -> Either:
    """Return a template that any of these fits."""
    return Either(templates)


@dataclass(frozen=True)
class Graph:
    """The values so far, and the nodes that made them."""

    values: Mapping[str, Value]
    makers: Mapping[str, Node]

    def fits(self, template: Template, name: str, found: Found | None = None) -> Iterator[Found]:
        """Yield the ways in which a template fits what makes a value."""
        found = found or {}
        if isinstance(template, Either):
            for one in template.templates:
                yield from self.fits(one, name, found)
        elif isinstance(template, str):
            if found.get(template, name) == name:
                yield {**found, template: name}
        elif isinstance(template, Op):
            yield from self._node_fits(template, name, found)
        elif isinstance(value := self.values.get(name), Known):
            number = value.number
            if number is not None and math.isclose(number, template, rel_tol=_CLOSE):
                yield found

    def _node_fits(self, template: Op, name: str, found: Found) -> Iterator[Found]:
        node = self.makers.get(name)
        if node is None or node.op != template.op or len(node.inputs) < len(template.inputs):
            return
        inputs = node.inputs[: len(template.inputs)]
        for order in permutations(inputs) if template.op in _COMMUTE else [inputs]:
            yield from self._all_fit(
                template.inputs, order, {**found, **({template.called: name} if template.called else {})}
            )

    def _all_fit(self, templates: tuple[Template, ...], names: tuple[str, ...], found: Found) -> Iterator[Found]:
        if not templates:
            yield found
            return
        for first in self.fits(templates[0], names[0], found):
            yield from self._all_fit(templates[1:], names[1:], first)
