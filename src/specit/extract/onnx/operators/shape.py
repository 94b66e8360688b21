"""What only moves numbers: changes of shape, the order of axes, stretches of an axis, and what does nothing."""

from __future__ import annotations

import math

from ...moves import cut, one_of, permuted, reshaped
from ...sketch import Made
from .call import Call, Drawn, Operator

_FLOAT = 1


def target_shape(call: Call) -> tuple[int, ...]:
    """Return the shape that a Reshape makes, the batch included, with -1 and 0 resolved."""
    wanted = list(call.whole_numbers("shape", 1) or ())
    old = call.shape
    if not call.attribute("allowzero", 0):
        wanted = [old[at] if n == 0 and at < len(old) else n for at, n in enumerate(wanted)]
    if wanted.count(-1) == 1:
        rest = -math.prod(wanted)
        if rest <= 0 or math.prod(old) % rest:
            raise call.refuse(f"cannot give {list(old)} the shape {wanted}")
        wanted[wanted.index(-1)] = math.prod(old) // rest
    if math.prod(wanted) != math.prod(old) or min(wanted, default=1) < 1:
        raise call.refuse(f"cannot give {list(old)} the shape {wanted}")
    return tuple(wanted)


def of_shape(call: Call, x: Made, shape: tuple[int, ...]) -> Made:
    """Draw another shape, the batch included, which must stay first."""
    if shape[:1] != (call.batch,):
        raise call.refuse("mixes the batch axis with others; a network of a spec leaves its examples apart")
    return reshaped(call.sketch, x, shape[1:])


def _reshape(call: Call) -> Drawn:
    return of_shape(call, call.x, target_shape(call))


def _flatten(call: Call) -> Drawn:
    axis = call.attribute("axis", 1)
    axis = axis + len(call.shape) if axis < 0 else axis
    return of_shape(call, call.x, (math.prod(call.shape[:axis]), math.prod(call.shape[axis:])))


def _squeeze(call: Call) -> Drawn:
    axes = call.whole_numbers("axes", 1)
    gone = {call.counted(axis) for axis in axes} if axes else {at for at, n in enumerate(call.shape) if n == 1}
    if any(call.shape[axis] != 1 for axis in gone):
        raise call.refuse(f"takes away axes of {list(call.shape)} that are not 1")
    return of_shape(call, call.x, tuple(n for at, n in enumerate(call.shape) if at not in gone))


def _unsqueeze(call: Call) -> Drawn:
    axes = call.whole_numbers("axes", 1) or ()
    rank = len(call.shape) + len(axes)
    new = {call.counted(axis, rank) for axis in axes}
    if 0 in new:
        raise call.refuse("puts an axis before the batch; a network of a spec leaves its examples apart")
    old = iter(call.shape)
    return of_shape(call, call.x, tuple(1 if at in new else next(old) for at in range(rank)))


def _transpose(call: Call) -> Drawn:
    order = call.attribute("perm") or tuple(reversed(range(len(call.shape))))
    return permuted(call.sketch, call.x, tuple(order))


def _slice(call: Call) -> Drawn:
    starts, stops = call.whole_numbers("starts", 1) or (), call.whole_numbers("ends", 2) or ()
    axes = call.whole_numbers("axes", 3) or tuple(range(len(starts)))
    steps = call.whole_numbers("steps", 4) or (1,) * len(starts)
    x = call.x
    for start, stop, axis, step in zip(starts, stops, axes, steps, strict=True):
        if step != 1:
            raise call.refuse(f"takes every {step}th entry, which the layer Slice does not")
        at = call.counted(axis)
        begin, end, _ = slice(start, stop).indices(call.shape[at])
        x = cut(call.sketch, call.batch, x, at, begin, end)
    return x


def _split(call: Call) -> Drawn:
    axis = call.counted(call.attribute("axis", 0))
    size, count = call.shape[axis], len(call.node.outputs)
    each = -(-size // call.attribute("num_outputs", count))
    sizes = call.whole_numbers("split", 1) or [min(each, size - at) for at in range(0, size, each)]
    if sum(sizes) != size or len(sizes) != count:
        raise call.refuse(f"splits {size} places into {count} parts of {list(sizes)}")
    parts, start = list[Made](), 0
    for part in sizes:
        parts.append(cut(call.sketch, call.batch, call.x, axis, start, start + part))
        start += part
    return tuple(parts)


def _gather(call: Call) -> Drawn:
    axis, places = call.counted(call.attribute("axis", 0)), call.known(1, "place").array
    first = int(places.reshape(-1)[0]) % call.shape[axis]
    if places.ndim == 0:
        return one_of(call.sketch, call.batch, call.x, axis, first)
    if places.ndim > 1 or any(int(at) % call.shape[axis] != first + n for n, at in enumerate(places)):
        raise call.refuse("picks places in an order of its own, which no layer does")
    return cut(call.sketch, call.batch, call.x, axis, first, first + len(places))


def _expand(call: Call) -> Drawn:
    return _repeated(call, (call.whole_numbers("shape", 1) or ()))


def _tile(call: Call) -> Drawn:
    times = call.whole_numbers("repeats", 1) or ()
    if len(times) != len(call.shape):
        raise call.refuse("repeats axes that are not there")
    if any(n > 1 and size > 1 for n, size in zip(times, call.shape, strict=True)):
        raise call.refuse("repeats its input, which no layer does; Tile makes images of vectors")
    return _repeated(call, tuple(n * size for n, size in zip(times, call.shape, strict=True)))


def _repeated(call: Call, to: tuple[int, ...]) -> Made:
    """Draw an input that is repeated along its axes of 1, which a network does to make an image of a vector."""
    rank = max(len(to), len(call.shape))
    old, to = (1,) * (rank - len(call.shape)) + call.shape, (1,) * (rank - len(to)) + to
    made = tuple(max(one, other) for one, other in zip(old, to, strict=True))
    if made == call.shape:
        return call.x
    if len(made) != 4 or old[0] != call.batch or made[:2] != old[:2] or old[2:] != (1, 1):
        raise call.refuse("repeats its input, which no layer does; Tile makes images of vectors")
    before = call.sketch.layers[call.x.place]
    vector = reshaped(call.sketch, call.x, call.x.shape[:1])
    if before.name == "Unflatten" and len(before.takes) == 1:
        source = before.takes[0]
        if call.sketch.layers[source].shape == vector.shape:  # a vector that was made an image of one pixel for this
            vector = Made(source, vector.shape)
    return call.sketch.add("Tile", vector, size=made[2:], into="channels")


def _cast(call: Call) -> Drawn:
    if call.attribute("to") != _FLOAT:
        raise call.refuse("turns numbers into another type; those of a spec's networks are float32")
    return call.x


def _nothing(call: Call) -> Drawn:
    return call.x


OPERATORS: dict[str, Operator] = {
    "Cast": _cast,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "Identity": _nothing,
    "Reshape": _reshape,
    "Slice": _slice,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
