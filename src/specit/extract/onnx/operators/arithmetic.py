"""Sums, products and means: of layers, with a number, or with a tensor of the file."""

from __future__ import annotations

from functools import reduce

import numpy as np

from ...sketch import Held, Made
from ...sums import averaged, multiplied, summed
from ..values import Known
from .call import Call, Drawn, Operator, per_example


def _operand(call: Call, place: int) -> Made | Held | float:
    """Return what a layer has made, a number, or a tensor of the file that then is a layer's parameter."""
    value, other = call.at(place), call.at(1 - place)
    if isinstance(value, Made):
        return value
    assert isinstance(value, Known)
    assert isinstance(other, Made)
    number = value.number
    learned = value.stored and value.array.ndim > 0
    return number if number is not None and not learned else per_example(call, value, other)


def _without(call: Call, number: float) -> Made | None:
    """Return the layer's output where the other operand is a number that changes nothing."""
    one, other = _operand(call, 0), _operand(call, 1)
    if isinstance(one, Made) and other == number:
        return one
    return other if isinstance(other, Made) and one == number else None


def _add(call: Call) -> Drawn:
    return _without(call, 0.0) or summed(call.sketch, _operand(call, 0), _operand(call, 1))


def _sub(call: Call) -> Drawn:
    one, other = _operand(call, 0), _operand(call, 1)
    if isinstance(other, Held):
        return summed(call.sketch, one, Held(other.name, -other.tensor))
    return summed(call.sketch, one, other, -1)


def _mul(call: Call) -> Drawn:
    return _without(call, 1.0) or multiplied(call.sketch, _operand(call, 0), _operand(call, 1))


def _div(call: Call) -> Drawn:
    by = _operand(call, 1)
    if isinstance(by, Made):
        raise call.refuse("divides by what a layer has made, which no layer does")
    inverse = Held(by.name, 1 / by.tensor) if isinstance(by, Held) else float(np.float64(1) / by)
    return multiplied(call.sketch, call.x, inverse)


def _neg(call: Call) -> Drawn:
    return call.sketch.add("Scale", call.x, factor=-1.0)


def _pow(call: Call) -> Drawn:
    if call.known(1, "exponent").number != 2:
        raise call.refuse("takes a power for which there is no layer; a square is a product, Multiply")
    return multiplied(call.sketch, call.x, call.x)


def _sum_of_several(call: Call) -> Drawn:
    made = [call.made(place) for place in range(len(call.given))]
    return reduce(lambda one, other: summed(call.sketch, one, other), made)


def _over(name: str) -> Operator:
    """Return the drawing of a sum or a mean over axes."""

    def draw(call: Call) -> Drawn:
        axes = call.whole_numbers("axes", 1)
        if not axes and call.attribute("noop_with_empty_axes", 0):
            return call.x
        counted = tuple(sorted(call.counted(axis) for axis in axes)) if axes else (0,)
        return averaged(call.sketch, name, call.x, counted, bool(call.attribute("keepdims", 1)))

    return draw


OPERATORS: dict[str, Operator] = {
    "Add": _add,
    "Div": _div,
    "Mul": _mul,
    "Neg": _neg,
    "Pow": _pow,
    "ReduceMean": _over("Mean"),
    "ReduceSum": _over("Sum"),
    "Sub": _sub,
    "Sum": _sum_of_several,
}
