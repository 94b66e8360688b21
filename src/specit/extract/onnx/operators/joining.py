"""Joins along an axis: of layers, and of an image with a map that is the same for every example."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import torch
from torch import Tensor

from coordconv import coordinate_grid

from ...sketch import Made
from ..values import Known
from .call import Call, Drawn, Operator, per_example


def _concat(call: Call) -> Drawn:
    made = [value for value in call.given if isinstance(value, Made)]
    ranks = {len(one.shape) for one in made}
    axis = call.counted(call.attribute("axis", 1), ranks.pop() + 1)
    if len(made) == len(call.given):
        return call.sketch.add("Concatenate", *made, dim=axis)
    x, maps = call.given[0], [value for value in call.given if isinstance(value, Known)]
    if not isinstance(x, Made) or len(made) > 1 or axis != 1 or len(x.shape) != 3:
        raise call.refuse("joins a layer's output with a tensor of the file, which layers do for an image's channels")
    map_ = torch.cat([per_example(call, one, x).tensor for one in maps])
    if coordinates := sorted(_coordinates(map_), key=lambda found: found["span"] not in _SPANS):
        return call.sketch.add("AddCoords", x, **coordinates[0])
    held = maps[0] if len(maps) == 1 else Known(maps[0].name, map_.numpy())
    return call.sketch.add(
        "PositionEmbedding2d",
        x,
        held={"weight": per_example(call, held, x)},
        channels=map_.shape[0],
        size=tuple(map_.shape[1:]),
        combine="concatenate",
    )


_SPANS = ((-1.0, 1.0), (0.0, 1.0))
"""Of several readings of the same numbers, the one with a span that people use."""


def _coordinates(found: Tensor) -> Iterator[dict[str, Any]]:
    """Yield the arguments with which `AddCoords` makes these channels, if it is coordinates that they are."""
    channels, *size = found.shape
    if channels not in (2, 3) or min(size) < 2:
        return
    for order, anchor in product(("ij", "xy"), ("corners", "centers")):
        column = found[0 if order == "xy" else 1, 0]
        step = (column[-1] - column[0]).item() / (size[1] - 1)
        beyond = 0.0 if anchor == "corners" else step / 2
        span = tuple(float(f"{end:.6g}") for end in (column[0].item() - beyond, column[-1].item() + beyond))
        if span[0] >= span[1]:
            continue
        arguments: dict[str, Any] = {"radius": channels == 3, "order": order, "span": span, "anchor": anchor}
        grid = coordinate_grid(tuple(size), **arguments)
        if grid.shape == found.shape and np.allclose(grid, found, rtol=0, atol=1e-5):
            yield arguments


OPERATORS: dict[str, Operator] = {"Concat": _concat}
