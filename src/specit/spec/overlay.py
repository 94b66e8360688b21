"""Overlays: what an arm or a tier states instead of what all share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .tree import Node, plain

_CHOICE = {"each", "sweep"}


def overlay(base: Node, over: Node) -> Node:
    """Return `base` with everything that `over` states put over it.

    Mappings merge key by key; anything else is replaced whole. Two mappings of one key each with different keys
    are two variants (`SGD: {...}` over `Adam: {...}`), and the second replaces the first; so does a choice.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    if not over.value:
        return base
    if _CHOICE & (base.value.keys() | over.value.keys()):
        return over
    if len(base.value) == len(over.value) == 1 and base.value.keys() != over.value.keys():
        return over
    merged = dict(base.value)
    for key, child in over.value.items():
        merged[key] = overlay(merged[key], child) if key in merged else child
    return replace(base, value=merged, source=base.source)


def departures(full: Node, other: Node, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield `(path, value in full, value in other)` wherever two trees differ; None stands for absent."""
    if isinstance(full.value, dict) and isinstance(other.value, dict):
        for key in [*full.value, *(key for key in other.value if key not in full.value)]:
            below = f"{path}.{key}" if path else key
            if key not in full.value:
                yield below, None, plain(other.value[key])
            elif key not in other.value:
                yield below, plain(full.value[key]), None
            else:
                yield from departures(full.value[key], other.value[key], below)
    elif plain(full) != plain(other):
        yield path, plain(full), plain(other)
