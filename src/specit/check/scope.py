"""Which points a claim speaks of, and what decides it."""

from __future__ import annotations

from collections.abc import Sequence

from specit.claims.points import inside
from specit.errors import Mark
from specit.spec.claims import Claim
from specit.spec.document import Point, Spec


def marked_claims(spec: Spec) -> list[tuple[Claim, Mark]]:
    """Return every claim with its place in the file."""
    nodes = spec.sections["claims"].sequence("claims") if "claims" in spec.sections else []
    return [(claim, node.mark) for claim, node in zip(spec.claims, nodes, strict=True)]


def points_of(claim: Claim, points: Sequence[Point]) -> list[Point]:
    """Return the points at the full tier that a claim speaks of. An axis that an arm does not have leaves it in."""
    return [
        point
        for point in points
        if point.tier == "full" and point.arm in claim.speaks_of and inside(point.selection, claim.over)
    ]


def settings_of(points: Sequence[Point], sweeps: frozenset[str]) -> int:
    """Return how many settings of their sweeps some points have, arm by arm: conditions and readings do not count."""
    return len(
        {
            (point.arm, *sorted((axis, option) for axis, option in point.selection.items() if axis in sweeps))
            for point in points
        }
    )


def depends_on_the_seed(claim: Claim, points: Sequence[Point]) -> bool:
    """Return whether another seed could give the claim's measure another value."""
    return claim.measure != "parameters" and any(point.lock.draws for point in points)


def in_common(points: Sequence[Point], arm: Sequence[Point]) -> dict[str, str]:
    """Return the options that some points of an arm share and that set them apart from the arm's others."""
    shared = {
        axis: option
        for axis, option in points[0].selection.items()
        if all(point.selection.get(axis) == option for point in points)
    }
    return {axis: o for axis, o in shared.items() if any(point.selection.get(axis) != o for point in arm)}
