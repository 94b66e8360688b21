"""A network as a graph whose layers stand in an order that depends on nothing but its structure.

The names of layers, and the order in which independent branches were written down, are gone.
"""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..blocks import BESIDE
from ..initialisers import ONES_AND_ZEROS, PARAMETERS
from ..lock import canonical
from ..origins import Path

COMMUTATIVE = ("Add", "Multiply")
"""Of two inputs, it does not matter which comes first. Of three it does: the sums are rounded differently."""


@dataclass(frozen=True)
class Layer:
    """A layer: its kind, everything it states, and where in the network's statement it stands."""

    kind: str
    arguments: Mapping[str, Any]
    starts: Mapping[str, Any]
    """How its parameters start, whether that is stated at the layer or for all layers of its kind."""
    takes: tuple[int, ...]
    shares: int
    """The place of the layer that holds its parameters: its own, unless it shares them."""
    place: int
    called: str | None
    paths: Mapping[str, Path]
    """Where in the statement each argument and each start stands."""

    @functools.cached_property
    def text(self) -> str:
        """Return all that it states by itself."""
        return canonical([self.kind, self.arguments, self.starts])

    @property
    def turns(self) -> bool:
        """Return whether what it takes may be taken in any order."""
        return self.kind in COMMUTATIVE and len(self.takes) == 2


@dataclass(frozen=True)
class Graph:
    """Layers in canonical order, each taking only from those before it, and what is returned."""

    layers: tuple[Layer, ...]
    outputs: tuple[int, ...]


def read_graph(stated: Any, initialise: Mapping[str, Any], name: str) -> Graph:
    """Return a network of a statement in canonical order."""
    listed = stated["layers"] if isinstance(stated, dict) else stated
    outputs = tuple(stated["outputs"]) if isinstance(stated, dict) else (len(listed) - 1,)
    layers: list[Layer] = []
    for place, entry in enumerate(listed):
        layer = _read(place, entry, initialise, ("networks", name, place))
        if layer.shares != place:  # which of several layers holds the parameters they share is nothing
            owner = layers[layer.shares]
            starts = {way: path for way, path in owner.paths.items() if way.startswith("initialise.")}
            layer = replace(layer, starts=owner.starts, shares=owner.shares, paths={**layer.paths, **starts})
        layers.append(layer)
    order = _Ordering(layers).order(outputs)
    placed = {place: position for position, place in enumerate(order)}
    arranged = []
    for place in order:
        layer = layers[place]
        takes = [placed[taken] for taken in layer.takes]
        arranged.append(replace(layer, takes=tuple(sorted(takes) if layer.turns else takes)))
    return Graph(tuple(arranged), tuple(placed[place] for place in outputs))


def _read(place: int, entry: Mapping[str, Any], initialise: Mapping[str, Any], path: Path) -> Layer:
    kind = next(key for key in entry if key not in BESIDE)
    arguments, own = entry[kind], entry.get("initialise", {})
    learns = arguments.get("affine", True) and arguments.get("elementwise_affine", True)
    held = [name for name in PARAMETERS if learns and (name != "bias" or arguments.get("bias", True))]
    starts = {name: how for name, how in {**initialise.get(kind, {}), **own}.items() if name in held}
    if kind in ONES_AND_ZEROS:  # by default, or because somebody says so: the same
        meant: dict[str, Any] = {"weight": {"ones": {}}, "bias": {"zeros": {}}}
        starts = {name: meant[name] if "pytorch_default" in how else how for name, how in starts.items()}
    paths: dict[str, Path] = {name: (*path, name) for name in arguments}
    for name in starts:
        paths[f"initialise.{name}"] = (*path, "initialise", name) if name in own else ("initialise", kind, name)
    takes = tuple(entry.get("from", () if place == 0 else (place - 1,)))
    return Layer(kind, arguments, starts, takes, entry.get("share", place), place, entry.get("as"), paths)


class _Ordering:
    """Puts layers in an order that only the structure decides.

    What leads to the first output comes first, each branch whole and in the order it is taken. Where two branches may
    be taken either way, what they look like decides: at first each layer by itself, then with its neighbours, theirs,
    and so on, so that a change far away does not turn them round.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers
        self.takers: list[list[tuple[int, int]]] = [[] for _ in layers]
        for place, layer in enumerate(layers):
            for slot, taken in enumerate(layer.takes):
                self.takers[taken].append((place, 0 if layer.turns else slot))
        self.sharing: dict[int, list[int]] = {}
        for place, layer in enumerate(layers):
            self.sharing.setdefault(layer.shares, []).append(place)
        self.looks = [[_hash(layer.text) for layer in layers]]

    def order(self, outputs: Iterable[int]) -> list[int]:
        inputs = [place for place, layer in enumerate(self.layers) if not layer.takes]
        ends = [place for place, takers in enumerate(self.takers) if not takers]
        order: dict[int, None] = {}
        for root in [*inputs, *outputs]:
            self._visit(root, order)
        left = self._sorted(place for place in ends if place not in order)
        while left:
            # Of those that nothing tells apart, the one that shares its parameters with the earliest: else what belongs
            # together in one listing would stand apart in another.
            alike = [place for place in left if self._compare(left[0], place) == 0]
            root = min(alike, key=lambda place: self._earliest_sharer(place, order))
            left.remove(root)
            self._visit(root, order)
        return list(order)

    def _earliest_sharer(self, place: int, order: Iterable[int]) -> int:
        """Return where the first layer with the same parameters stands, or the end."""
        sharers = self.sharing[self.layers[place].shares]
        return next((at for at, other in enumerate(order) if other in sharers), len(self.layers))

    def _visit(self, root: int, order: dict[int, None]) -> None:
        waiting = [(root, False)]
        while waiting:
            place, ready = waiting.pop()
            if place in order:
                continue
            if ready:
                order[place] = None
                continue
            waiting.append((place, True))
            takes = self.layers[place].takes
            first = self._sorted(takes) if self.layers[place].turns else list(takes)
            waiting += [(taken, False) for taken in reversed(first)]

    def _sorted(self, places: Iterable[int]) -> list[int]:
        return sorted(places, key=functools.cmp_to_key(self._compare))

    def _compare(self, one: int, other: int) -> int:
        radius = 0
        while one != other:
            if radius == len(self.looks) and not self._look_further():
                return 0  # nothing tells them apart
            a, b = self.looks[radius][one], self.looks[radius][other]
            if a != b:
                return -1 if a < b else 1
            radius += 1
        return 0

    def _look_further(self) -> bool:
        """Add to what every layer looks like what its neighbours look like; return whether that tells more apart."""
        seen = self.looks[-1]
        further = []
        for place, layer in enumerate(self.layers):
            takes = [seen[taken] for taken in layer.takes]
            takers = sorted((seen[taker], slot) for taker, slot in self.takers[place])
            shared = sorted(seen[other] for other in self.sharing[layer.shares])
            further.append(_hash(repr((seen[place], sorted(takes) if layer.turns else takes, takers, shared))))
        if len(Counter(further)) == len(Counter(seen)):
            return False
        self.looks.append(further)
        return True


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
