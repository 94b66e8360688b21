"""Overlays: what an arm or a tier states instead of what all share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .tree import Node, plain

_CHOICE = {"each", "sweep"}
_VARIANTS = {"loss", "optimizer", "schedule", "then", "split", "train", "weight", "bias"}
"""Where one of several typed things stands, so that another of them takes its place."""


def overlay(base: Node, over: Node, key: str = "") -> Node:
    """Return `base` with everything that `over` states put over it.

    Mappings merge key by key; anything else is replaced whole. So is a variant by another (`optimizer: {SGD: ...}`
    over `optimizer: {Adam: ...}`), and whatever was there by a choice. `key` is the one both stand under.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    if not over.value:
        return base
    if _CHOICE & (base.value.keys() | over.value.keys()):
        return over
    if key in _VARIANTS and base.value.keys() != over.value.keys():
        return over
    merged = dict(base.value)
    for name, child in over.value.items():
        merged[name] = overlay(merged[name], child, name) if name in merged else child
    return replace(base, value=merged, source=base.source)


def differing(full: Node, other: Node) -> tuple[Node, Node]:
    """Return two trees without what they share: an overlay leaves everything that it does not state as it was."""
    if not isinstance(full.value, dict) or not isinstance(other.value, dict):
        return full, other
    if _CHOICE & (full.value.keys() | other.value.keys()):
        return full, other
    kept: tuple[dict[str, Node], dict[str, Node]] = (dict(full.value), dict(other.value))
    for key in full.value.keys() & other.value.keys():
        if full.value[key] is other.value[key]:
            del kept[0][key], kept[1][key]
        else:
            kept[0][key], kept[1][key] = differing(full.value[key], other.value[key])
    return replace(full, value=kept[0]), replace(other, value=kept[1])


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
