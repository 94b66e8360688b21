"""Products with matrices."""

from __future__ import annotations

import numpy as np

from ...sketch import Made, Sketch
from ..values import Known
from .call import Call, Drawn, Operator


def linear(sketch: Sketch, x: Made, weight: Known, bias: Known | None) -> Made:
    """Draw `Linear`; the weight is (out_features, in_features)."""
    out_features, in_features = weight.array.shape
    return sketch.add(
        "Linear",
        x,
        held={"weight": weight.held(), "bias": bias.held() if bias else None},
        in_features=in_features,
        out_features=out_features,
        bias=bias is not None,
    )


def _matmul(call: Call) -> Drawn:
    if isinstance(call.at(0), Known) or isinstance(call.at(1), Made):
        raise call.refuse("multiplies from the left, or two layers' outputs, which no layer does")
    weight = call.known(1, "weight")
    if weight.array.ndim != 2:
        raise call.refuse(f"multiplies with a tensor of {weight.array.ndim} axes, and the layer Linear has a matrix")
    return linear(call.sketch, call.x, Known(weight.name, weight.array.T), None)


def _gemm(call: Call) -> Drawn:
    """Draw alpha · x · weight + beta · bias; factors are multiplied into the parameters."""
    if call.attribute("transA", 0):
        raise call.refuse("mixes the examples of a batch; a network of a spec leaves them apart")
    weight = call.known(1, "weight")
    matrix = weight.array if call.attribute("transB", 0) else weight.array.T
    factor = call.attribute("alpha", 1.0)
    bias = call.known(2, "bias") if call.at(2) is not None else None
    if bias is not None:
        if bias.array.ndim > 1 and bias.array.shape[0] != 1:
            raise call.refuse("adds other numbers to one example than to another, which no layer does")
        bias = Known(bias.name, _times(call.attribute("beta", 1.0), _for_each(bias.array, matrix.shape[0])))
    return linear(call.sketch, call.x, Known(weight.name, _times(factor, matrix)), bias)


def _times(factor: float, array: np.ndarray) -> np.ndarray:
    return array if factor == 1 else array * np.float32(factor)


def _for_each(array: np.ndarray, count: int) -> np.ndarray:
    return array.reshape(-1) if array.size == count else np.full(count, array.reshape(-1)[0])


OPERATORS: dict[str, Operator] = {"Gemm": _gemm, "MatMul": _matmul}
