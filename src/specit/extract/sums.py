"""Sums, products and means: of what layers have made, with a number, or with a parameter."""

from __future__ import annotations

from typing import Any

from .moves import reshaped
from .sketch import Held, Made, Sketch


def summed(sketch: Sketch, one: Any, other: Any, times: float = 1) -> Made:
    """Draw one + times · other."""
    if isinstance(other, Made) and times != 1:
        other = sketch.add("Scale", other, factor=float(times))
        times = 1
    if isinstance(one, Made) and isinstance(other, Made):
        # The later layer first, as x + f(x) is written in a residual: the sum is the same to the bit.
        pair = (one, other) if one.place > other.place else (other, one)
        return sketch.add("Add", *_in_order(sketch, pair))
    x, more = (one, other) if isinstance(one, Made) else (other, one)
    if isinstance(more, int | float) and isinstance(x, Made):
        return sketch.add("Shift", x, amount=float(more * (times if more is other else 1)))
    if isinstance(more, Held) and isinstance(x, Made) and (times == 1 or more is one):
        return learned(sketch, "LearnedShift", "bias", x, more)
    raise sketch.refuse("adds up what no layer does")


def _in_order(sketch: Sketch, pair: tuple[Made, Made]) -> tuple[Made, Made]:
    """Return the way through before the way past: an ancestor of the other is past, else the branch drawn first."""
    later, earlier = pair
    return (later, earlier) if _leads_to(sketch, earlier.place, later.place) else (earlier, later)


def _leads_to(sketch: Sketch, place: int, other: int) -> bool:
    found, layers = {other}, sketch.layers
    for at in range(other, place, -1):
        if at in found:
            found.update(layers[at].takes)
    return place in found


def multiplied(sketch: Sketch, one: Any, other: Any) -> Made:
    """Draw one · other."""
    if isinstance(one, Made) and isinstance(other, Made):
        return sketch.add("Multiply", one, other)
    x, factor = (one, other) if isinstance(one, Made) else (other, one)
    if isinstance(factor, int | float) and isinstance(x, Made):
        return sketch.add("Scale", x, factor=float(factor))
    if isinstance(factor, Held) and isinstance(x, Made):
        return learned(sketch, "LearnedScale", "weight", x, factor)
    raise sketch.refuse("multiplies what no layer does")


def learned(sketch: Sketch, name: str, parameter: str, x: Made, held: Held) -> Made:
    """Draw a sum or a product with numbers of the model's own."""
    shape = tuple(held.tensor.shape)
    while len(shape) > len(x.shape) and shape[0] == 1:  # an axis for the batch
        shape = shape[1:]
    own = Held(held.name, held.tensor.reshape(shape), held.trained)
    return sketch.add(name, x, held={parameter: own}, shape=shape)


def averaged(sketch: Sketch, name: str, x: Made, axes: tuple[int, ...], keep: bool) -> Made:
    """Draw the `Mean` or `Sum` over axes, counted with the batch axis as 0; with `keep` they stay, of size 1."""
    if 0 in axes:
        raise sketch.refuse("mixes the examples of a batch; a network of a spec leaves them apart")
    if name == "Mean" and keep and axes == (2, 3) and len(x.shape) == 3:
        return sketch.add("AdaptiveAvgPool2d", x, output_size=(1, 1))
    made = sketch.add(name, x, dim=axes)
    kept = tuple(1 if axis in axes else n for axis, n in enumerate(x.shape, start=1))
    return reshaped(sketch, made, kept) if keep else made
