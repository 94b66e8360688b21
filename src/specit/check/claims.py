"""S301 to S305: claims that cannot be decided, that too little would decide, or that our own judgement decides.

A claim without a tolerance, or without a reason for it, is not among them: that is a mistake (S001).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specit.errors import Mark
from specit.spec.claims import Claim, NoConfiguration, Ratio
from specit.spec.document import Point, Spec

from .finding import Finding
from .reachability import unanswered
from .scope import depends_on_the_seed, marked_claims, points_of

ENOUGH = 3
"""Runs below which luck cannot be told from skill: two agree by chance too often, and have no median of their own."""


def claims(spec: Spec) -> Iterator[Finding]:
    """Yield what is to be said of each claim."""
    for claim, mark in marked_claims(spec):
        points = points_of(claim, spec.every_point)
        if isinstance(claim, Ratio) and isinstance(claim.expect, float) and claim.measure != "parameters":
            yield from _exact(claim, mark)
        if claim.tolerance.basis == "judgement":
            because = claim.tolerance.because.rstrip(".")
            says = f"How far off the claim '{claim.id}' may be is our own judgement: {because}."
            yield Finding("S305", says, mark, {"claim": claim.id})
        if depends_on_the_seed(claim, points):
            yield from _seeds(spec, claim, mark, points)


def _exact(claim: Ratio, mark: Mark) -> Iterator[Finding]:
    if claim.tolerance.absolute == 0 and claim.tolerance.factor == 1:
        yield Finding(
            "S304",
            f"The claim '{claim.id}' expects a measured ratio of exactly {claim.expect}, which no two runs give; state "
            "an absolute tolerance, a factor, or the least and the greatest value.",
            mark,
            {"claim": claim.id},
        )


def _seeds(spec: Spec, claim: Claim, mark: Mark, points: Sequence[Point]) -> Iterator[Finding]:
    for arm in dict.fromkeys(claim.speaks_of):
        run = max((point.seeds for point in points if point.arm == arm), default=claim.needed)
        if run < claim.needed:
            yield Finding(
                "S301",
                f"The claim '{claim.id}' takes {claim.needed} seeds, but {arm} is run with {run}: as it stands, it can "
                "only be INCONCLUSIVE.",
                mark,
                {"claim": claim.id, "arm": arm},
            )
    runs = _fewest(spec, claim, points) * claim.needed
    if runs >= ENOUGH or all(unanswered(point.lock) for point in points):
        return
    said = f"{runs} run{'' if runs == 1 else 's'}"
    if isinstance(claim, NoConfiguration):
        yield Finding(
            "S303",
            f"The claim '{claim.id}' says that nothing succeeds, and would be held to be true after {said}; where "
            "there is no proof, state more seeds or settings.",
            mark,
            {"claim": claim.id},
        )
    else:
        yield Finding(
            "S302",
            f"The claim '{claim.id}' would be decided by {said} of an arm in each condition: luck cannot be told from "
            f"skill. State at least {ENOUGH} seeds.",
            mark,
            {"claim": claim.id},
        )


def _fewest(spec: Spec, claim: Claim, points: Sequence[Point]) -> int:
    """Return how many points decide together, at least: one reading's; of a positive claim those of one condition."""
    axes = spec.axes()
    apart = ("reading",) if isinstance(claim, NoConfiguration) else ("reading", "condition")
    groups = Counter(
        (
            "" if isinstance(claim, NoConfiguration) else point.arm,
            *sorted((axis, o) for axis, o in point.selection.items() if axes[axis].kind in apart),
        )
        for point in points
    )
    return min(groups.values(), default=0)
