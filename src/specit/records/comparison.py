"""Two runs beside each other: what they ran on, what they measured, and when each got how far."""

from __future__ import annotations

import math
from dataclasses import dataclass

from specit.spec.measures import MEASURES

from .measures import better_than, value
from .record import Record

_SHARES = (0.5, 0.9, 0.99, 1.0)
"""What a share, such as an accuracy, may be asked to reach."""


@dataclass(frozen=True)
class Values:
    """One measure of both runs: at the end and at its best; None where a run has no such value."""

    measure: str
    final: tuple[float | None, float | None]
    best: tuple[float | None, float | None]


@dataclass(frozen=True)
class Arrival:
    """When a run first was as good as a target."""

    epoch: int
    seconds: float


@dataclass(frozen=True)
class Target:
    """A value of a measure, and when each run first reached it. `both`: it is the best that both reached."""

    measure: str
    value: float
    both: bool
    arrivals: tuple[Arrival | None, Arrival | None]


@dataclass(frozen=True)
class Comparison:
    """Everything about two runs but what was stated, which their locks tell."""

    same_experiment: bool
    """Whether they have one lock, and so other seeds."""
    environment: dict[str, tuple[str | None, str | None]]
    """What differs in what they ran on, by its name."""
    values: tuple[Values, ...]
    targets: tuple[Target, ...]
    same_measures: bool
    """Whether every measure is the same number at every evaluation; times are not looked at."""
    same_arrays: bool | None
    """Whether all arrays are the same, bit for bit; None where one of the runs keeps none."""


def compare_records(a: Record, b: Record) -> Comparison:
    """Compare two runs."""
    environment = {
        name: (a.environment.get(name), b.environment.get(name))
        for name in dict.fromkeys([*a.environment, *b.environment])
        if a.environment.get(name) != b.environment.get(name)
    }
    taken = {name for record in (a, b) for name in record.final}
    measures = [name for name in MEASURES if name in taken]
    names = [*measures, *(name for name in MEASURES if name not in taken)]  # then what is derived from them
    values = [_values(a, b, name) for name in names]
    return Comparison(
        same_experiment=a.lock == b.lock,
        environment=environment,
        values=tuple(one for one in values if any(found is not None for found in one.best)),
        targets=tuple(target for name in measures for target in _targets(a, b, name)),
        same_measures=_measured(a) == _measured(b),
        same_arrays=a.arrays == b.arrays if a.arrays and b.arrays else None,
    )


def _values(a: Record, b: Record, name: str) -> Values:
    return Values(
        name,
        (value(a, name, at="final"), value(b, name, at="final")),
        (value(a, name), value(b, name)),
    )


def _targets(a: Record, b: Record, name: str) -> list[Target]:
    """Return the values that tell when the runs got where: set shares, and the best value that both reached."""
    bests = [value(record, name) for record in (a, b)]
    aims = [(share, False) for share in _SHARES] if MEASURES[name].unit == "fraction" else []
    if bests[0] is not None and bests[1] is not None:
        worse = bests[1] if better_than(bests[0], bests[1], name) else bests[0]
        aims = [*(aim for aim in aims if aim[0] != worse), (worse, True)]
    found = [Target(name, aim, both, (_arrival(a, name, aim), _arrival(b, name, aim))) for aim, both in aims]
    return sorted((one for one in found if any(one.arrivals)), key=lambda one: one.value)


def _arrival(record: Record, name: str, aim: float) -> Arrival | None:
    for evaluation, reached in record.series(name):
        if not math.isnan(reached) and not better_than(aim, reached, name):
            return Arrival(evaluation.epoch, evaluation.seconds)
    return None


def _measured(record: Record) -> list[tuple[int, int, dict[str, str]]]:
    """Return everything measured, exactly, so that one NaN is like another."""
    return [(e.epoch, e.step, {name: repr(found) for name, found in e.measures.items()}) for e in record.history]
