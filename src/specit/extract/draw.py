"""From the exported graph to a sketch: every operator becomes the layers it stands for."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from torch import Tensor, fx, nn
from torch.export.graph_signature import ExportGraphSignature
from torch.fx.node import map_arg

from specit.errors import SpecItError
from specit.spec.layers import Shape
from specit.spec.layers.layer import show

from .export import BATCH, Exported
from .operations import ON_PARAMETERS, OPERATIONS, Call
from .sketch import Held, Made, Sketch
from .where import Called

_CHECKS = ("_assert_tensor_metadata", "_assert_scalar", "sym_constrain_range_for_size")


def draw(model: nn.Module, exported: Exported) -> tuple[Sketch, list[Made]]:
    """Return the layers that an exported model consists of, and which ones make what it returns."""
    drawing = _Drawing(model, exported)
    for node in exported.program.graph.nodes:
        drawing.check_fixed(node)
    for node in exported.program.graph.nodes:
        drawing.visit(node)
    return drawing.sketch, drawing.returned


class _Drawing:
    def __init__(self, model: nn.Module, exported: Exported) -> None:
        self.model, self.exported = model, exported
        self.sketch = Sketch()
        self.values: dict[fx.Node, Any] = {}
        self.returned: list[Made] = []
        self.tensors = _tensors(model, exported)

    def visit(self, node: fx.Node) -> None:
        self.sketch.site = Called(node)
        match node.op:
            case "placeholder":
                self.values[node] = self.tensors[node.name] if node.name in self.tensors else self.input(node)
            case "call_function":
                self.values[node] = self.call(node)
            case "output":
                self.output(node)
            case other:
                raise self.sketch.refuse(f"is a part of the graph ({other}) that no layer stands for")

    def input(self, node: fx.Node) -> Made:
        if not isinstance(node.meta.get("val"), Tensor):
            raise SpecItError(f"The model takes '{node.name}', which is no tensor.")
        return self.sketch.begin(tuple(node.meta["val"].shape[1:]))

    def call(self, node: fx.Node) -> Any:
        given: tuple[Any, ...] = tuple(map_arg(argument, self.values.__getitem__) for argument in node.args)
        if node.target is operator.getitem:
            several, at = given
            return several[at]
        schema = getattr(node.target, "_schema", None)
        if schema is None:
            raise self.sketch.refuse("calculates with a size of the input, which a fixed network does not")
        namespace, name = str(schema.name).split("::")
        if namespace == "specit":
            return self.whole(given)
        if name in _CHECKS:
            return None
        plain = name.removesuffix("_")
        self.check_made(plain, given)
        if plain not in OPERATIONS:
            raise self.sketch.refuse(
                "is none that a spec has a layer for; extract the parts of the model before and after it, or write "
                "this one with other layers"
            )
        arguments = _by_name(schema, given, map_arg(node.kwargs, self.values.__getitem__))
        call = Call(self.sketch, plain, arguments, name != plain, BATCH, self.shape(node))
        made = OPERATIONS[plain](call)
        if isinstance(made, Made) and call.shape != (BATCH, *made.shape):
            raise self.mixed(call.shape, made.shape)
        if call.inplace and isinstance(node.args[0], fx.Node):  # who reads its input after this reads what it has made
            self.values[node.args[0]] = made
        return made

    def check_made(self, name: str, given: tuple[Any, ...]) -> None:
        """Refuse arithmetic on the model's own tensors, such as a weight that is scaled before it is used."""
        operands = [value for item in given for value in (item if isinstance(item, list | tuple) else [item])]
        held = [value for value in operands if isinstance(value, Held)]
        if held and not any(isinstance(value, Made) for value in operands) and name not in ON_PARAMETERS:
            raise self.sketch.refuse(
                f"computes with parameters alone ('{held[0].name}'): a weight that is computed is no parameter of a "
                "layer; state the model without it"
            )

    def whole(self, given: tuple[Any, ...]) -> Made:
        """Draw a module that is a layer of the vocabulary as it stands."""
        x, path, _ = given
        if not isinstance(x, Made):
            raise self.sketch.refuse("works on a parameter or a constant, which no layer does")
        name, layer = self.exported.whole[path]
        arguments = {field: getattr(layer, field) for field in type(layer).model_fields}
        return self.sketch.add(name, x, held=held_by(self.model.get_submodule(path), path), **arguments)

    def shape(self, node: fx.Node) -> tuple[int, ...] | None:
        made = node.meta.get("val")
        if not isinstance(made, Tensor):
            return None
        return tuple(made.shape)

    def check_fixed(self, node: fx.Node) -> None:
        """Refuse what makes more or fewer numbers for one input than for another."""
        self.sketch.site = Called(node)
        made = node.meta.get("val")
        if isinstance(made, Tensor) and not all(isinstance(n, int) for n in made.shape):
            raise self.sketch.refuse(
                "makes as many numbers as the numbers that go in say, but in a spec every shape is fixed"
            )

    def mixed(self, shape: tuple[int, ...] | None, made: Shape) -> SpecItError:
        return self.sketch.refuse(
            f"makes {show(shape or ())} of a batch of {BATCH}, where layers would make {show(made)} of every example: "
            "the first axis of an input is the batch, and a network of a spec leaves its examples apart"
        )

    def output(self, node: fx.Node) -> None:
        signature: ExportGraphSignature = self.exported.program.graph_signature
        names = set(signature.user_outputs)
        for result in node.args[0]:  # type: ignore[union-attr]
            if not isinstance(result, fx.Node) or result.name not in names:
                continue
            made = self.values[result]
            if not isinstance(made, Made):
                raise SpecItError(
                    f"The model returns '{result.name}', which is a tensor of its own and no layer's work."
                )
            self.returned.append(made)
        if not self.returned:
            raise SpecItError("The model returns no tensor, so there is no network to describe.")


def held_by(module: nn.Module, path: str) -> dict[str, Held]:
    """Return the parameters and buffers of one module, by its own names for them."""
    prefix = f"{path}." if path else ""
    parameters = {name: Held(prefix + name, tensor) for name, tensor in module.named_parameters(recurse=False)}
    buffers = {name: Held(prefix + name, tensor, False) for name, tensor in module.named_buffers(recurse=False)}
    return parameters | buffers


def _tensors(model: nn.Module, exported: Exported) -> dict[str, Held]:
    """Return the tensors that the exported graph takes beside its inputs, by their names there."""
    signature, program = exported.program.graph_signature, exported.program
    named = {
        **{place: Held(name, model.get_parameter(name)) for place, name in signature.inputs_to_parameters.items()},
        **{place: Held(name, model.get_buffer(name), False) for place, name in signature.inputs_to_buffers.items()},
    }
    for place, name in signature.inputs_to_lifted_tensor_constants.items():
        named[place] = Held(name, program.constants[name], False)
    return named


def _by_name(schema: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operator's arguments by name, those left out as its schema states them."""
    arguments = {argument.name: argument.default_value for argument in schema.arguments}
    return arguments | dict(zip(arguments, given, strict=False)) | dict(named)
