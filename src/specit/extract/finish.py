"""From a sketch to a network: dead ends left out, what is held twice shared, names where arrows need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specit.errors import Mark, SpecItError
from specit.spec.network import Network, Placed
from specit.spec.write import needs_name

from .order import ordered
from .sketch import Drawn, Held, Made, Sketch


def finish(sketch: Sketch, returned: Sequence[Made]) -> tuple[Network, list[Drawn]]:
    """Return the network of a sketch, and its layers as they were drawn, in the same order."""
    kept = _leading_to(sketch, [made.place for made in returned])
    new = {place: position for position, place in enumerate(kept)}
    drawn = [
        replace(sketch.layers[place], takes=tuple(new[taken] for taken in sketch.layers[place].takes)) for place in kept
    ]
    drawn, moved = ordered(drawn)
    layers = [
        Placed(layer.name, layer.layer, layer.shape, _NOWHERE, layer.takes, shares=shares)
        for layer, shares in zip(drawn, _sharing(drawn), strict=True)
    ]
    network = Network(tuple(layers), tuple(moved[new[made.place]] for made in returned))
    names = {place: f"{layers[place].name.lower()}_{place}" for place in needs_name(network)}
    return replace(
        network, layers=tuple(replace(placed, called=names.get(at)) for at, placed in enumerate(layers))
    ), drawn


_NOWHERE = Mark("<model>", 1)
"""A layer that was extracted stands on no line of a spec yet."""


def _leading_to(sketch: Sketch, ends: Sequence[int]) -> list[int]:
    """Return the places of the inputs, and of the layers that lead to what is returned; inputs come first."""
    needed = set(ends)
    for place in reversed(range(len(sketch.layers))):
        if place in needed:
            needed.update(sketch.layers[place].takes)
    inputs = [place for place, layer in enumerate(sketch.layers) if layer.name == "Input"]
    return inputs + [place for place in sorted(needed) if sketch.layers[place].name != "Input"]


def _sharing(drawn: Sequence[Drawn]) -> list[int | None]:
    """Return for every layer the earlier one that holds the same parameters, or None."""
    holders: dict[int, int] = {}
    sharing: list[int | None] = []
    for place, layer in enumerate(drawn):
        earlier = next((holders[memory] for memory in _memory(layer) if memory in holders), None)
        if earlier is not None:
            _check_same(layer, drawn[earlier])
        for memory in _memory(layer):
            holders.setdefault(memory, place)
        sharing.append(earlier)
    return sharing


def _memory(layer: Drawn) -> list[int]:
    """Return where a layer's parameters lie: the same place, the same parameter, whatever its name or shape."""
    return [held.tensor.data_ptr() for held in _parameters(layer).values()]


def _check_same(layer: Drawn, other: Drawn) -> None:
    own, theirs = _parameters(layer), _parameters(other)
    same = own.keys() == theirs.keys() and all(
        own[key].tensor.data_ptr() == theirs[key].tensor.data_ptr() for key in own
    )
    if not same or layer.layer != other.layer:
        name = next(iter(own.values())).name
        raise SpecItError(
            f"Two layers have a part of their parameters in common ('{name}'), or have them in common but not their "
            "arguments; layers of a spec share all parameters, and then their arguments too."
        )


def _parameters(drawn: Drawn) -> dict[str, Held]:
    return {name: held for name, held in drawn.held.items() if held.trained}
