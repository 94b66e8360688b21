"""From an ONNX graph to a sketch: every node becomes the layers it stands for, alone or with those before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from specit.errors import SpecItError
from specit.spec.layers import Shape

from ..sketch import Made, Sketch
from .fold import Folder
from .node import Node
from .operators import OPERATORS, Call
from .patterns import PATTERNS, Graph, Match
from .read import File
from .values import Known, Value

_MISMATCHED = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What arithmetic with the numbers of a file raises where they do not fit together."""


def draw(file: File, shapes: Sequence[Shape], batch: int) -> tuple[Sketch, list[Made]]:
    """Return the layers that a graph consists of for inputs of these shapes, and which ones make what it returns."""
    drawing = _Drawing(file, shapes, batch)
    for node in file.nodes:
        drawing.visit(node)
    return drawing.sketch, [drawing.returned(name) for name in file.outputs]


class _Drawing:
    def __init__(self, file: File, shapes: Sequence[Shape], batch: int) -> None:
        self.file, self.batch = file, batch
        self.sketch, self.folder = Sketch(), Folder()
        self.makers: dict[str, Node] = {}
        self.values: dict[str, Value] = {name: Known(name, array, True) for name, array in file.tensors.items()}
        self.graph = Graph(self.values, self.makers)
        for port, shape in zip(file.inputs, shapes, strict=True):
            self.values[port.name] = self.sketch.begin(shape)

    def visit(self, node: Node) -> None:
        self.sketch.site = node
        self.makers.update(dict.fromkeys(node.outputs, node))
        made: Sequence[Value]
        try:
            made = self.made(node)
        except SpecItError as refusal:
            made = [refusal] * len(node.outputs)
        except _MISMATCHED as error:
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            made = [self.sketch.refuse(f"cannot be read: {said}")] * len(node.outputs)
        left_out = self.sketch.refuse("makes more than the layer that stands for it")
        for place, name in enumerate(node.outputs):
            self.values[name] = made[place] if place < len(made) else left_out

    def made(self, node: Node) -> Sequence[Value]:
        given = [self.value(name) if name else None for name in node.inputs]
        if (found := self.pattern(node)) is not None:
            return [found]
        arrays = [value for value in given if isinstance(value, Known)]
        for value in given:
            if isinstance(value, SpecItError):
                raise value
        if node.op in ("Shape", "Size"):
            return [self.size(node, given[0])]
        if len(arrays) == sum(value is not None for value in given) and self.folder.knows(node):
            return [self.folder.compute(node, arrays)]
        if node.op not in OPERATORS:
            raise self.sketch.refuse(
                "is none that a spec has a layer for; extract the parts of the model before and after it, or write "
                "this one with other layers"
            )
        known = tuple(value for value in given if not isinstance(value, SpecItError))
        drawn = OPERATORS[node.op](Call(self.sketch, node, known, self.batch, self.file.opset))
        return [drawn] if isinstance(drawn, Made) else drawn

    def value(self, name: str) -> Value:
        if name not in self.values:
            raise self.sketch.refuse(f"takes '{name}', which nothing before it makes")
        return self.values[name]

    def pattern(self, node: Node) -> Made | None:
        """Draw the layer that this node and nodes before it are together, if they are one."""
        for pattern in PATTERNS:
            for found in self.graph.fits(pattern.template, node.outputs[0]):
                match = Match(self.sketch, self.graph, found, self.batch, self.file.opset)
                if (made := pattern.draw(match)) is not None:
                    return made
        return None

    def size(self, node: Node, of: Any) -> Known:
        shape = (self.batch, *of.shape) if isinstance(of, Made) else of.array.shape
        if node.op == "Size":
            return Known(node.outputs[0], np.array(int(np.prod(shape)), np.int64))
        cut = shape[node.attributes.get("start", 0) : node.attributes.get("end")]
        return Known(node.outputs[0], np.array(cut, np.int64))

    def returned(self, name: str) -> Made:
        value = self.values.get(name)
        if isinstance(value, SpecItError):
            raise value
        if not isinstance(value, Made):
            raise SpecItError(f"'{self.file.path}' returns '{name}', which is a tensor of its own and no layer's work.")
        return value
