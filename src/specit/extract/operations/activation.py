"""Activations, and dropout, which does nothing in evaluation and is stated all the same."""

from __future__ import annotations

from typing import Any

from .call import Call, Operation, Value, held


def _plain(name: str, *arguments: str, inplace: bool = True) -> Operation:
    """Return an operation whose layer has the same arguments, by the same names."""

    def draw(call: Call) -> Value:
        given: dict[str, Any] = {argument: call[argument] for argument in arguments}
        if inplace:
            given["inplace"] = call.inplace
        return call.sketch.add(name, call.x, **given)

    return draw


def _elu(call: Call) -> Value:
    if (call["scale"], call["input_scale"]) != (1, 1):
        raise call.sketch.refuse("has a scale, which the layer ELU has not")
    return call.sketch.add("ELU", call.x, alpha=call["alpha"], inplace=call.inplace)


def _prelu(call: Call) -> Value:
    weight = held(call, "weight")
    return call.sketch.add("PReLU", call.x, held={"weight": weight}, num_parameters=weight.tensor.numel())


def _clamp(call: Call) -> Value:
    low, high = call["min"], call["max"]
    if low == 0 and high is None:
        return call.sketch.add("ReLU", call.x, inplace=call.inplace)
    if isinstance(low, int | float) and isinstance(high, int | float):
        return call.sketch.add("Hardtanh", call.x, min_val=low, max_val=high, inplace=call.inplace)
    raise call.sketch.refuse("has one bound; the vocabulary has ReLU (0) and Hardtanh (two bounds)")


def _softmax(call: Call) -> Value:
    return call.sketch.add("Softmax", call.x, dim=call.axis())


def _feature_dropout(call: Call) -> Value:
    return call.sketch.add("Dropout2d", call.x, p=call["p"], inplace=call.inplace)


OPERATIONS: dict[str, Operation] = {
    "clamp": _clamp,
    "dropout": _plain("Dropout", "p"),
    "elu": _elu,
    "feature_dropout": _feature_dropout,
    "gelu": _plain("GELU", "approximate", inplace=False),
    "hardsigmoid": _plain("Hardsigmoid"),
    "hardswish": _plain("Hardswish"),
    "hardtanh": _plain("Hardtanh", "min_val", "max_val"),
    "leaky_relu": _plain("LeakyReLU", "negative_slope"),
    "prelu": _prelu,
    "relu": _plain("ReLU"),
    "relu6": _plain("ReLU6"),
    "sigmoid": _plain("Sigmoid", inplace=False),
    "silu": _plain("SiLU"),
    "sin": _plain("Sin", inplace=False),
    "softmax": _softmax,
    "tanh": _plain("Tanh", inplace=False),
}
