"""Convolutions, plain and transposed."""

from __future__ import annotations

from ...moves import padded
from ...sketch import Made
from ..values import Known
from .call import Call, Drawn, Operator
from .windows import Pair, pair, windows


def _conv(call: Call) -> Drawn:
    return convolution(call, call.x)


def convolution(call: Call, x: Made, padding: Pair = (0, 0), mode: str = "zeros") -> Made:
    """Draw a convolution over `x`; `padding` in that mode was written before it, as another node."""
    weight = _weight(call)
    out_channels, per_group = weight.array.shape[:2]
    over = windows(call, _kernel(weight))
    if mode == "zeros":
        padding = over.begin if over.even else (0, 0)
    elif any((*over.begin, *over.end)):
        raise call.refuse("pads zeros around an image that was padded with something else, which no layer does")
    if mode == "zeros" and not over.even:
        (top, left), (bottom, right) = over.begin, over.end
        x = padded(call.sketch, x, left, right, top, bottom)
    groups = call.attribute("group", 1)
    return call.sketch.add(
        "Conv2d",
        x,
        held={"weight": weight.held(), "bias": call.held(2, "bias")},
        in_channels=per_group * groups,
        out_channels=out_channels,
        kernel_size=over.kernel,
        stride=over.stride,
        padding=padding,
        dilation=over.dilation,
        groups=groups,
        bias=call.at(2) is not None,
        padding_mode=mode,
    )


def _conv_transpose(call: Call) -> Drawn:
    weight = _weight(call)
    in_channels, per_group = weight.array.shape[:2]
    groups, kernel = call.attribute("group", 1), _kernel(weight)
    stride, dilation, extra = pair(call, "strides"), pair(call, "dilations"), pair(call, "output_padding", 0)
    begin, end = _cropped(call, kernel, stride, dilation, extra)
    even = begin == end and min(begin) >= 0
    made = call.sketch.add(
        "ConvTranspose2d",
        call.x,
        held={"weight": weight.held(), "bias": call.held(2, "bias")},
        in_channels=in_channels,
        out_channels=per_group * groups,
        kernel_size=kernel,
        stride=stride,
        padding=begin if even else (0, 0),
        output_padding=extra,
        groups=groups,
        bias=call.at(2) is not None,
        dilation=dilation,
        padding_mode="zeros",
    )
    return made if even else _crop(call, made, begin, end)


def _cropped(call: Call, kernel: Pair, stride: Pair, dilation: Pair, extra: Pair) -> tuple[Pair, Pair]:
    """Return how many rows and columns of the whole output go at the beginning and at the end."""
    auto, size = call.attribute("auto_pad", "NOTSET"), call.attribute("output_shape")
    if size is None and not auto.startswith("SAME"):
        pads = tuple(call.attribute("pads", (0, 0, 0, 0))) if auto == "NOTSET" else (0, 0, 0, 0)
        return (pads[0], pads[1]), (pads[2], pads[3])
    begin, end = [], []
    for axis, n in enumerate(call.x.shape[1:]):
        whole = (n - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 + extra[axis]
        total = whole - (size[-2:][axis] if size is not None else n * stride[axis])
        less, more = total // 2, total - total // 2
        begin.append(less if auto == "SAME_UPPER" else more)
        end.append(more if auto == "SAME_UPPER" else less)
    return (begin[0], begin[1]), (end[0], end[1])


def _crop(call: Call, made: Made, begin: Pair, end: Pair) -> Made:
    if min(*begin, *end) < 0:
        raise call.refuse("makes more rows or columns than its kernel reaches, which ConvTranspose2d does not")
    return call.sketch.add("Crop2d", made, left=begin[1], right=end[1], top=begin[0], bottom=end[0])


def _weight(call: Call) -> Known:
    weight = call.known(1, "weight")
    axes = weight.array.ndim - 2
    if axes != 2:
        raise call.refuse(f"is a convolution over {axes} axes, and the layers of a spec go over the two of an image")
    return weight


def _kernel(weight: Known) -> Pair:
    return int(weight.array.shape[2]), int(weight.array.shape[3])


OPERATORS: dict[str, Operator] = {"Conv": _conv, "ConvTranspose": _conv_transpose}
