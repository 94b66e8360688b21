"""Pooling. Padding that is not the same on opposite sides becomes what PyTorch's layers can say exactly."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from specit.spec.layers import LAYERS, ShapeError

from ...moves import padded, reshaped
from ...sketch import Made
from .call import Call, Drawn, Operator
from .windows import Windows, pair, windows


def _max_pool(call: Call) -> Drawn:
    if len(call.node.outputs) > 1 and call.node.outputs[1]:
        raise call.refuse("also returns where the largest numbers were, which no layer does")
    over = windows(call, pair(call, "kernel_shape"))
    return _pooled(call, "MaxPool2d", over, dilation=over.dilation, return_indices=False)


def _average_pool(call: Call) -> Drawn:
    over = windows(call, pair(call, "kernel_shape"))
    if over.dilation != (1, 1):
        raise call.refuse("averages over windows with gaps, which no layer does")
    counted = bool(call.attribute("count_include_pad", 0))
    if not any((*over.begin, *over.end)):
        counted = True  # of no padding either is true; this is PyTorch's default
    if counted and not over.even:
        if call.attribute("ceil_mode", 0):
            raise call.refuse("counts padding that is not the same on opposite sides, and rounds up: no layer does")
        (top, left), (bottom, right) = over.begin, over.end
        x = padded(call.sketch, call.x, left, right, top, bottom)
        over = Windows(over.kernel, over.stride, over.dilation, (0, 0), (0, 0))
        return _add(call, "AvgPool2d", x, over, False, count_include_pad=True, divisor_override=None)
    return _pooled(call, "AvgPool2d", over, count_include_pad=counted, divisor_override=None)


def _pooled(call: Call, name: str, over: Windows, **arguments: Any) -> Made:
    """Draw a pooling that leaves its padding out of account.

    Windows begin where the padding at the beginning says. How much there is at the end says only how many windows
    there are: one more may come from rounding up, and one too many is cropped.
    """
    ceil = bool(call.attribute("ceil_mode", 0))
    expected = _expected(call.x, over, ceil)
    if over.even:
        return _add(call, name, call.x, over, ceil, **arguments)
    for rounded in (False, True):
        made = _size(name, call.x, over, rounded, arguments)
        if made and min(a - b for a, b in zip(made, expected, strict=True)) >= 0:
            pooled = _add(call, name, call.x, over, rounded, **arguments)
            rows, columns = (a - b for a, b in zip(made, expected, strict=True))
            return padded(call.sketch, pooled, 0, -columns, 0, -rows)
    raise call.refuse("pads the end of an image by more than the layers for pooling can say")


def _expected(x: Made, over: Windows, ceil: bool) -> tuple[int, ...]:
    sizes = []
    for n, k, s, d, b, e in zip(
        x.shape[1:], over.kernel, over.stride, over.dilation, over.begin, over.end, strict=True
    ):
        room = n + b + e - d * (k - 1) - 1
        count = (-(-room // s) if ceil else room // s) + 1
        sizes.append(count - 1 if ceil and (count - 1) * s >= n + b else count)
    return tuple(sizes)


def _size(name: str, x: Made, over: Windows, ceil: bool, arguments: dict[str, Any]) -> tuple[int, ...] | None:
    stated = {"kernel_size": over.kernel, "stride": over.stride, "padding": over.begin, "ceil_mode": ceil, **arguments}
    try:
        return LAYERS[name](**stated).output(x.shape)[1:]
    except (ValidationError, ShapeError):
        return None


def _add(call: Call, name: str, x: Made, over: Windows, ceil: bool, **arguments: Any) -> Made:
    return call.sketch.add(
        name, x, kernel_size=over.kernel, stride=over.stride, padding=over.begin, ceil_mode=ceil, **arguments
    )


def _global(name: str, **arguments: Any) -> Operator:
    def draw(call: Call) -> Drawn:
        return call.sketch.add(name, call.x, output_size=(1, 1), **arguments)

    return draw


def _reduce_max(call: Call) -> Drawn:
    x, axes = call.x, call.whole_numbers("axes", 1)
    over = sorted(call.counted(axis) for axis in axes) if axes else []
    if over != [2, 3] or len(x.shape) != 3:
        raise call.refuse("takes the largest number over other axes than an image's rows and columns: no layer does")
    made = call.sketch.add("AdaptiveMaxPool2d", x, output_size=(1, 1), return_indices=False)
    return made if call.attribute("keepdims", 1) else reshaped(call.sketch, made, x.shape[:1])


OPERATORS: dict[str, Operator] = {
    "AveragePool": _average_pool,
    "GlobalAveragePool": _global("AdaptiveAvgPool2d"),
    "GlobalMaxPool": _global("AdaptiveMaxPool2d", return_indices=False),
    "MaxPool": _max_pool,
    "ReduceMax": _reduce_max,
}
