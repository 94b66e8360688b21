"""What only moves values: changes of shape, the order of axes, stretches of an axis, and what does nothing."""

from __future__ import annotations

from ..sketch import Held, Made
from .call import Call, Operation, Value


def reshaped(call: Call, x: Made, shape: tuple[int, ...]) -> Made:
    """Draw the layers, `Flatten` and then `Unflatten`, that give an input another shape (without the batch axis)."""
    old = x.shape
    if old == shape:
        return x
    if not old or not shape:
        raise call.sketch.refuse("makes single numbers of an example, or the other way round")
    first = 0
    while first < min(len(old), len(shape)) - 1 and old[first] == shape[first]:
        first += 1
    last = 0
    while last < min(len(old), len(shape)) - first - 1 and old[-1 - last] == shape[-1 - last]:
        last += 1
    from_, to = old[first : len(old) - last], shape[first : len(shape) - last]
    if len(from_) > 1:
        end = -1 if not last else first + len(from_)
        x = call.sketch.add("Flatten", x, start_dim=first + 1, end_dim=end)
    if len(to) > 1:
        x = call.sketch.add("Unflatten", x, dim=first + 1, unflattened_size=to)
    return x


def _reshape(call: Call) -> Value:
    given = next(iter(call.given.values()))
    assert call.shape is not None
    if isinstance(given, Held):
        return Held(given.name, given.tensor.reshape(call.shape), given.trained)
    if call.shape[:1] != (call.batch,):
        raise call.sketch.refuse("mixes the batch axis with others; a network of a spec leaves its examples apart")
    return reshaped(call, call.x, call.shape[1:])


def _permute(call: Call) -> Value:
    return _in_order(call, tuple(call.counted(axis) for axis in call["dims"]))


def _transpose(call: Call) -> Value:
    dims = list(range(len(call.x.shape) + 1))
    one, other = call.counted(call["dim0"]), call.counted(call["dim1"])
    dims[one], dims[other] = dims[other], dims[one]
    return _in_order(call, tuple(dims))


def _in_order(call: Call, dims: tuple[int, ...]) -> Made:
    return call.x if dims == tuple(sorted(dims)) else call.sketch.add("Permute", call.x, dims=dims)


def _cut(call: Call, axis: int, start: int, stop: int) -> Made:
    """Draw `x[start:stop]` along an axis."""
    if axis == 0:
        if (start, stop) == (0, call.batch):
            return call.x
        raise call.sketch.refuse("picks some examples of a batch; a network of a spec treats all alike")
    if (start, stop) == (0, call.x.shape[axis - 1]):
        return call.x
    return call.sketch.add("Slice", call.x, dim=axis, start=start, stop=stop)


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
    cut = _cut(call, axis, at, at + 1)
    return reshaped(call, cut, (*cut.shape[: axis - 1], *cut.shape[axis:]))


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
