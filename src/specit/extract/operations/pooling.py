"""Pooling."""

from __future__ import annotations

from typing import Any

from .call import Call, Operation, Value


def _stride(call: Call) -> tuple[Any, Any] | None:
    return call.pair("stride") if call["stride"] else None


def _max_pool2d(call: Call) -> Value:
    return call.sketch.add(
        "MaxPool2d",
        call.x,
        kernel_size=call.pair("kernel_size"),
        stride=_stride(call),
        padding=call.pair("padding"),
        dilation=call.pair("dilation"),
        return_indices=False,
        ceil_mode=call["ceil_mode"],
    )


def _with_indices(call: Call) -> Value:
    return _max_pool2d(call), None


def _avg_pool2d(call: Call) -> Value:
    return call.sketch.add(
        "AvgPool2d",
        call.x,
        kernel_size=call.pair("kernel_size"),
        stride=_stride(call),
        padding=call.pair("padding"),
        ceil_mode=call["ceil_mode"],
        count_include_pad=call["count_include_pad"],
        divisor_override=call["divisor_override"],
    )


def _adaptive_avg_pool2d(call: Call) -> Value:
    return call.sketch.add("AdaptiveAvgPool2d", call.x, output_size=call.pair("output_size"))


def _adaptive_max_pool2d(call: Call) -> Value:
    return call.sketch.add(
        "AdaptiveMaxPool2d", call.x, output_size=call.pair("output_size"), return_indices=False
    ), None


OPERATIONS: dict[str, Operation] = {
    "adaptive_avg_pool2d": _adaptive_avg_pool2d,
    "adaptive_max_pool2d": _adaptive_max_pool2d,
    "avg_pool2d": _avg_pool2d,
    "max_pool2d": _max_pool2d,
    "max_pool2d_with_indices": _with_indices,
}
