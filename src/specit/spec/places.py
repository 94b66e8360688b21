"""Where a path leads in a tree: `train.supervised.batch_size`, `network.deconv_painter.k`.

Keys lead through mappings. In a list of layers an entry goes by its name (`as`), or by the layer or block that it is.
"""

from __future__ import annotations

from dataclasses import replace

from specit.errors import Mark, SpecItError, nearest

from .tree import Node

Path = tuple[str, ...]
Steps = tuple[str | int, ...]
"""The way to a node: keys of mappings, and places in lists."""
_BESIDE = ("as", "from", "initialise", "share")


def locate(tree: Node, path: Path, *, what: str, at: Mark) -> Steps:
    """Return the steps to what a path names in a tree without choices; `what` holds it, for messages."""
    node, steps = tree, list[str | int]()
    for done, key in enumerate(path):
        where = f" in {'.'.join(path[:done])}" if done else ""
        found = _entries(node).get(key, [])
        if not found:
            near = nearest(key, _entries(node)) if _entries(node) else "nothing is stated there"
            raise SpecItError(f"{what} states no '{key}'{where}; {near}", at=at)
        if len(found) > 1:
            raise SpecItError(
                f"{what} has {len(found)} entries '{key}'{where}; give the one that is meant a name, as: ..., and say "
                "that.",
                at=at,
            )
        steps += found[0]
        node = follow(node, found[0])
    return tuple(steps)


def follow(node: Node, steps: Steps) -> Node:
    """Return the node at the end of some steps."""
    for step in steps:
        node = node.sequence("A list")[step] if isinstance(step, int) else node.mapping("A mapping")[step]
    return node


def replaced(node: Node, steps: Steps, new: Node) -> Node:
    """Return a tree with another node at the end of some steps."""
    if not steps:
        return new
    first, rest = steps[0], steps[1:]
    if isinstance(first, int):
        entries = list(node.sequence("A list"))
        entries[first] = replaced(entries[first], rest, new)
        return replace(node, value=entries)
    return replace(node, value={**node.mapping("A mapping"), first: replaced(follow(node, (first,)), rest, new)})


def _entries(node: Node) -> dict[str, list[Steps]]:
    """Return what a key may name below a node, each with the steps to it: several layers may be of one kind."""
    if isinstance(node.value, dict):
        return {key: [(key,)] for key in node.value}
    found: dict[str, list[Steps]] = {}
    for place, entry in enumerate(node.value if isinstance(node.value, list) else ()):
        for key, child in (entry.value if isinstance(entry.value, dict) else {}).items():
            if key == "as":
                found.setdefault(str(child.value), []).append((place,))
            elif key not in _BESIDE:
                found.setdefault(key, []).append((place, key))
    return found
