"""Layers with weights that exporters write as several nodes: a bias, or padding, on its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...sketch import Made
from ..operators.call import Call
from ..operators.convolution import convolution
from ..operators.linear import linear
from ..operators.resize import sides
from ..operators.shape import of_shape
from ..values import Known
from .match import Match, Pattern
from .template import op

_MODES = {"reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def _linear(match: Match) -> Made | None:
    x, weight, bias = match.made(), match.known("weight"), match.known("bias")
    if x is None or weight is None or bias is None or weight.array.ndim != 2:
        return None
    if bias.array.shape != weight.array.shape[1:]:
        return None
    return linear(match.sketch, x, Known(weight.name, weight.array.T), bias)


def _padded_convolution(match: Match) -> Made | None:
    x, pad = match.made(), match.node("pad")
    mode = _MODES.get(pad.attributes.get("mode", "constant"))
    if x is None or mode is None:
        return None
    left, right, top, bottom = sides(_call(match, "pad"))
    if (left, top) != (right, bottom):
        return None
    return convolution(_call(match, "conv"), x, (top, left), mode)


def _call(match: Match, name: str) -> Call:
    """Return a node as it would be drawn by itself, its first input being that of the whole."""
    node = match.node(name)
    given = [match.graph.values[one] if one else None for one in node.inputs]
    known = [value if isinstance(value, Known) else None for value in given]
    return Call(match.sketch, node, (match.made(), *known[1:]), match.batch, match.opset)


def _put_together_again(match: Match) -> Made | None:
    """Draw nothing for a tensor that is laid out flat and gathered in the same order, as `as_strided` may be."""
    x, places = match.made(), match.known("places")
    flat = match.numbers(match.node("flat"), "shape", 1)
    if x is None or places is None or flat != (-1,):
        return None
    count = match.batch * int(np.prod(x.shape))
    if places.array.size != count or not (places.array.reshape(-1) == np.arange(count)).all():
        return None
    call = replace(_call(match, "flat"), given=(x, None))
    return of_shape(call, x, places.array.shape)


PATTERNS = [
    Pattern(op("Add", op("MatMul", "x", "weight"), "bias"), _linear),
    Pattern(op("Conv", op("Pad", "x", called="pad"), "weight", called="conv"), _padded_convolution),
    Pattern(op("Gather", op("Reshape", "x", called="flat"), "places"), _put_together_again),
]
