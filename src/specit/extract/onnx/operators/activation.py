"""Activations, and dropout, which does nothing in evaluation and is stated all the same."""

from __future__ import annotations

import math
from typing import Any

from ...sketch import Made, Sketch
from .call import Call, Drawn, Operator, per_example


def _plain(name: str, **arguments: Any) -> Operator:
    def draw(call: Call) -> Drawn:
        return call.sketch.add(name, call.x, **arguments)

    return draw


def _with(name: str, argument: str, attribute: str, default: Any) -> Operator:
    """Return an operator with one argument, an attribute of the node's."""

    def draw(call: Call) -> Drawn:
        return call.sketch.add(name, call.x, **{argument: call.attribute(attribute, default)})

    return draw


def clamped(sketch: Sketch, x: Made, low: float | None, high: float | None) -> Made:
    """Draw what keeps numbers between two bounds."""
    low = None if low is None or low == -math.inf or low < -3e38 else low
    high = None if high is None or high == math.inf or high > 3e38 else high
    if low == 0 and high in (None, 6):
        return sketch.add("ReLU" if high is None else "ReLU6", x)
    if low is not None and high is not None:
        return sketch.add("Hardtanh", x, min_val=low, max_val=high)
    raise sketch.refuse("has one bound; the vocabulary has ReLU (0) and Hardtanh (two bounds)")


def _clip(call: Call) -> Drawn:
    return clamped(call.sketch, call.x, call.number("min", 1), call.number("max", 2))


def _prelu(call: Call) -> Drawn:
    slope = per_example(call, call.known(1, "slope"), call.x)
    numbers = slope.tensor
    spread = [axis for axis, n in enumerate(numbers.shape, start=len(call.x.shape) - numbers.ndim) if n > 1]
    if spread and spread != [0]:
        raise call.refuse("has slopes for other axes than the channels, which PReLU has not")
    count = numbers.numel()
    return call.sketch.add(
        "PReLU", call.x, held={"weight": type(slope)(slope.name, numbers.reshape(count))}, num_parameters=count
    )


def _hard_sigmoid(call: Call) -> Drawn:
    alpha, beta = call.attribute("alpha", 0.2), call.attribute("beta", 0.5)
    x = call.x
    if math.isclose(alpha, 1 / 6, rel_tol=1e-6) and beta == 0.5:
        return call.sketch.add("Hardsigmoid", x)
    x = call.sketch.add("Shift", call.sketch.add("Scale", x, factor=alpha), amount=beta)
    return call.sketch.add("Hardtanh", x, min_val=0.0, max_val=1.0)


def _softmax(call: Call) -> Drawn:
    old = call.opset < 13  # then over all axes from this one on, taken together
    axis = call.counted(call.attribute("axis", 1 if old else -1))
    if old and math.prod(call.shape[axis + 1 :]) > 1:
        raise call.refuse("normalises over several axes together, and the layer Softmax over one")
    return call.sketch.add("Softmax", call.x, dim=axis)


def _dropout(call: Call) -> Drawn:
    training = call.at(2)
    if training is not None and call.known(2, "mode").array.any():
        raise call.refuse("drops numbers in use: the file was exported for training")
    ratio = call.number("ratio", 1)
    return call.sketch.add("Dropout", call.x, p=0.5 if ratio is None else float(f"{ratio:.7g}"))


OPERATORS: dict[str, Operator] = {
    "Clip": _clip,
    "Dropout": _dropout,
    "Elu": _with("ELU", "alpha", "alpha", 1.0),
    "Gelu": _with("GELU", "approximate", "approximate", "none"),
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _plain("Hardswish"),
    "LeakyRelu": _with("LeakyReLU", "negative_slope", "alpha", 0.01),
    "PRelu": _prelu,
    "Relu": _plain("ReLU"),
    "Sigmoid": _plain("Sigmoid"),
    "Sin": _plain("Sin"),
    "Softmax": _softmax,
    "Tanh": _plain("Tanh"),
}
