"""A graph cut into chains: layers that run one after the other, and what of that somebody would write on one line."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from specit.spec.network import Network

from .own_layers import JOINS

NAMES = {
    "BatchNorm2d": "norm",
    "Conv2d": "conv",
    "ConvTranspose2d": "conv_transpose",
    "CoordConv2d": "coord_conv",
    "CoordConvTranspose2d": "coord_conv_transpose",
    "Linear": "linear",
}
"""What people call a layer; others go by their own name in small letters."""


@dataclass(frozen=True)
class Chain:
    """Layers in a row, one attribute of the module: `self.name`."""

    name: str
    places: tuple[int, ...]

    @property
    def last(self) -> int:
        """Return the place of the last layer, whose output is the chain's."""
        return self.places[-1]


class Chains:
    """The chains of a network. `forbidden` are names that an attribute may not have."""

    def __init__(self, network: Network, forbidden: Iterable[str]) -> None:
        self.network = network
        self.layers = network.layers
        self.takers = network.takers
        self.shared = {
            p for at, placed in enumerate(self.layers) if placed.shares is not None for p in (at, placed.shares)
        }
        self.all = self._named(self._cut(), set(forbidden))

    @cached_property
    def by_last(self) -> Mapping[int, Chain]:
        """Return the chain that ends at a place."""
        return {chain.last: chain for chain in self.all}

    @cached_property
    def live(self) -> frozenset[int]:
        """Return the places that some output depends on."""
        found: set[int] = set()
        waiting = list(self.network.outputs)
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting += self.layers[place].takes
        return frozenset(found)

    def owner(self, place: int) -> int:
        """Return the place of the layer whose module runs here."""
        while (shared := self.layers[place].shares) is not None:
            place = shared
        return place

    def is_module(self, place: int) -> bool:
        """Return whether a layer is a module, and not an input or an expression."""
        return self.layers[place].name not in ("Input", *JOINS)

    def _cut(self) -> list[tuple[int, ...]]:
        chains: list[list[int]] = []
        for place, placed in enumerate(self.layers):
            if not self.is_module(place):
                continue
            before = place - 1
            joins_on = (
                chains
                and chains[-1][-1] == before
                and placed.takes == (before,)
                and self.takers[before] == (place,)
                and before not in self.network.outputs
                and not {place, before} & self.shared
            )
            if joins_on:
                chains[-1].append(place)
            else:
                chains.append([place])
        return [tuple(chain) for chain in chains]

    def _named(self, chains: Sequence[tuple[int, ...]], forbidden: set[str]) -> list[Chain]:
        """Name every chain: by what its output is called, else by what it is; shared layers by their first place."""
        wanted = [self._name(chain, alone=len(chains) == 1, forbidden=forbidden) for chain in chains]
        owned = [self.layers[chain[0]].shares is None for chain in chains]
        counts = Counter(name for name, own in zip(wanted, owned, strict=True) if own)
        numbers, taken = Counter[str](), set(forbidden)
        names: dict[int, str] = {}
        for chain, name, own in zip(chains, wanted, owned, strict=True):
            if own:
                numbers[name] += 1
                chosen = name if counts[name] == 1 else f"{name}_{numbers[name]}"
                while chosen in taken:
                    chosen += "_"
                taken.add(chosen)
                names[chain[0]] = chosen
        return [Chain(names[self.owner(chain[0])], chain) for chain in chains]

    def _name(self, chain: tuple[int, ...], *, alone: bool, forbidden: set[str]) -> str:
        last = self.layers[chain[-1]]
        if last.called and usable(last.called, forbidden):
            return last.called
        if len(chain) == 1:
            return NAMES.get(last.name, last.name.lower())
        if alone:
            return "layers"
        start = self.layers[chain[0]].takes
        takers = self.takers[chain[-1]]
        residual = (
            len(takers) == 1 and self.layers[takers[0]].name == "Add" and start[0] in self.layers[takers[0]].takes
        )
        return "residual" if residual else "block"


def usable(name: str, forbidden: Iterable[str]) -> bool:
    """Return whether a layer's name in a spec may be a name in Python.

    >>> usable("low", []), usable("low res", []), usable("class", []), usable("forward", ["forward"])
    (True, False, False, False)
    """
    plain = name.isidentifier() and name.isascii() and not name.startswith("_")
    return plain and not keyword.iskeyword(name) and not keyword.issoftkeyword(name) and name not in forbidden
