"""Two statements compared by meaning: names of layers and the order in which things are written are nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..datasets import ELSEWHERE
from ..initialisers import RANDOM
from ..lock import canonical
from ..origins import Path
from ..training.described import NEEDED
from .difference import Diff, Difference, Said
from .graph import Graph, read_graph
from .networks import Paired, compare_graphs
from .side import UNKNOWN, Side
from .words import default_of, sentence, setting, show

ABSENT = Said(None, "absent")
_NEEDED = {(name,) for name in NEEDED}


def compare(a: Side, b: Side) -> Diff:
    """Return how two sides differ.

    What one side says nothing of at all, such as training where only a model is described, runs no differently: it is
    left unstated.
    """
    found = _Comparison(a, b)
    found.sections()
    return Diff(a.name, b.name, tuple(found.runs), tuple(found.unstated), tuple(found.all_notes()))


class _Comparison:
    def __init__(self, a: Side, b: Side) -> None:
        self.a, self.b = a, b
        self.runs: list[Difference] = []
        self.unstated: list[Difference] = []
        self.notes: list[str] = []

    def all_notes(self) -> list[str]:
        kept = [f"{name} is a lock, which keeps no sources." for name, side in self.sides() if side.sources is None]
        return [*self.a.notes, *self.b.notes, *kept, *self.notes]

    def sides(self) -> tuple[tuple[str, Side], ...]:
        return ("A", self.a), ("B", self.b)

    def add(self, difference: Difference) -> None:
        """Sort a difference into its group; what both say alike, each in its own words, is a note."""
        a, b = difference.a, difference.b
        if a.is_open or b.is_open:
            if not (a.is_open and b.is_open):
                self.unstated.append(difference)
        elif canonical(a.value) != canonical(b.value) or "absent" in (a.source, b.source):
            self.runs.append(difference)
        elif a.value is None and {a.source, b.source} == {"silent", UNKNOWN}:
            return  # whether nothing was said there, or "nothing" was said, a lock does not tell
        elif a.states != b.states:
            self.unstated.append(difference)
        elif a.states and a.source != b.source and UNKNOWN not in (a.source, b.source):
            self.notes.append(difference.says)

    def sections(self) -> None:
        paired = self.networks()
        for section in ("data", "train"):
            ours, theirs = self.a.statement.get(section), self.b.statement.get(section)
            if ours and theirs:
                self.tree((section,), ours, theirs)
            elif ours or theirs:
                one, other = ("A", "B") if ours else ("B", "A")
                what = {"data": "data and their split", "train": "training"}[section]
                says = f"{what}: {one} states them, {other} says nothing."
                if section == "train":
                    says = f"{what}: {one} states it, {other} says nothing."
                self.unstated.append(Difference(says, what, _whole(ours), _whole(theirs)))
        if len(paired) == 1:
            self.intermediate_losses(paired[0])

    # The data and the training: trees of values.

    def tree(self, path: Path, a: Any, b: Any) -> None:
        if not isinstance(a, dict) or not isinstance(b, dict):
            self.value(path, a, b)
        elif not a and not b:  # a variant without arguments: what was said is its name
            self.value(path[:-1], str(path[-1]), str(path[-1]), variant=path)
        elif _is_variant(a) and _is_variant(b) and a.keys() != b.keys():
            self.value(path, a, b)
        else:
            for key in dict.fromkeys([*a, *b]):
                below = (*path, key)
                if path[0] == "train" and key == "intermediate_losses" and len(path) == 2:
                    continue  # compared with the layers they are at
                if key in a and key in b:
                    self.tree(below, a[key], b[key])
                else:
                    self.lacking(below, a.get(key), b.get(key), key in a)

    def lacking(self, path: Path, a: Any, b: Any, a_has_it: bool) -> None:
        ours = Said(a, _source(self.a, path, a)) if a_has_it else ABSENT
        theirs = ABSENT if a_has_it else Said(b, _source(self.b, path, b))
        what = setting(path)
        self.add(Difference(sentence(what, ours, theirs, default_of(path)), what, ours, theirs))

    def value(self, path: Path, a: Any, b: Any, variant: Path | None = None) -> None:
        ours, theirs = (Said(value, _source(side, path, value, variant)) for side, value in ((self.a, a), (self.b, b)))
        what = setting(path)
        self.add(Difference(sentence(what, ours, theirs, default_of(path)), what, ours, theirs))

    # The networks: graphs.

    def networks(self) -> list[Paired]:
        ours, theirs = (_graphs(side) for _, side in self.sides())
        if len(ours) == len(theirs) == 1:
            pairs = [(next(iter(ours)), next(iter(theirs)))]
        else:
            pairs = [(name, name) for name in ours if name in theirs]
            for name in [*ours, *theirs]:
                if (name in ours) != (name in theirs):
                    one, other = ("A", "B") if name in ours else ("B", "A")
                    a, b = (Said(name, "unknown") if name in group else ABSENT for group in (ours, theirs))
                    says = f"networks: {one} has one called '{name}', {other} has none of that name."
                    self.runs.append(Difference(says, "networks", a, b))
        paired = []
        for one, other in pairs:
            prefix = f"{one}: " if len(pairs) > 1 else ""
            found = compare_graphs(ours[one], theirs[other], self.a, self.b, prefix)
            for difference in found.differences:
                self.add(difference)
            paired.append(found)
            if not any(difference in self.runs for difference in found.differences) and _draw_in_other_order(found):
                self.notes.append(
                    f"{prefix}the layers are listed in another order, so one seed draws other numbers for them to "
                    "start with."
                )
        return paired

    def intermediate_losses(self, paired: Paired) -> None:
        """Compare the losses between, each known by the layer it is at, whatever that is called."""
        placed = {layer.called: position for position, layer in enumerate(paired.b.layers) if layer.called}
        ours = dict(_between(self.a, {name: paired.to_b.get(at, f"A {name}") for name, at in _named(paired.a)}))
        theirs = dict(_between(self.b, placed))
        for key in dict.fromkeys([*ours, *theirs]):
            a, b = ours.get(key), theirs.get(key)
            if a and b:
                for name in dict.fromkeys([*a[1], *b[1]]):
                    self.between(a, b, name)
            else:
                one, other = ("A", "B") if a else ("B", "A")
                says = f"intermediate loss: {one} has one ({show((a or b or [{}])[-1])}), {other} does not."
                self.runs.append(Difference(says, "intermediate loss", _whole(a and a[1]), _whole(b and b[1])))

    def between(self, a: tuple[Path, dict[str, Any]], b: tuple[Path, dict[str, Any]], name: str) -> None:
        (path, ours), (other, theirs) = a, b
        if name == "at":
            return
        one = Said(ours.get(name), self.a.source((*path, name)))
        two = Said(theirs.get(name), self.b.source((*other, name)))
        what = f"intermediate loss at '{ours['at']}': {name}"
        self.add(Difference(sentence(what, one, two, "the default"), what, one, two))


def _whole(section: Any) -> Said:
    return Said(section, "unknown") if section else ABSENT


def _is_variant(value: dict[str, Any]) -> bool:
    return len(value) == 1 and isinstance(next(iter(value.values())), dict)


def _source(side: Side, path: Path, value: Any, variant: Path | None = None) -> str:
    """Return the source of a value, or of a variant's name: `constant` and `{constant: {}}` say the same."""
    if value is None and (path[:3] == ("data", "dataset", ELSEWHERE) or (path[0] == "train" and path[2:] in _NEEDED)):
        return "unstated"  # every training and all data have it, whatever a description knows of it
    found = side.source(path)
    return side.source(variant) if found == "silent" and variant else found


def _graphs(side: Side) -> dict[str, Graph]:
    initialise = side.statement.get("initialise", {})
    return {name: read_graph(stated, initialise, name) for name, stated in side.statement["networks"].items()}


def _named(graph: Graph) -> Iterator[tuple[str, int]]:
    for position, layer in enumerate(graph.layers):
        if layer.called:
            yield layer.called, position


def _between(side: Side, places: dict[str, Any]) -> Iterator[tuple[Any, tuple[Path, dict[str, Any]]]]:
    """Yield every intermediate loss with its path, under the layer it is at, its target, and a count."""
    seen: dict[Any, int] = {}
    for procedure, settings in side.statement.get("train", {}).items():
        for index, loss in enumerate(settings.get("intermediate_losses", ())):
            key = (places.get(loss["at"], loss["at"]), loss.get("target"))
            seen[key] = seen.get(key, 0) + 1
            yield (*key, seen[key]), (("train", procedure, "intermediate_losses", index), loss)


def _draw_in_other_order(paired: Paired) -> bool:
    """Return whether layers that start at random are listed in another order on the two sides."""

    def drawn(graph: Graph) -> list[int]:
        layers = enumerate(graph.layers)
        places = {
            at: layer.shares for at, layer in layers if any(how.keys() & set(RANDOM) for how in layer.starts.values())
        }
        first = {place: at for at, place in reversed(places.items())}
        return [first[place] for place in sorted(first)]

    ours = [paired.to_b.get(position) for position in drawn(paired.a)]
    return ours != list(drawn(paired.b))
