"""A network's entries unfolded: blocks, repeats, residuals and branches become layers, each with what it takes.

    - Conv2d: {...}                     takes what the entry before it makes
      as: low                           gives its output a name
    - Add: {}
      from: [low, high]                 takes what others have made
    - Conv2d: {...}
      share: low                        has its weights in common with another layer
    - residual: [...]                   x + f(x), or with `shortcut:` g(x) + f(x)
    - parallel: {branches: [[...], [...]], join: {Concatenate: {dim: 1}}}
    - repeat: {times: 3, layers: [...]}

An entry that unfolds to several layers takes `as` and `from` like a layer. A name inside a block or a repeat is known
there alone, unless it is one of the block's arguments: `as: $skip`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from specit.errors import Mark, SpecItError, nearest

from .blocks import BESIDE, STRUCTURES, Block, filled
from .layers import LAYERS, Join
from .model import known_keys
from .tree import Node, describe

MAX_LAYERS = 20_000


@dataclass(frozen=True)
class Entry:
    """A layer as it stands in a network, not yet checked. Layers are known by their places, from 0."""

    name: str
    arguments: Node
    takes: tuple[int, ...]
    called: str | None = None
    initialise: Node | None = None
    shares: int | None = None


@dataclass
class Unfolded:
    """The layers, and what the names outside of all blocks stand for."""

    entries: list[Entry]
    names: dict[str, int]


def unfold(nodes: list[Node], blocks: Mapping[str, Block]) -> Unfolded:
    """Return the layers that the entries of a network stand for."""
    unfolding = _Unfolding(blocks)
    scope = _Scope()
    unfolding.sequence(nodes, None, scope)
    return Unfolded(unfolding.entries, scope.names)


@dataclass(frozen=True)
class _Written:
    """`ReLU`, or `ReLU: {...}` with what may stand beside it."""

    name: str
    arguments: Node
    beside: Mapping[str, Node]


@dataclass(frozen=True)
class _Scope:
    """What names stand for, and the blocks and repeats one is inside of."""

    names: dict[str, int] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    outer: _Scope | None = None
    given: Collection[str] = ()
    """The names that come from outside, as a block's arguments."""
    own: set[str] = field(default_factory=set)

    def within(self, name: str, given: Collection[str] = ()) -> _Scope:
        """Return a scope whose own names nobody outside knows, but for those that are `given`."""
        return _Scope(dict(self.names), (*self.inside, name), self, given)

    def define(self, name: str, place: int, mark: Mark) -> bool:
        """Let a name stand for a layer; return whether the whole network knows it."""
        if name in self.own:
            raise SpecItError(f"Two layers of a network are called '{name}'.", at=mark)
        self.own.add(name)
        self.names[name] = place
        if self.outer is None:
            return True
        return name in self.given and self.outer.define(name, place, mark)

    def find(self, node: Node) -> int:
        if not isinstance(node.value, str):
            raise SpecItError(
                f"from: names what a layer takes, one name or a list, not {describe(node)}.", at=node.mark
            )
        if node.value not in self.names:
            near = nearest_called(node.value, self.names)
            raise SpecItError(f"No layer before this one is called '{node.value}'; {near}", at=node.mark)
        return self.names[node.value]


class _Unfolding:
    def __init__(self, blocks: Mapping[str, Block]) -> None:
        self.blocks = blocks
        self.entries: list[Entry] = []

    def sequence(self, nodes: list[Node], before: int | None, scope: _Scope) -> int | None:
        """Append the layers of some entries, the first of which follows `before`; return the last one's place."""
        for node in nodes:
            written = _read(node)
            before = self.entry(written, node, before, scope)
            if called := written.beside.get("as"):
                name = str(called.value)
                if scope.define(name, before, called.mark):
                    self.entries[before] = replace(self.entries[before], called=name)
        return before

    def entry(self, written: _Written, node: Node, before: int | None, scope: _Scope) -> int:
        name, arguments, beside = written.name, written.arguments, written.beside
        takes = self.takes(beside.get("from"), before, scope)
        if name in LAYERS:
            return self.layer(written, takes, scope)
        if name not in STRUCTURES and name not in self.blocks:
            known = [*LAYERS, *STRUCTURES, *self.blocks]
            raise SpecItError(f"Unknown layer or block '{name}'; {nearest(name, known)}", at=node.mark)
        for word, mend in _OF_LAYERS.items():
            if word in beside:
                what = "a block" if name in self.blocks else "no layer"
                raise SpecItError(f"{name} is {what}; {mend}.", at=beside[word].mark)
        if len(takes) > 1:
            raise SpecItError(f"{name} takes one input, not {len(takes)}.", at=beside["from"].mark)
        start = takes[0] if takes else None
        match name:
            case "residual":
                return self.residual(arguments, start, scope)
            case "parallel":
                return self.parallel(arguments, start, scope)
            case "repeat":
                return self.repeat(arguments, start, scope)
        return self.block(name, arguments, start, scope)

    def layer(self, written: _Written, takes: tuple[int, ...], scope: _Scope) -> int:
        name, beside = written.name, written.beside
        if len(takes) > 1 and not issubclass(LAYERS[name], Join):
            raise SpecItError(f"{name} takes one input, not {len(takes)}.", at=beside["from"].mark)
        if name == "Input" and "from" in beside:
            raise SpecItError("An Input takes nothing.", at=beside["from"].mark)
        shares = scope.find(beside["share"]) if "share" in beside else None
        takes = () if name == "Input" else takes
        return self.append(Entry(name, written.arguments, takes, None, beside.get("initialise"), shares))

    def append(self, entry: Entry) -> int:
        if len(self.entries) == MAX_LAYERS:
            raise SpecItError(f"The network unfolds to more than {MAX_LAYERS:,} layers.", at=entry.arguments.mark)
        self.entries.append(entry)
        return len(self.entries) - 1

    def takes(self, stated: Node | None, before: int | None, scope: _Scope) -> tuple[int, ...]:
        if stated is None:
            return () if before is None else (before,)
        names = stated.value if isinstance(stated.value, list) else [stated]
        if not names:
            raise SpecItError("from: names what a layer takes, but the list is empty.", at=stated.mark)
        return tuple(scope.find(name) for name in names)

    def block(self, name: str, arguments: Node, start: int | None, scope: _Scope) -> int:
        if name in scope.inside:
            raise SpecItError(f"The block {name} contains itself.", at=arguments.mark)
        layers = filled(name, self.blocks[name], arguments)
        given = {value.value for value in arguments.mapping(name).values() if isinstance(value.value, str)}
        return _made(self.sequence(layers, start, scope.within(name, given)))

    def residual(self, arguments: Node, start: int | None, scope: _Scope) -> int:
        if isinstance(arguments.value, dict):
            known_keys(arguments, ("layers", "shortcut"), "residual")
        parts = arguments.value if isinstance(arguments.value, dict) else {"layers": arguments}
        if "layers" not in parts:
            raise SpecItError("residual needs a list of layers.", at=arguments.mark)
        body = _some(parts["layers"], "residual")
        through = self.sequence(body, start, scope)
        past = self.sequence(parts["shortcut"].sequence("shortcut"), start, scope) if "shortcut" in parts else start
        return self.append(Entry("Add", Node({}, arguments.mark), _ends(through, past)))

    def parallel(self, arguments: Node, start: int | None, scope: _Scope) -> int:
        parts = _arguments(arguments, ("branches", "join"), "parallel")
        branches = parts["branches"].sequence("branches")
        if len(branches) < 2:
            raise SpecItError("parallel needs at least two branches.", at=parts["branches"].mark)
        joins = [name for name, layer in LAYERS.items() if issubclass(layer, Join)]
        join = _read(parts["join"])
        if join.name not in joins:
            raise SpecItError(
                f"join: a layer that takes several inputs, not {join.name}; {nearest(join.name, joins)}",
                at=parts["join"].mark,
            )
        ends = _ends(*(self.sequence(branch.sequence("A branch"), start, scope) for branch in branches))
        return self.append(Entry(join.name, join.arguments, ends))

    def repeat(self, arguments: Node, start: int | None, scope: _Scope) -> int:
        parts = _arguments(arguments, ("times", "layers"), "repeat")
        times = parts["times"].value
        if not isinstance(times, int) or isinstance(times, bool) or times < 1:
            raise SpecItError("times: a whole number of at least 1.", at=parts["times"].mark)
        layers = _some(parts["layers"], "repeat")
        for _ in range(times):
            start = self.sequence(layers, start, scope.within("repeat"))
        return _made(start)


_OF_LAYERS = {
    "initialise": "state how parameters start at its layers, or under 'initialise'",
    "share": "share the weights of its layers",
}
"""What stands beside layers alone, and what to do where something else has it."""


def nearest_called(name: str, called: Collection[str]) -> str:
    """Return the names of layers nearest to one that no layer has."""
    return nearest(name, called) if called else "no layer has a name (as:)."


def _arguments(node: Node, needed: Sequence[str], what: str) -> dict[str, Node]:
    parts = node.mapping(what)
    known_keys(node, needed, what)
    for name in needed:
        if name not in parts:
            raise SpecItError(f"{what} needs the argument '{name}', which is missing.", at=node.mark)
    return parts


def _made(place: int | None) -> int:
    assert place is not None  # of at least one entry
    return place


def _ends(*places: int | None) -> tuple[int, ...]:
    """Return where branches end. Before any layer there is nothing for an empty one to hand on."""
    return tuple(place for place in places if place is not None)


def _some(node: Node, what: str) -> list[Node]:
    layers = node.sequence(f"The layers of {what}")
    if not layers:
        raise SpecItError(f"{what} needs at least one layer.", at=node.mark)
    return layers


def _read(node: Node) -> _Written:
    if isinstance(node.value, str):
        return _Written(node.value, Node({}, node.mark), {})
    parts = dict(node.mapping("A layer"))
    beside = {key: parts.pop(key) for key in BESIDE if key in parts}
    name, arguments = Node(dict(parts), node.mark, node.source).only("A layer")
    if arguments.value is None:
        arguments = Node({}, arguments.mark)
    for key, what in (("as", "a layer's output a name"), ("share", "the name of the layer whose weights it shares")):
        if key in beside and (not isinstance(beside[key].value, str) or not beside[key].value):
            raise SpecItError(f"{key}: gives {what}, not {describe(beside[key])}.", at=beside[key].mark)
    return _Written(name, arguments, beside)
