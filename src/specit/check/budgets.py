"""S401 and S402: arms that are compared although one had more chances than the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specit.errors import Mark
from specit.spec.claims import NoConfiguration, Ratio, Reaches
from specit.spec.document import Point, Spec

from .finding import Finding
from .scope import depends_on_the_seed, marked_claims, points_of, settings_of


def budgets(spec: Spec) -> Iterator[Finding]:
    """Yield a finding for every comparison between unequal budgets.

    What is compared: the two arms of a ratio; and an arm that a claim says succeeds with those that another claim, by
    the same measure, says fail. More attempts at the failing side are no fault: they make its claim the stronger.
    """
    sweeps = frozenset(axis.name for axis in spec.axes().values() if axis.kind == "sweep")
    claims = marked_claims(spec)
    for claim, mark in claims:
        if isinstance(claim, Ratio):
            yield from _ratio(claim, mark, points_of(claim, spec.every_point), sweeps)
    full = [point for point in spec.every_point if point.tier == "full"]
    told = set[tuple[str, str]]()
    for failing, mark in claims:
        if not isinstance(failing, NoConfiguration):
            continue
        tried = settings_of([point for point in full if point.arm in failing.arms], sweeps)
        for claim, _ in claims:
            if not isinstance(claim, Reaches) or not _alike(claim.measure, failing.measure):
                continue
            tuned = settings_of([point for point in full if point.arm == claim.arm], sweeps)
            if claim.arm in failing.arms or tuned <= tried or (failing.id, claim.arm) in told:
                continue
            if not _tasks(full, (claim.arm,)) & _tasks(full, failing.arms):
                continue
            told.add((failing.id, claim.arm))
            yield Finding(
                "S401",
                f"The claim '{failing.id}' says that {_listed(failing.arms)} fails after {_count(tried)}, while "
                f"{claim.arm}, which '{claim.id}' says succeeds, is tuned over {_count(tuned)}; give both the same "
                "search.",
                mark,
                {"claim": failing.id, "arm": claim.arm},
            )


def _ratio(claim: Ratio, mark: Mark, points: Sequence[Point], sweeps: frozenset[str]) -> Iterator[Finding]:
    if not depends_on_the_seed(claim, points):
        return
    sides = [[point for point in points if point.arm == arm] for arm in (claim.arm, claim.to)]
    first, second = (settings_of(side, sweeps) for side in sides)
    if not first or not second:  # the claim's options leave nothing of one side, which judging will say
        return
    if first != second:
        yield Finding(
            "S401",
            f"The claim '{claim.id}' compares {claim.arm}, tried in {_count(first)}, with {claim.to}, tried in "
            f"{_count(second)}; give both the same search, or say under 'over' which setting is meant.",
            mark,
            {"claim": claim.id},
        )
    seeds = [max((point.seeds for point in side), default=0) for side in sides]
    if seeds[0] != seeds[1]:
        yield Finding(
            "S402",
            f"The claim '{claim.id}' compares {claim.arm}, run with {_seeds(seeds[0])}, with {claim.to}, run with "
            f"{_seeds(seeds[1])}.",
            mark,
            {"claim": claim.id},
        )


def _alike(measure: str, other: str) -> bool:
    """Return whether two measures are the same, be it of the training or the test part."""
    return measure.removeprefix("train_").removeprefix("test_") == other.removeprefix("train_").removeprefix("test_")


def _tasks(points: Sequence[Point], arms: Sequence[str]) -> set[object]:
    """Return what some arms are asked, however the places are written: arms with nothing in common are no rivals."""
    data = [point.lock.labelled for point in points if point.arm in arms and point.lock.data]
    return {one.model_copy(update={"coordinates": None}) for one in data}


def _listed(arms: Sequence[str]) -> str:
    return " and ".join([", ".join(arms[:-1]), arms[-1]]) if len(arms) > 1 else arms[0]


def _count(settings: int) -> str:
    return f"{settings} setting{'' if settings == 1 else 's'}"


def _seeds(count: int) -> str:
    return f"{count} seed{'' if count == 1 else 's'}"
