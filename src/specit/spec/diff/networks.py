"""Two networks compared: which layers only one of them has, which state something else, and what goes where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ..lock import canonical
from .align import align
from .difference import Difference, Said
from .graph import Graph, Layer
from .side import Side
from .words import argument, default_of, kind, ordinal, sentence, show, which

ABSENT = Said(None, "absent")


@dataclass(frozen=True)
class Paired:
    """Two networks with the layers that correspond, and every difference; what they say alike is among them."""

    a: Graph
    b: Graph
    pairs: Sequence[tuple[int, int]]
    differences: Sequence[Difference]

    @cached_property
    def to_b(self) -> Mapping[int, int]:
        """Return the position in B of each layer of A that has one."""
        return dict(self.pairs)


def compare_graphs(a: Graph, b: Graph, ours: Side, theirs: Side, prefix: str = "") -> Paired:
    """Compare two networks; `prefix` begins every sentence."""
    pairs = align(a.layers, b.layers)
    differences = [
        *_only_in_one(a, b, pairs, prefix),
        *_values(a, b, pairs, ours, theirs, prefix),
        *_wiring(a, b, pairs, prefix),
        *_sharing(a, b, pairs, prefix),
    ]
    return Paired(a, b, pairs, differences)


def _only_in_one(a: Graph, b: Graph, pairs: Sequence[tuple[int, int]], prefix: str) -> Iterator[Difference]:
    """Yield a difference for every stretch of layers that stands in one network alone, or instead of another."""
    for (i, j), (after_i, after_j) in pairwise([(-1, -1), *pairs, (len(a.layers), len(b.layers))]):
        ours, theirs = a.layers[i + 1 : after_i], b.layers[j + 1 : after_j]
        if not ours and not theirs:
            continue
        where = f"after {_name(a, i)}" if i >= 0 else "at the beginning"
        if ours and theirs:
            says = f"{where}, A has {_listed(ours)} where B has {_listed(theirs)}."
        else:
            one, other = ("A", "B") if ours else ("B", "A")
            says = f"{where}, {one} has {_listed(ours or theirs)}, which {other} does not have."
        says = says if prefix else says[0].upper() + says[1:]
        at: list[tuple[int | None, int | None]] = [(layer.place, None) for layer in ours]
        at += [(None, layer.place) for layer in theirs]
        yield Difference(prefix + says, "layers", _whole(ours), _whole(theirs), at)


def _whole(layers: Sequence[Layer]) -> Said:
    return Said([{layer.kind: dict(layer.arguments)} for layer in layers], "unknown") if layers else ABSENT


def _listed(layers: Sequence[Layer]) -> str:
    if len(layers) == 1:
        return f"a layer {show({layers[0].kind: dict(layers[0].arguments)})}"
    shown = ", ".join(layer.kind for layer in layers[:6]) + (", …" if len(layers) > 6 else "")
    return f"{len(layers)} layers ({shown})"


def _values(
    a: Graph, b: Graph, pairs: Sequence[tuple[int, int]], ours: Side, theirs: Side, prefix: str
) -> Iterator[Difference]:
    """Yield what corresponding layers state, one difference for all layers of a kind that differ alike."""
    alike: dict[str, list[tuple[int, int]]] = {}
    found: dict[str, tuple[Layer, str, Said, Said]] = {}
    for i, j in pairs:
        one, other = a.layers[i], b.layers[j]
        for name in dict.fromkeys([*one.paths, *other.paths]):
            sides = _said(one, name, ours), _said(other, name, theirs)
            if sides[0] == sides[1]:
                continue
            key = canonical([one.kind, name, *([said.value, said.source] for said in sides)])
            alike.setdefault(key, []).append((i, j))
            found[key] = one, name, *sides
    for key, places in alike.items():
        layer, name, said_a, said_b = found[key]
        path = layer.paths.get(name, ("networks",))
        at = which(_numbers(a, [i for i, _ in places]), sum(other.kind == layer.kind for other in a.layers))
        called = f" '{layer.called}'" if len(places) == 1 and layer.called else ""
        what = f"{kind(layer.kind)}{called} {argument(name)}" + (f" ({at})" if at else "")
        says = prefix + sentence(what, said_a, said_b, default_of(path, layer.kind))
        yield Difference(says, what, said_a, said_b, [(a.layers[i].place, b.layers[j].place) for i, j in places])


def _said(layer: Layer, name: str, side: Side) -> Said:
    if name not in layer.paths:
        return ABSENT
    first, _, parameter = name.partition(".")
    values = layer.starts if parameter else layer.arguments
    return Said(values[parameter or first], side.source(layer.paths[name]))


def _wiring(a: Graph, b: Graph, pairs: Sequence[tuple[int, int]], prefix: str) -> Iterator[Difference]:
    """Yield where corresponding layers take what does not correspond, and the networks return something else.

    Layers that stand in one network alone are looked through: that they are there has been said.
    """
    to_b, from_b = dict(pairs), {j: i for i, j in pairs}

    def differ(ours: Sequence[int], theirs: Sequence[int]) -> bool:
        one = [to_b[i] for i in _through(a, ours, to_b)]
        other = list(_through(b, theirs, from_b))
        if all(i in to_b for i in ours) and all(j in from_b for j in theirs):
            return one != other
        return not (set(one) <= set(other) or set(other) <= set(one))

    for i, j in pairs:
        ours, theirs = a.layers[i].takes, b.layers[j].takes
        if a.layers[i].turns:  # in the order of B
            ours = tuple(sorted(ours, key=lambda place: to_b.get(place, -1)))
        if differ(ours, theirs):
            what = f"what {_name(a, i)} takes"
            yield _places(prefix, what, _names(a, ours), _names(b, theirs), [(a.layers[i].place, b.layers[j].place)])
    if differ(a.outputs, b.outputs):
        yield _places(prefix, "what the network returns", _names(a, a.outputs), _names(b, b.outputs), [])


def _through(graph: Graph, places: Iterable[int], known: Mapping[int, int]) -> Iterator[int]:
    """Yield places that correspond to one of the other network: these, or the nearest before them."""
    waiting = list(places)[::-1]
    while waiting:
        place = waiting.pop()
        if place in known:
            yield place
        else:
            waiting += reversed(graph.layers[place].takes)


def _sharing(a: Graph, b: Graph, pairs: Sequence[tuple[int, int]], prefix: str) -> Iterator[Difference]:
    """Yield which layers have their parameters in common in one network alone."""
    to_b, from_b = dict(pairs), {j: i for i, j in pairs}

    def groups(graph: Graph, known: Mapping[int, int]) -> dict[int, list[int]]:
        by_owner: dict[int, list[int]] = {}
        for place, layer in enumerate(graph.layers):
            if place in known:
                by_owner.setdefault(layer.shares, []).append(place)
        return {place: group for group in by_owner.values() for place in group}

    ours, theirs = groups(a, to_b), groups(b, from_b)
    told = set[int]()
    for i, j in pairs:
        one, other = ours[i], [from_b[place] for place in theirs[j]]
        if set(one) != set(other) and i not in told:
            told.update(one, other)
            yield _places(prefix, f"parameters of {_name(a, i)}", _common(a, one), _common(a, other), [])


def _common(graph: Graph, places: Sequence[int]) -> str:
    return "of its own" if len(places) == 1 else f"shared by {_names(graph, places)}"


def _places(prefix: str, what: str, a: str, b: str, at: Sequence[tuple[int | None, int | None]]) -> Difference:
    return Difference(f"{prefix}{what}: A {a}, B {b}.", what, Said(a, "unknown"), Said(b, "unknown"), at)


def _numbers(graph: Graph, places: Sequence[int]) -> list[int]:
    """Return which of their kind some layers are, from 1, in the order they are listed."""
    kinds = {graph.layers[place].kind for place in places}
    listed = sorted(layer.place for layer in graph.layers if layer.kind in kinds)
    return sorted(listed.index(graph.layers[place].place) + 1 for place in places)


def _name(graph: Graph, place: int) -> str:
    """Return what one layer is called in a sentence."""
    layer = graph.layers[place]
    total = sum(other.kind == layer.kind for other in graph.layers)
    number = f"{ordinal(_numbers(graph, [place])[0])} " if total > 1 else ""
    return f"the {number}{kind(layer.kind)}"


def _names(graph: Graph, places: Iterable[int]) -> str:
    return " and ".join(_name(graph, place) for place in places) or "nothing"
