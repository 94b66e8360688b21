"""Which of a spec's points something holds for, in as few words as can be."""

from __future__ import annotations

from collections.abc import Sequence

from specit.spec.document import Point


def described(some: Sequence[Point], all_points: Sequence[Point]) -> str:
    """Return which points `some` are among all; nothing where they are all of them.

    Arms that hold whole are named; else the options that single the points out, or every point by itself.
    """
    if len(some) == len(all_points):
        return ""
    arms = dict.fromkeys(point.arm for point in some)
    if len(some) == sum(point.arm in arms for point in all_points):
        return ", ".join(arms)
    for axis in dict.fromkeys(axis for point in all_points for axis in point.selection):
        taken = {point.selection.get(axis) for point in some}
        if [point for point in all_points if point.selection.get(axis) in taken] == list(some) and None not in taken:
            return _options(axis, some)
    parts = []
    for arm in dict.fromkeys(point.arm for point in some):
        own, every = ([point for point in group if point.arm == arm] for group in (some, all_points))
        parts.append(arm if len(own) == len(every) else f"{arm} ({_within(own, every)})")
    return "; ".join(parts)


def _within(some: Sequence[Point], every: Sequence[Point]) -> str:
    """Return what singles out some points of one arm."""
    axes = [
        axis for axis in every[0].selection if {p.selection[axis] for p in some} != {p.selection[axis] for p in every}
    ]
    allowed = {axis: {point.selection[axis] for point in some} for axis in axes}
    product = [p for p in every if all(p.selection[axis] in options for axis, options in allowed.items())]
    if len(product) == len(some):
        return ", ".join(_options(axis, some) for axis in axes)
    return "; ".join(", ".join(f"{axis}={option}" for axis, option in p.selection.items()) for p in some)


def _options(axis: str, some: Sequence[Point]) -> str:
    return f"{axis}={','.join(dict.fromkeys(point.selection[axis] for point in some))}"
