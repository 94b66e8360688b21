"""Sums, products, means and joins: of layers, with a number, or with a parameter."""

from __future__ import annotations

from typing import Any

from ..sketch import Held, Made
from .call import Call, Operation, Value
from .shape import reshaped


def _add(call: Call) -> Value:
    return _sum(call, call["self"], call["other"], call.given.get("alpha", 1))


def _sub(call: Call) -> Value:
    return _sum(call, call["self"], call["other"], -call.given.get("alpha", 1))


def _rsub(call: Call) -> Value:
    return _sum(call, call["other"], call["self"], -call.given.get("alpha", 1))


def _sum(call: Call, one: Any, other: Any, times: float) -> Made:
    """Draw one + times · other."""
    if isinstance(other, Made) and times != 1:
        other = call.sketch.add("Scale", other, factor=float(times))
        times = 1
    if isinstance(one, Made) and isinstance(other, Made):
        # The later layer first, as x + f(x) is written in a residual: the sum is the same to the bit.
        pair = (one, other) if one.place > other.place else (other, one)
        return call.sketch.add("Add", *(_in_order(call, pair)))
    x, more = (one, other) if isinstance(one, Made) else (other, one)
    if isinstance(more, int | float) and isinstance(x, Made):
        return call.sketch.add("Shift", x, amount=float(more * (times if more is other else 1)))
    if isinstance(more, Held) and isinstance(x, Made) and (times == 1 or more is one):
        return _learned(call, "LearnedShift", "bias", x, more)
    raise call.sketch.refuse("adds up what no layer does")


def _in_order(call: Call, pair: tuple[Made, Made]) -> tuple[Made, Made]:
    """Return the way through before the way past: an ancestor of the other is past, else the branch drawn first."""
    later, earlier = pair
    return (later, earlier) if _leads_to(call, earlier.place, later.place) else (earlier, later)


def _leads_to(call: Call, place: int, other: int) -> bool:
    found, layers = {other}, call.sketch.layers
    for at in range(other, place, -1):
        if at in found:
            found.update(layers[at].takes)
    return place in found


def _mul(call: Call) -> Value:
    one, other = call["self"], call["other"]
    if isinstance(one, Made) and isinstance(other, Made):
        return call.sketch.add("Multiply", one, other)
    x, factor = (one, other) if isinstance(one, Made) else (other, one)
    if isinstance(factor, int | float) and isinstance(x, Made):
        return call.sketch.add("Scale", x, factor=float(factor))
    if isinstance(factor, Held) and isinstance(x, Made):
        return _learned(call, "LearnedScale", "weight", x, factor)
    raise call.sketch.refuse("multiplies what no layer does")


def _learned(call: Call, name: str, parameter: str, x: Made, held: Held) -> Made:
    shape = tuple(held.tensor.shape)
    while len(shape) > len(x.shape) and shape[0] == 1:  # an axis for the batch
        shape = shape[1:]
    own = Held(held.name, held.tensor.reshape(shape), held.trained)
    return call.sketch.add(name, x, held={parameter: own}, shape=shape)


def _div(call: Call) -> Value:
    by = call["other"]
    if isinstance(by, int | float) and by != 0 and call.given.get("rounding_mode") is None:
        return call.sketch.add("Scale", call.x, factor=1 / by)
    raise call.sketch.refuse("divides by something else than a number, which no layer does")


def _neg(call: Call) -> Value:
    return call.sketch.add("Scale", call.x, factor=-1.0)


def _over(name: str) -> Operation:
    """Return the drawing of a sum or a mean over axes."""

    def draw(call: Call) -> Value:
        stated = call.given.get("dim")
        axes = tuple(sorted(call.counted(axis) for axis in stated)) if stated else (0,)
        if 0 in axes:
            raise call.sketch.refuse("mixes the examples of a batch; a network of a spec leaves them apart")
        keep = call["keepdim"]
        if name == "Mean" and keep and axes == (2, 3) and len(call.x.shape) == 3:
            return call.sketch.add("AdaptiveAvgPool2d", call.x, output_size=(1, 1))
        made = call.sketch.add(name, call.x, dim=axes)
        kept = tuple(1 if axis in axes else n for axis, n in enumerate(call.x.shape, start=1))
        return reshaped(call, made, kept) if keep else made

    return draw


def _cat(call: Call) -> Value:
    parts = call["tensors"]
    for part in parts:
        if not isinstance(part, Made):
            raise call.sketch.refuse("joins a layer's output with a parameter or a constant, which no layer does")
    return call.sketch.add("Concatenate", *parts, dim=call["dim"] % (len(parts[0].shape) + 1))


OPERATIONS: dict[str, Operation] = {
    "add": _add,
    "cat": _cat,
    "div": _div,
    "mean": _over("Mean"),
    "mul": _mul,
    "neg": _neg,
    "rsub": _rsub,
    "sub": _sub,
    "sum": _over("Sum"),
}
