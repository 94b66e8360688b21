"""The order of layers: of two branches that are added up, the longer one first, as a residual is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .sketch import Drawn


def ordered(layers: Sequence[Drawn]) -> tuple[list[Drawn], list[int]]:
    """Return the layers with short branches after long ones, and the place of every layer now."""
    now = list(layers)
    places = list(range(len(now)))
    for end in range(len(now)):
        branches = _branches(now, end)
        if branches is None:
            continue
        start, split = branches
        moved = [*range(split, end), *range(start, split)]
        new = {place: start + at for at, place in enumerate(moved)}
        now[start:end] = [now[place] for place in moved]
        now = [_renumbered(layer, new) for layer in now]
        now[end] = replace(now[end], takes=tuple(sorted(now[end].takes)))
        places = [new.get(place, place) for place in places]
    return now, places


def _branches(layers: Sequence[Drawn], end: int) -> tuple[int, int] | None:
    """Return where the branches begin that an `Add` joins, if the first is the shorter and they stand apart."""
    if layers[end].name != "Add" or len(layers[end].takes) != 2:
        return None
    one, other = sorted(layers[end].takes)
    if other != end - 1 or one == other or len(layers[one + 1].takes) != 1:
        return None
    (before,) = layers[one + 1].takes
    start, split = before + 1, one + 1
    apart = all(not start <= taken < split for layer in layers[split:end] for taken in layer.takes)
    if any(getattr(layer.layer, "inplace", False) for layer in layers[start:end]):  # what it changes, others may read
        return None
    longer = end - split > split - start > 0
    return (start, split) if longer and apart and layers[start].takes == (before,) else None


def _renumbered(layer: Drawn, new: dict[int, int]) -> Drawn:
    return replace(layer, takes=tuple(new.get(taken, taken) for taken in layer.takes))
