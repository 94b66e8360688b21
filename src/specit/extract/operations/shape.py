"""What only moves values: changes of shape, the order of axes, stretches of an axis, and what does nothing."""

from __future__ import annotations

from ..moves import cut, one_of, permuted, reshaped
from ..sketch import Held, Made
from .call import Call, Operation, Value


def _reshape(call: Call) -> Value:
    given = next(iter(call.given.values()))
    assert call.shape is not None
    if isinstance(given, Held):
        return Held(given.name, given.tensor.reshape(call.shape), given.trained)
    if call.shape[:1] != (call.batch,):
        raise call.sketch.refuse("mixes the batch axis with others; a network of a spec leaves its examples apart")
    return reshaped(call.sketch, call.x, call.shape[1:])


def _permute(call: Call) -> Value:
    return permuted(call.sketch, call.x, tuple(call.counted(axis) for axis in call["dims"]))


def _transpose(call: Call) -> Value:
    dims = list(range(len(call.x.shape) + 1))
    one, other = call.counted(call["dim0"]), call.counted(call["dim1"])
    dims[one], dims[other] = dims[other], dims[one]
    return permuted(call.sketch, call.x, tuple(dims))


def _cut(call: Call, axis: int, start: int, stop: int) -> Made:
    return cut(call.sketch, call.batch, call.x, axis, start, stop)


def _size(call: Call, axis: int) -> int:
    return (call.batch, *call.x.shape)[axis]


def _slice(call: Call) -> Value:
    if call["step"] != 1:
        raise call.sketch.refuse(f"takes every {call['step']}th entry, which the layer Slice does not")
    axis = call.axis()
    size = _size(call, axis)
    start, stop, _ = slice(call["start"], call["end"]).indices(size)
    return _cut(call, axis, start, stop)


def _narrow(call: Call) -> Value:
    axis = call.axis()
    start = call["start"] % _size(call, axis)
    return _cut(call, axis, start, start + call["length"])


def _select(call: Call) -> Value:
    axis = call.axis()
    at = call["index"] % _size(call, axis)
    return one_of(call.sketch, call.batch, call.x, axis, at)


def _chunk(call: Call) -> Value:
    axis = call.axis()
    return _split_by(call, axis, -(-_size(call, axis) // call["chunks"]))


def _split(call: Call) -> Value:
    return _split_by(call, call.axis(), call["split_size"])


def _split_by(call: Call, axis: int, step: int) -> Value:
    size = _size(call, axis)
    return tuple(_cut(call, axis, start, min(start + step, size)) for start in range(0, size, step))


def _split_with_sizes(call: Call) -> Value:
    parts, start = list[Made](), 0
    for size in call["split_sizes"]:
        parts.append(_cut(call, call.axis(), start, start + size))
        start += size
    return tuple(parts)


def _nothing(call: Call) -> Value:
    """Pass on what went in, unless it came out otherwise."""
    given = next(iter(call.given.values()))
    if isinstance(given, Made) and call.shape is not None and call.shape[1:] != given.shape:
        raise call.sketch.refuse("repeats its input, which no layer does; Tile makes images of vectors")
    return given


_RESHAPING = ("_unsafe_view", "flatten", "reshape", "squeeze", "unflatten", "unsqueeze", "view", "view_as")
_NOTHING = ("alias", "clone", "contiguous", "detach", "expand", "expand_as", "lift_fresh", "to", "_to_copy")
HARMLESS = (*_RESHAPING, *_NOTHING)

OPERATIONS: dict[str, Operation] = {
    **dict.fromkeys(_RESHAPING, _reshape),
    **dict.fromkeys(_NOTHING, _nothing),
    "chunk": _chunk,
    "narrow": _narrow,
    "permute": _permute,
    "select": _select,
    "slice": _slice,
    "split": _split,
    "split_with_sizes": _split_with_sizes,
    "transpose": _transpose,
}
