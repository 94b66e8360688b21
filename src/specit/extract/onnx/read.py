"""An ONNX file as plain data: nodes, tensors, inputs, outputs; one sentence for a file that is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError

from .installed import load
from .node import Node

Proto = Any
"""A message of onnx's, which is imported where it is needed."""
_LIMIT = 2**31
_OWN = ("", "ai.onnx")
_FLOAT = 1


@dataclass(frozen=True)
class Port:
    """An input of the graph: its name, whether it is float32, and its axes, of which those of any size are names."""

    name: str
    is_float32: bool
    axes: tuple[int | str, ...]

    def __str__(self) -> str:
        return f"'{self.name}' [{', '.join(map(str, self.axes))}]"


@dataclass(frozen=True)
class File:
    """What is in an ONNX file. The nodes stand in an order in which they can be computed."""

    path: Path
    opset: int
    nodes: tuple[Node, ...]
    tensors: Mapping[str, NDArray[Any]]
    inputs: tuple[Port, ...]
    outputs: tuple[str, ...]


def read_file(path: Path) -> File:
    """Read an ONNX file, and its weights where they lie in files beside it."""
    model = _model(path)
    graph = model.graph
    tensors = dict(_tensors(path, graph))
    return File(
        path,
        next((one.version for one in model.opset_import if one.domain in _OWN), 1),
        tuple(_node(path, node) for node in graph.node),
        tensors,
        tuple(_ports(graph, tensors)),
        tuple(output.name for output in graph.output),
    )


def _model(path: Path) -> Proto:
    onnx = load("onnx")
    errors = (load("google.protobuf.message").DecodeError, ValueError, RuntimeError)
    if not path.is_file():
        raise SpecItError(
            f"Cannot read '{path}': that is a folder." if path.is_dir() else f"There is no file '{path}'."
        )
    if path.stat().st_size >= _LIMIT:
        raise SpecItError(
            f"'{path}' is larger than an ONNX file can be, 2 GiB; weights beyond that lie in files beside it."
        )
    try:
        model: Proto = onnx.load(str(path), load_external_data=False)
    except OSError as error:
        raise SpecItError(f"Cannot read '{path}': {error.strerror}.") from None
    except errors:
        raise _damaged(path, "it cannot be read to its end") from None
    if not model.graph.node and not model.graph.output:
        raise _damaged(path, "there is no graph in it")
    _fill(path, model)
    try:
        onnx.checker.check_model(str(path))
        return load("onnx.inliner").inline_local_functions(model) if model.functions else model
    except (onnx.checker.ValidationError, *errors) as error:
        raise _damaged(path, _first_line(error)) from None


def _fill(path: Path, model: Proto) -> None:
    """Read the weights that lie in other files."""
    elsewhere = load("onnx.external_data_helper")
    for tensor in elsewhere._get_all_tensors(model):
        if not elsewhere.uses_external_data(tensor):
            continue
        file = elsewhere.ExternalDataInfo(tensor).location
        try:
            elsewhere.load_external_data_for_tensor(tensor, str(path.parent))
        except FileNotFoundError:
            raise _missing(path, file) from None
        except Exception as error:  # a path that leaves the folder, a stretch that the file has not
            if not (path.parent / file).exists():
                raise _missing(path, file) from None
            raise _damaged(path, f"its weights cannot be read from '{file}': {_first_line(error)}") from None


def _missing(path: Path, file: str) -> SpecItError:
    return SpecItError(
        f"'{path}' has weights in '{file}', which is not in the same folder; such a model consists of both files."
    )


def _damaged(path: Path, why: str) -> SpecItError:
    return SpecItError(f"'{path}' is no ONNX file, or is damaged: {why.rstrip('.')}.")


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _tensors(path: Path, graph: Proto) -> Iterator[tuple[str, NDArray[Any]]]:
    for tensor in graph.initializer:
        yield tensor.name, _array(path, tensor)


def _array(path: Path, tensor: Proto) -> NDArray[Any]:
    try:
        return np.array(load("onnx.numpy_helper").to_array(tensor))
    except Exception as error:
        raise _damaged(path, f"the tensor '{tensor.name}' cannot be read: {_first_line(error)}") from None


def _ports(graph: Proto, tensors: Mapping[str, NDArray[Any]]) -> Iterator[Port]:
    for given in graph.input:
        if given.name in tensors:  # old files list their weights among the inputs, as defaults
            continue
        kind = given.type.tensor_type
        axes = (axis.dim_value if axis.HasField("dim_value") else axis.dim_param or "?" for axis in kind.shape.dim)
        yield Port(given.name, kind.elem_type == _FLOAT, tuple(axes))


def _node(path: Path, node: Proto) -> Node:
    return Node(
        node.op_type if node.domain in _OWN else f"{node.domain}.{node.op_type}",
        node.name,
        tuple(node.input),
        tuple(node.output),
        {attribute.name: _value(path, attribute) for attribute in node.attribute},
        _module(node),
    )


def _value(path: Path, attribute: Proto) -> Any:
    value: Any = load("onnx.helper").get_attribute_value(attribute)
    kind = attribute.type
    if kind == attribute.TENSOR:
        return _array(path, value)
    if kind == attribute.STRING:
        return value.decode(errors="replace")
    if kind == attribute.FLOAT:
        return float(str(np.float32(value)))  # 1e-05, as it was written, and not 9.99999974e-06
    if kind in (attribute.INT, attribute.INTS):
        return value if kind == attribute.INT else tuple(value)
    if kind == attribute.FLOATS:
        return tuple(float(str(np.float32(number))) for number in value)
    return None


def _module(node: Proto) -> str:
    """Return the module's path that PyTorch's newer exporter writes beside a node."""
    for one in node.metadata_props:
        if one.key == "pkg.torch.onnx.name_scopes":
            try:
                scopes = ast.literal_eval(one.value)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                return ""
            return str(scopes[-2]) if isinstance(scopes, list) and len(scopes) > 1 else ""
    return ""
