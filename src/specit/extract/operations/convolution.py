"""Convolutions and `linear`."""

from __future__ import annotations

from typing import Any

from .call import Call, Operation, Value, held


def _conv2d(call: Call) -> Value:
    weight, padding = held(call, "weight"), call["padding"]
    out_channels, per_group, *kernel = weight.tensor.shape
    return call.sketch.add(
        "Conv2d",
        call.x,
        held={"weight": weight, "bias": call["bias"]},
        in_channels=per_group * call["groups"],
        out_channels=out_channels,
        kernel_size=tuple(kernel),
        stride=call.pair("stride"),
        padding=padding if isinstance(padding, str) else call.pair("padding"),
        dilation=call.pair("dilation"),
        groups=call["groups"],
        bias=call["bias"] is not None,
        padding_mode="zeros",
    )


def _conv_transpose2d(call: Call) -> Value:
    weight = held(call, "weight")
    in_channels, per_group, *kernel = weight.tensor.shape
    pairs: dict[str, Any] = {name: call.pair(name) for name in ("stride", "padding", "output_padding", "dilation")}
    return call.sketch.add(
        "ConvTranspose2d",
        call.x,
        held={"weight": weight, "bias": call["bias"]},
        in_channels=in_channels,
        out_channels=per_group * call["groups"],
        kernel_size=tuple(kernel),
        groups=call["groups"],
        bias=call["bias"] is not None,
        padding_mode="zeros",
        **pairs,
    )


def _linear(call: Call) -> Value:
    weight = held(call, "weight")
    out_features, in_features = weight.tensor.shape
    return call.sketch.add(
        "Linear",
        call.x,
        held={"weight": weight, "bias": call["bias"]},
        in_features=in_features,
        out_features=out_features,
        bias=call["bias"] is not None,
    )


OPERATIONS: dict[str, Operation] = {"conv2d": _conv2d, "conv_transpose2d": _conv_transpose2d, "linear": _linear}
