"""What a graph computes from its own tensors and from shapes: those that an exporter writes instead of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .node import Node
from .values import Known

Array = NDArray[Any]
Compute = Callable[[Node, Sequence[Array]], Array]
LIMIT = 2**27
"""How many numbers may be computed for one file; a file of a few bytes can ask for any number of them."""
_TYPES = {
    1: "float32", 2: "uint8", 3: "int8", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64",
    12: "uint32", 13: "uint64",
}  # fmt: skip


class TooMuchError(ValueError):
    """A file asks for more numbers than `LIMIT`."""


class Folder:
    """Computes nodes whose inputs are known, and counts the numbers."""

    def __init__(self) -> None:
        self.left = LIMIT

    def knows(self, node: Node) -> bool:
        """Return whether it is an operator that is computed here."""
        return node.op in _COMPUTE

    def compute(self, node: Node, given: Sequence[Known]) -> Known:
        """Return what a node makes of known arrays. Its name is that of the tensor it was made of, if there is one."""
        arrays = [one.array for one in given]
        self.spend(_cost(node, arrays))
        with np.errstate(all="ignore"):
            made = np.asarray(_COMPUTE[node.op](node, arrays))
        source = max(given, key=lambda one: one.array.size, default=None)
        if source is None or node.op in ("Constant", "Identity") or source.array.size < 2 or made.dtype.kind != "f":
            return Known(node.outputs[0], made, source is not None and source.stored and node.op == "Identity")
        return Known(source.name, made, source.stored and node.op in _VIEWS)

    def spend(self, numbers: int) -> None:
        """Count numbers that are about to be computed."""
        self.left -= numbers
        if self.left < 0:
            raise TooMuchError("so many numbers are computed from its own tensors that this is no shape and no weight")


def _cost(node: Node, arrays: Sequence[Array]) -> int:
    shapes = [array.shape for array in arrays]
    match node.op:
        case "Tile":
            return math.prod(shapes[0]) * math.prod(int(n) for n in arrays[1])
        case "Range":
            start, stop, step = (float(array) for array in arrays)
            return int(max(0.0, (stop - start) / step)) if step else 0
        case "Gather":
            return math.prod(shapes[1]) * math.prod(shapes[0])
        case "Expand" | "ConstantOfShape" | "Transpose" | "Identity" | "Unsqueeze" | "Squeeze" | "Slice" | "Constant":
            return 0  # views; whoever computes with them counts
        case "MatMul":
            return math.prod(shapes[0]) * (shapes[1][-1] if shapes[1] else 1)
        case op if op in _ELEMENTWISE:
            return math.prod(np.broadcast_shapes(*shapes))
    return sum(map(math.prod, shapes))


def _constant(node: Node, arrays: Sequence[Array]) -> Array:
    for name, kind in (("value_float", "float32"), ("value_floats", "float32"), ("value_int", "int64"), ("value_ints", "int64")):  # fmt: skip  # noqa: E501
        if name in node.attributes:
            return np.array(node.attributes[name], dtype=kind)
    return np.asarray(node.attributes["value"])


def _ints(node: Node, arrays: Sequence[Array], name: str, place: int) -> tuple[int, ...] | None:
    if node.attributes.get(name) is not None:
        return tuple(node.attributes[name])
    return tuple(int(n) for n in arrays[place].reshape(-1)) if place < len(arrays) else None


def _cast(node: Node, arrays: Sequence[Array]) -> Array:
    return arrays[0].astype(_TYPES[node.attributes["to"]], copy=False)


def _div(node: Node, arrays: Sequence[Array]) -> Array:
    one, other = arrays
    if one.dtype.kind in "iu":
        return np.asarray(np.trunc(one / other)).astype(one.dtype)
    return np.asarray(one / other)


def _reshape(node: Node, arrays: Sequence[Array]) -> Array:
    old, wanted = arrays[0].shape, list(_ints(node, arrays, "shape", 1) or ())
    if not node.attributes.get("allowzero"):
        wanted = [old[at] if n == 0 else n for at, n in enumerate(wanted)]
    return arrays[0].reshape(wanted)


def _squeeze(node: Node, arrays: Sequence[Array]) -> Array:
    return np.squeeze(arrays[0], _ints(node, arrays, "axes", 1))


def _unsqueeze(node: Node, arrays: Sequence[Array]) -> Array:
    return np.expand_dims(arrays[0], _ints(node, arrays, "axes", 1) or ())


def _slice(node: Node, arrays: Sequence[Array]) -> Array:
    starts, stops = _ints(node, arrays, "starts", 1) or (), _ints(node, arrays, "ends", 2) or ()
    axes = _ints(node, arrays, "axes", 3) or tuple(range(len(starts)))
    steps = _ints(node, arrays, "steps", 4) or (1,) * len(starts)
    made = arrays[0]
    for start, stop, axis, step in zip(starts, stops, axes, steps, strict=True):
        size = made.shape[axis]
        end = None if step < 0 and stop < -size else stop  # beyond the first, backwards
        made = made[(slice(None),) * (axis % made.ndim) + (slice(start, end, step),)]
    return made


def _expand(node: Node, arrays: Sequence[Array]) -> Array:
    return np.broadcast_to(arrays[0], np.broadcast_shapes(arrays[0].shape, tuple(int(n) for n in arrays[1])))


def _constant_of_shape(node: Node, arrays: Sequence[Array]) -> Array:
    value = node.attributes.get("value")
    number = np.zeros((), "float32") if value is None else np.asarray(value).reshape(-1)[0]
    return np.broadcast_to(number, tuple(int(n) for n in arrays[0]))


def _concat(node: Node, arrays: Sequence[Array]) -> Array:
    return np.concatenate(arrays, axis=node.attributes["axis"])


def _gather(node: Node, arrays: Sequence[Array]) -> Array:
    return np.asarray(np.take(arrays[0], arrays[1].astype(int), axis=node.attributes.get("axis", 0)))


def _transpose(node: Node, arrays: Sequence[Array]) -> Array:
    return np.transpose(arrays[0], node.attributes.get("perm"))


def _range(node: Node, arrays: Sequence[Array]) -> Array:
    return np.arange(*(array.reshape(-1)[0] for array in arrays)).astype(arrays[0].dtype)


def _reduced(function: Callable[..., Any]) -> Compute:
    def compute(node: Node, arrays: Sequence[Array]) -> Array:
        axes = _ints(node, arrays, "axes", 1)
        return np.asarray(function(arrays[0], axis=axes, keepdims=bool(node.attributes.get("keepdims", 1))))

    return compute


def _numpy(function: Callable[..., Any]) -> Compute:
    return lambda node, arrays: np.asarray(function(*arrays))


_VIEWS = ("Cast", "Expand", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze")
_ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "Abs": np.abs, "Add": np.add, "And": np.logical_and, "Ceil": np.ceil, "Cos": np.cos, "Equal": np.equal,
    "Exp": np.exp, "Floor": np.floor, "Greater": np.greater, "Less": np.less, "Max": np.maximum, "Min": np.minimum,
    "Mod": np.mod, "Mul": np.multiply, "Neg": np.negative, "Not": np.logical_not, "Or": np.logical_or, "Pow": np.power,
    "Reciprocal": np.reciprocal, "Sin": np.sin, "Sqrt": np.sqrt, "Sub": np.subtract, "Where": np.where,
}  # fmt: skip
_COMPUTE: dict[str, Compute] = {
    **{name: _numpy(function) for name, function in _ELEMENTWISE.items()},
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Div": _div,
    "Expand": _expand,
    "Gather": _gather,
    "Identity": lambda node, arrays: arrays[0],
    "MatMul": _numpy(np.matmul),
    "Range": _range,
    "ReduceMax": _reduced(np.max),
    "ReduceMin": _reduced(np.min),
    "ReduceProd": _reduced(np.prod),
    "ReduceSum": _reduced(np.sum),
    "Reshape": _reshape,
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Tile": lambda node, arrays: np.tile(arrays[0], tuple(int(n) for n in arrays[1])),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
