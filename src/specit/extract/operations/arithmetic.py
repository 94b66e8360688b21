"""Sums, products, means and joins: of layers, with a number, or with a parameter."""

from __future__ import annotations

from ..sketch import Made
from ..sums import averaged, multiplied, summed
from .call import Call, Operation, Value


def _add(call: Call) -> Value:
    return summed(call.sketch, call["self"], call["other"], call.given.get("alpha", 1))


def _sub(call: Call) -> Value:
    return summed(call.sketch, call["self"], call["other"], -call.given.get("alpha", 1))


def _rsub(call: Call) -> Value:
    return summed(call.sketch, call["other"], call["self"], -call.given.get("alpha", 1))


def _mul(call: Call) -> Value:
    return multiplied(call.sketch, call["self"], call["other"])


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
        return averaged(call.sketch, name, call.x, axes, call.given.get("keepdim", False))

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
