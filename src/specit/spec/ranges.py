"""Ranges: what a search may draw in place of a stated value, `lr: {log_uniform: [1.0e-4, 1.0e-1]}`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Literal

from specit.errors import Mark, SpecItError

from .places import Path
from .tree import Node, Scalar, describe, plain

NUMBERS = ("uniform", "log_uniform", "integer")
RANGES = (*NUMBERS, "one_of")
DIGITS = 4
"""A drawn number is stated with so many significant digits, so that a lock says exactly what was run."""


@dataclass(frozen=True)
class Numbers:
    """Every number between two ends, both included: `uniform`, `log_uniform`, or whole ones (`integer`)."""

    kind: Literal["uniform", "log_uniform", "integer"]
    low: float
    high: float
    mark: Mark

    def holds(self, value: Scalar) -> bool:
        """Return whether a stated value lies inside."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.low <= value <= self.high and (self.kind != "integer" or isinstance(value, int))

    def near(self, value: Any) -> Scalar:
        """Return a drawn number as it is stated: a whole one, or four significant digits, inside the ends."""
        if self.kind == "integer":
            return int(value)
        return min(max(float(f"{value:.{DIGITS}g}"), self.low), self.high)

    @property
    def ends(self) -> tuple[Scalar, ...]:
        """Return what is tried to see whether a spec takes such values."""
        return self.near(self.low), self.near(self.high)

    def stated(self) -> dict[str, list[Scalar]]:
        """Return the range as a spec has it."""
        return {self.kind: list(self.ends)}

    def __str__(self) -> str:
        along = {"uniform": "", "log_uniform": ", logarithmic", "integer": ", whole"}[self.kind]
        return f"{self.low:g} to {self.high:g}{along}"


@dataclass(frozen=True)
class OneOf:
    """One of some values."""

    options: tuple[Scalar, ...]
    mark: Mark

    def holds(self, value: Scalar) -> bool:
        """Return whether a stated value is among them. 1 and 1.0 are the same; true is neither."""
        return any(value == option and isinstance(value, bool) == isinstance(option, bool) for option in self.options)

    def near(self, value: Any) -> Scalar:
        """Return a drawn value as it is stated: itself."""
        chosen: Scalar = value
        return chosen

    @property
    def ends(self) -> tuple[Scalar, ...]:
        """Return what is tried to see whether a spec takes such values: all of them."""
        return self.options

    def stated(self) -> dict[str, list[Scalar]]:
        """Return the range as a spec has it."""
        return {"one_of": list(self.options)}

    def __str__(self) -> str:
        return "one of " + ", ".join(map(word, self.options))


Range = Numbers | OneOf


def read_space(node: Node) -> dict[Path, Range]:
    """Return the ranges of a space, which is an overlay over what an arm states, by the path of each."""
    found: dict[Path, Range] = {}

    def visit(node: Node, path: Path) -> None:
        if is_range(node):
            found[path] = read_range(node, path)
            return
        entries = node.value
        if not isinstance(entries, dict) or not entries:
            raise SpecItError(
                f"The search says {describe(node)} for {'.'.join(path) or 'its space'}, where a range was expected: "
                "{uniform: [low, high]}, {log_uniform: [low, high]}, {integer: [low, high]} or {one_of: [...]}.",
                at=node.mark,
            )
        for key, child in entries.items():
            visit(child, (*path, key))

    visit(node, ())
    return found


def word(value: Scalar) -> str:
    """Return a value as a spec has it.

    >>> word(True), word(None), word(0.5), word("adam")
    ('true', 'null', '0.5', 'adam')
    """
    return value if isinstance(value, str) else json.dumps(value)


def is_range(node: Node) -> bool:
    """Return whether a node is a range: one key, with a list. An initialiser called `uniform` has a mapping."""
    if not isinstance(node.value, dict) or len(node.value) != 1:
        return False
    ((key, child),) = node.value.items()
    return key in RANGES and isinstance(child.value, list)


def read_range(node: Node, path: Path) -> Range:
    """Read one range; `path` is where it stands, for messages."""
    kind, listed = node.only("A range")
    name, items = f"The range of {'.'.join(path)}", listed.sequence("A range")
    if kind == "one_of":
        if any(isinstance(item.value, dict | list) for item in items):
            raise SpecItError(f"{name}: one_of takes single values, no lists and no mappings.", at=node.mark)
        options = tuple(plain(item) for item in items)
        if len(options) < 2 or len(set(options)) < len(options):
            raise SpecItError(f"{name}: one_of needs two different values at least.", at=node.mark)
        return OneOf(options, node.mark)
    ends = [plain(item) for item in items]
    if len(ends) != 2 or not all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
        raise SpecItError(f"{name}: {kind} takes two numbers, [low, high], not {ends}.", at=node.mark)
    low, high = ends
    if kind == "integer" and not all(isinstance(end, int) for end in ends):
        raise SpecItError(f"{name}: integer takes two whole numbers, not {ends}.", at=node.mark)
    if not low < high or not math.isfinite(high - low):
        raise SpecItError(f"{name}: the lower end must be below the upper, not {ends}.", at=node.mark)
    if kind == "log_uniform" and low <= 0:
        raise SpecItError(f"{name}: log_uniform needs ends above 0, not {ends}.", at=node.mark)
    if kind == "log_uniform":
        return Numbers("log_uniform", float(low), float(high), node.mark)
    return Numbers("integer" if kind == "integer" else "uniform", float(low), float(high), node.mark)
