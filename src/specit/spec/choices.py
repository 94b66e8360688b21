"""Everything that varies is a choice in the tree; one point of the product of choices is one experiment.

A choice is a mapping with `each` (options: a list, or named in a mapping), or `sweep` in its place, or a list
under `!unstated`. Under `!unstated` it is a *reading*, with `sweep` a *sweep*, elsewhere a *condition*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from specit.errors import Mark, SpecItError, nearest

from .tree import Node, Source

Kind = Literal["reading", "condition", "sweep"]
Selection = Mapping[str, str]
MAX_OPTIONS = 1_000
_WEIGHT: dict[Kind, int] = {"condition": 0, "sweep": 1, "reading": 2}


@dataclass(frozen=True)
class Axis:
    """A named choice: its options in order, and the one that the authors' code takes, where that is known."""

    name: str
    kind: Kind
    options: tuple[str, ...]
    code: str | None
    mark: Mark

    @property
    def default(self) -> str:
        """Return the option taken when nobody chooses: the authors' code's, else the first."""
        return self.code or self.options[0]

    def check(self, option: str) -> str:
        """Return `option` if the axis has it, else say which ones it has."""
        if option not in self.options:
            raise SpecItError(f"'{self.name}' has no option '{option}'; {nearest(option, self.options)}")
        return option


@dataclass(frozen=True)
class _Choice:
    axis: Axis
    branches: dict[str, Node]


def points(tree: Node, pick: Callable[[Axis], list[str]]) -> Iterator[tuple[dict[str, str], Node]]:
    """Yield every selection that `pick` allows, with the tree that results: one option taken on every axis."""

    def branch(selection: dict[str, str], node: Node) -> Iterator[tuple[dict[str, str], Node]]:
        choice = next(_choices(node), None)
        if choice is None:
            yield selection, node
            return
        axis = choice.axis
        for option in pick(axis):
            yield from branch({**selection, axis.name: option}, _take(node, axis, axis.check(option)))

    yield from branch({}, tree)


def fewest_points(tree: Node, pick: Callable[[Axis], list[str]]) -> int:
    """Return how many points a tree has at least: the product over the axes that stand inside no option of another.

    It takes no time, unlike making the points.
    """
    outer = {choice.axis.name: choice.axis for choice in _choices(tree)}
    return math.prod(len(pick(axis)) for axis in outer.values())


def axes(*trees: Node) -> list[Axis]:
    """Return every axis of some trees, those inside an option included, in the order they stand.

    An axis that is unstated anywhere is a reading everywhere.
    """
    found: dict[str, Axis] = {}

    def visit(node: Node, key: str) -> None:
        choice = _choice(node, key)
        if choice is not None:
            known = found.setdefault(choice.axis.name, choice.axis)
            _same(known, choice.axis)
            if _WEIGHT[choice.axis.kind] > _WEIGHT[known.kind]:
                found[known.name] = choice.axis
            for branch in choice.branches.values():
                visit(branch, key)
        elif isinstance(node.value, dict):
            for name, child in node.value.items():
                visit(child, name)
        elif isinstance(node.value, list):
            for child in node.value:
                visit(child, key)

    for tree in trees:
        visit(tree, "choice")
    return list(found.values())


def _choices(node: Node, key: str = "choice") -> Iterator[_Choice]:
    if not node.varies:
        return
    choice = _choice(node, key)
    if choice is not None:
        yield choice
    elif isinstance(node.value, dict):
        for name, child in node.value.items():
            yield from _choices(child, name)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _choices(child, key)


def _take(node: Node, axis: Axis, option: str, key: str = "choice") -> Node:
    """Return `node` with `option` taken wherever `axis` stands: choices of one name vary together."""
    if not node.varies:
        return node
    choice = _choice(node, key)
    if choice is not None and choice.axis.name == axis.name:
        _same(axis, choice.axis)
        taken = _take(choice.branches[option], axis, option, key)
        if node.source is Source.UNSTATED:  # whoever wrote the option down, nobody stated which one holds
            return replace(taken, source=Source.UNSTATED, taken=True)
        return taken.with_source(node.source)
    if choice is not None:  # another axis, still open: take inside its branches
        options = {name: _take(child, axis, option, key) for name, child in choice.branches.items()}
        kept: dict[str, Node] = {"name": Node(choice.axis.name, node.mark)}
        kept["sweep" if choice.axis.kind == "sweep" else "each"] = Node(dict(options), node.mark)
        if choice.axis.code:
            kept["code"] = Node(choice.axis.code, node.mark)
        return replace(node, value=kept)
    if isinstance(node.value, dict):
        return replace(node, value={name: _take(c, axis, option, name) for name, c in node.value.items()})
    if isinstance(node.value, list):
        return replace(node, value=[_take(child, axis, option, key) for child in node.value])
    return node


def _choice(node: Node, key: str) -> _Choice | None:
    """Return the choice that stands at `node`, or None where there is none."""
    if node.source is Source.UNSTATED and isinstance(node.value, list) and not node.taken:
        node = replace(node, value={"each": replace(node, source=None)})
    if not isinstance(node.value, dict) or not ({"each", "sweep"} & node.value.keys()):
        return None
    entries = node.value
    for name in entries:
        if name not in ("each", "sweep", "name", "code"):
            raise SpecItError(
                f"A choice has the keys each (or sweep), name and code, but not '{name}'.", at=entries[name].mark
            )
    if "each" in entries and "sweep" in entries:
        raise SpecItError("A choice has either each or sweep, not both.", at=node.mark)
    options = entries.get("each") or entries["sweep"]
    _few_enough(options)
    branches = _branches(options)
    kind: Kind = "sweep" if "sweep" in entries else "condition"
    if node.source is Source.UNSTATED:
        kind = "reading"
    code = _name(entries["code"]) if "code" in entries else None
    axis = Axis(_name(entries["name"]) if "name" in entries else key, kind, tuple(branches), code, node.mark)
    if code is not None and code not in branches:
        raise SpecItError(f"'{axis.name}' has no option '{code}'; {nearest(code, branches)}", at=entries["code"].mark)
    return _Choice(axis, branches)


def _branches(options: Node) -> dict[str, Node]:
    if isinstance(options.value, dict):
        branches = dict(options.value)
    else:
        branches = {_name(option): option for option in options.sequence("each")}
        if len(branches) != len(options.sequence("each")):
            raise SpecItError("An option stands twice in this choice.", at=options.mark)
    if not branches:
        raise SpecItError("A choice needs at least one option.", at=options.mark)
    return branches


def _few_enough(options: Node) -> None:
    count = len(options.value) if isinstance(options.value, dict | list) else 0
    if count > MAX_OPTIONS:
        raise SpecItError(f"A choice has at most {MAX_OPTIONS:,} options, and this one has {count:,}.", at=options.mark)


def _name(node: Node) -> str:
    if isinstance(node.value, dict):
        raise SpecItError("Options that are mappings need names: write each: {name: {...}}.", at=node.mark)
    if isinstance(node.value, list):
        return ",".join(_name(item) for item in node.value)
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return str(node.value)


def _same(known: Axis, other: Axis) -> None:
    if known.options != other.options:
        raise SpecItError(
            f"The axis '{known.name}' has the options {', '.join(known.options)} on line {known.mark.line}, but "
            f"{', '.join(other.options)} here; choices of one name vary together, so give this one a name of its own.",
            at=other.mark,
        )
