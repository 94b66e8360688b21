"""Which runs the options of `run` and `plan` mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specit.errors import SpecItError

from .options import parse_where
from .selection import PassedOver, select

if TYPE_CHECKING:
    from specit.plan import Estimate
    from specit.spec.document import Point, Spec


class Run(NamedTuple):
    """A point of a spec, and a seed."""

    spec: str
    point: Point
    seed: int


@dataclass(frozen=True)
class Plan:
    """The runs that are asked for, seed by seed, of which specs, and which specs lack what is asked for."""

    specs: Sequence[Spec]
    runs: Sequence[Run]
    passed_over: Sequence[PassedOver]


def plan(
    spec: str,
    tier: str,
    arm: list[str] | None,
    where: list[str] | None,
    readings: str,
    sweeps: str,
    seeds: int | None,
) -> Plan:
    """Return the runs of a spec or a study that the options of a command mean."""
    from specit.studies import find_all

    if seeds is not None and seeds < 1:
        raise SpecItError(f"--seeds says how many seeds to run, at least 1, not {seeds}.")
    selected, passed_over = select(find_all(spec), tier, arm, parse_where(where))
    planned = [
        (one.spec.name, point)
        for one in selected
        for point in one.spec.plan(
            tier,
            arms=one.arms,
            choose=one.choose,
            readings=_default_or_all("readings", readings),
            sweeps=_default_or_all("sweeps", sweeps),
        )
    ]
    for _, point in planned:
        point.lock.require_all()
    # Seed by seed over all specs, so that an interrupted study has some of everything.
    most = max(seeds or point.seeds for _, point in planned)
    runs = [Run(name, point, seed) for seed in range(most) for name, point in planned if seed < (seeds or point.seeds)]
    return Plan([one.spec for one in selected], runs, passed_over)


def whose_data_are_there(planned: Plan) -> Plan:
    """Return a plan without the runs whose data are not in the data folder; if none is left, say what to put where."""
    from specit.data.folder import MissingDataError, find

    lacking: dict[str, MissingDataError] = {}
    left = []
    for run in planned.runs:
        try:
            if stated := run.point.lock.from_folder:
                find(stated)
            left.append(run)
        except MissingDataError as error:
            lacking[run.spec] = error
    if lacking and not left:
        raise next(iter(lacking.values()))
    over = [PassedOver(spec, f"{error.message[0].lower()}{error.message[1:-1]}") for spec, error in lacking.items()]
    return Plan(planned.specs, left, [*planned.passed_over, *over])


def how_many_at_once(processes: int | None) -> int:
    """Return how many runs go on at once: as stated, or one a core."""
    from specit.run.processes import cores

    if processes is not None and processes < 1:
        raise SpecItError(f"--jobs says how many runs go on at once, at least 1, not {processes}.")
    return processes or cores()


def estimates(planned: Plan, store: Path, tier: str, hours: float | None) -> list[Estimate]:
    """Return what is left of every run, by the records of a store.

    With `hours` of one core only those runs that fit in them: what undecided claims wait for, the quickest first.
    """
    from specit.claims.gather import Kept, gather, judge_spec
    from specit.plan import Estimator, most_telling
    from specit.records.store import Store

    if hours is not None and not hours > 0:
        raise SpecItError("--max-hours says how much time there is, more than 0.")
    kept = Kept.of(Store(store))
    estimator = Estimator(planned.specs, kept.records)
    found = [estimator.estimate(*run) for run in planned.runs]
    if hours is None:
        return found
    verdicts = {spec.name: judge_spec(spec, gather(spec, kept), tier) for spec in planned.specs if spec.claims}
    chosen = most_telling(found, verdicts, hours * 3600)
    if not chosen:
        raise SpecItError("None of these runs fits in --max-hours; `specit plan` says how long each takes.")
    return chosen


def _default_or_all(option: str, value: str) -> Any:
    if value not in ("default", "all"):
        raise SpecItError(f"--{option} is default or all, not '{value}'; for one option use --where axis=option.")
    return value
