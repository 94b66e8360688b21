"""Which evidence a claim speaks of, and how it falls into readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from specit.records import Record
from specit.spec.claims import Claim, Over

from .verdict import Evidence

Options = tuple[tuple[str, str], ...]


def select(claim: Claim, evidence: Iterable[Evidence], tier: str) -> list[Evidence]:
    """Return the evidence of one tier at the points a claim speaks of.

    An arm that lacks an axis of `over` is not left out by it: the other arm may be the one that has it.
    """
    return [e for e in evidence if e.tier == tier and e.arm in claim.speaks_of and inside(e.point, claim.over)]


def by_reading(evidence: Iterable[Evidence]) -> dict[Options, list[Evidence]]:
    """Group evidence by its reading."""
    groups: dict[Options, list[Evidence]] = {}
    for one in evidence:
        groups.setdefault(key(one.readings), []).append(one)
    return groups


def key(options: dict[str, str]) -> Options:
    """Return options in a form that can be a key, the same whatever their order."""
    return tuple(sorted(options.items()))


def departures(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Return where the evidence departs from the paper's budget, each departure once."""
    return tuple(dict.fromkeys(departure for one in evidence for departure in one.departures))


def distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return each point once: several partners may share it."""
    return list({id(one): one for one in evidence}.values())


def runs(evidence: Iterable[Evidence]) -> list[Record]:
    """Return all records of the evidence."""
    return [record for one in evidence for record in one.records]


def names(records: Sequence[Record]) -> tuple[str, ...]:
    """Return the names of runs, sorted by lock and seed."""
    return tuple(record.name for record in sorted(records, key=lambda record: (record.lock, record.seed)))


def inside(point: Mapping[str, str], over: Over) -> bool:
    """Return whether a point is one that `over` names; an axis it lacks leaves none out.

    >>> inside({"split": "uniform"}, {"split": ("uniform", "quadrant"), "tile": "plane"})
    True
    """
    for axis, wanted in over.items():
        allowed = (wanted,) if isinstance(wanted, str) else wanted
        if axis in point and point[axis] not in allowed:
            return False
    return True
