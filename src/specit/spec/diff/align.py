"""Which layer of one network corresponds to which of another: as few insertions and changes as can be."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from .graph import Layer

MOST_PAIRS = 1_000_000
"""Above this many pairs of layers the best alignment takes too long, and a good one must do."""

Pairs = list[tuple[int, int]]


def align(a: Sequence[Layer], b: Sequence[Layer]) -> Pairs:
    """Return the pairs of layers that correspond, in order; only layers of one kind do.

    What both begin and end with needs no search; between, the edit distance over kinds and arguments decides.
    """
    start = 0
    while start < min(len(a), len(b)) and a[start].text == b[start].text:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end].text == b[-1 - end].text:
        end += 1
    between = _between(a[start : len(a) - end], b[start : len(b) - end])
    last = [(len(a) - end + place, len(b) - end + place) for place in range(end)]
    return [(place, place) for place in range(start)] + [(start + i, start + j) for i, j in between] + last


def _between(a: Sequence[Layer], b: Sequence[Layer]) -> Pairs:
    if len(a) * len(b) <= MOST_PAIRS:
        return _best(a, b)
    pairs: Pairs = []
    matcher = difflib.SequenceMatcher(None, [one.kind for one in a], [one.kind for one in b], autojunk=False)
    for i, j, size in matcher.get_matching_blocks():
        pairs += [(i + step, j + step) for step in range(size)]
    return pairs


def _best(a: Sequence[Layer], b: Sequence[Layer]) -> Pairs:
    """Return the alignment of least cost: 1 for a layer that only one side has, up to 1 for one that changed."""
    costs = [[float(j) for j in range(len(b) + 1)]]
    for i, one in enumerate(a, start=1):
        before, row = costs[-1], [float(i)]
        for j, other in enumerate(b, start=1):
            least = min(before[j], row[j - 1]) + 1
            if one.kind == other.kind:
                least = min(least, before[j - 1] + _change(one, other))
            row.append(least)
        costs.append(row)
    pairs: Pairs = []
    i, j = len(a), len(b)
    while i and j:
        one, other = a[i - 1], b[j - 1]
        if one.kind == other.kind and costs[i][j] == costs[i - 1][j - 1] + _change(one, other):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _change(one: Layer, other: Layer) -> float:
    """Return how much two layers of one kind differ, from 0 to 1."""
    if one.text == other.text:
        return 0.0
    theirs = {**other.arguments, **{f"initialise.{name}": how for name, how in other.starts.items()}}
    ours = {**one.arguments, **{f"initialise.{name}": how for name, how in one.starts.items()}}
    names = ours.keys() | theirs.keys()
    differing = sum(ours.get(name) != theirs.get(name) for name in names)
    return float(0.25 + 0.75 * differing / len(names))
