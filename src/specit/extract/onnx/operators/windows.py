"""Windows that slide over an image: kernel, stride, dilation, and padding for each of the four sides."""

from __future__ import annotations

from dataclasses import dataclass

from ...sketch import Made
from .call import Call

Pair = tuple[int, int]


@dataclass(frozen=True)
class Windows:
    """Rows first, then columns. `begin` and `end` are the padding above and below, left and right."""

    kernel: Pair
    stride: Pair
    dilation: Pair
    begin: Pair
    end: Pair

    @property
    def even(self) -> bool:
        """Return whether opposite sides have the same padding."""
        return self.begin == self.end


def pair(call: Call, name: str, default: int = 1) -> Pair:
    """Return an attribute of two numbers."""
    value = call.attribute(name, (default, default))
    if len(value) != 2:
        raise call.refuse(f"has {len(value)} {name}, and the layers for images have two")
    return int(value[0]), int(value[1])


def windows(call: Call, kernel: Pair) -> Windows:
    """Return the windows of a node, with the padding that `auto_pad` stands for written out."""
    if len(call.x.shape) != 3:
        raise call.refuse(f"works on inputs of {len(call.x.shape) + 1} axes, and the layers for images on 4")
    stride, dilation = pair(call, "strides"), pair(call, "dilations")
    auto = call.attribute("auto_pad", "NOTSET")
    if auto.startswith("SAME"):
        begin, end = _same(call.x, kernel, stride, dilation, more_at_end=auto == "SAME_UPPER")
    else:
        pads = tuple(call.attribute("pads", (0, 0, 0, 0))) if auto == "NOTSET" else (0, 0, 0, 0)
        if len(pads) != 4:
            raise call.refuse(f"has {len(pads)} pads, and an image has four sides")
        begin, end = (pads[0], pads[1]), (pads[2], pads[3])
    if min(*begin, *end) < 0:
        raise call.refuse("has negative pads, which no layer has")
    return Windows(kernel, stride, dilation, begin, end)


def _same(x: Made, kernel: Pair, stride: Pair, dilation: Pair, more_at_end: bool) -> tuple[Pair, Pair]:
    """Return the padding with which ceil(n / stride) windows fit, an odd one at the end or at the beginning."""
    begin, end = [], []
    for n, k, s, d in zip(x.shape[1:], kernel, stride, dilation, strict=True):
        total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
        less, more = total // 2, total - total // 2
        begin.append(less if more_at_end else more)
        end.append(more if more_at_end else less)
    return (begin[0], begin[1]), (end[0], end[1])
