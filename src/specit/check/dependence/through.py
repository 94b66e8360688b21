"""From a network's input to each of some layers: what every number sees."""

from __future__ import annotations

from collections.abc import Collection

from specit.spec.network import Network

from .rules import RULES
from .sees import Sees


def what_is_seen(network: Network, places: Collection[int]) -> dict[int, Sees]:
    """Return what the outputs of the layers at `places` see of the input of a network that has one `Input`."""
    last_use = {taken: place for place, placed in enumerate(network.layers) for taken in placed.takes}
    kept: dict[int, Sees] = {}
    for place, placed in enumerate(network.layers):
        if placed.name == "Input":
            kept[place] = Sees.itself(placed.shape)
            continue
        inputs = [kept[taken] for taken in placed.takes]
        rule = RULES.get(placed.name)
        made = rule(placed.layer, inputs) if rule else inputs[0].give_up(placed.shape)
        assert made.shape == placed.shape
        kept[place] = made.settled()
        for taken in set(placed.takes):
            if last_use[taken] == place and taken not in places:
                del kept[taken]
    return {place: kept[place] for place in places}
