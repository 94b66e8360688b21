"""The spec as a tree: every value with its source and the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from specit.errors import Mark, SpecItError


class Source(StrEnum):
    """Where a stated value comes from. A value without a tag has its parent's source; the root's is paper."""

    PAPER = "paper"
    CODE = "code"
    DEFAULT = "default"
    OURS = "ours"
    RECALLED = "recalled"
    UNSTATED = "unstated"

    @property
    def says(self) -> str:
        """Return what the tag means, in words for a table."""
        return _MEANING[self]


_MEANING = {
    Source.PAPER: "stated by the paper",
    Source.CODE: "only in the authors' code",
    Source.DEFAULT: "a framework's default",
    Source.OURS: "our choice",
    Source.RECALLED: "recalled, not verified",
    Source.UNSTATED: "stated nowhere",
}

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Node:
    """One value of a spec: a scalar, a list of nodes, or a mapping of nodes."""

    value: Scalar | list[Node] | dict[str, Node]
    mark: Mark
    source: Source | None = None
    taken: bool = False
    """Whether this is the option taken of an unstated choice: a list, then, is a value and no choice any more."""

    @cached_property
    def varies(self) -> bool:
        """Return whether a choice may stand here or below: where none does, there is nothing to look for or to take."""
        if isinstance(self.value, dict):
            return bool({"each", "sweep"} & self.value.keys()) or any(child.varies for child in self.value.values())
        if isinstance(self.value, list):
            return (self.source is Source.UNSTATED and not self.taken) or any(child.varies for child in self.value)
        return False

    def mapping(self, what: str) -> dict[str, Node]:
        """Return the mapping this node holds, or say that `what` should have been one."""
        if not isinstance(self.value, dict):
            raise SpecItError(f"{what} must be a mapping (key: value), not {describe(self)}.", at=self.mark)
        return self.value

    def sequence(self, what: str) -> list[Node]:
        """Return the list this node holds, or say that `what` should have been one."""
        if not isinstance(self.value, list):
            raise SpecItError(f"{what} must be a list, not {describe(self)}.", at=self.mark)
        return self.value

    def only(self, what: str) -> tuple[str, Node]:
        """Return the one key and value of a one-key mapping such as `Adam: {...}`."""
        entries = self.mapping(what)
        if len(entries) != 1:
            found = ", ".join(entries) or "none"
            raise SpecItError(f"{what} must have exactly one key, but has {len(entries)} ({found}).", at=self.mark)
        return next(iter(entries.items()))

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return the deepest node on `path` that exists: where to point when something there is wrong."""
        node = self
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                node = node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
        return node

    def with_source(self, source: Source | None) -> Node:
        """Return the same value with `source` where it has none of its own."""
        return self if self.source else replace(self, source=source)


def plain(node: Node) -> Any:
    """Return the value without marks and sources.

    >>> here = Mark("a.yaml", 1)
    >>> plain(Node({"lr": Node(0.1, here)}, here))
    {'lr': 0.1}
    """
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def details(node: Node, source: Source = Source.PAPER) -> Iterator[tuple[Source, Node]]:
    """Yield every detail below `node` with its source; a list of scalars, such as a shape, is one detail."""
    source = node.source or source
    if isinstance(node.value, dict):
        if not node.value:
            return
        for child in node.value.values():
            yield from details(child, source)
    elif isinstance(node.value, list) and any(isinstance(item.value, dict | list) for item in node.value):
        for item in node.value:
            yield from details(item, source)
    else:
        yield source, node


def describe(node: Node) -> str:
    """Say in a few words what a node holds, for messages."""
    match node.value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case None:
            return "nothing"
        case bool():
            return "true" if node.value else "false"
        case str():
            return f"the text '{node.value}'"
        case _:
            return f"the number {node.value}"
