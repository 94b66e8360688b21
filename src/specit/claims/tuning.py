"""What tuning came to: each arm's budget, its best values, and the gap between the arms before and after.

The runs before and after are on the spec's own split; nothing that a search chose by is among them. Only equal numbers
of trials are compared (`searched`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import fmean

from specit.records import value
from specit.records.journal import journals
from specit.records.store import DamagedRecordError, Store
from specit.spec.document import Point, Spec
from specit.spec.measures import MEASURES
from specit.spec.search import Search
from specit.spec.tree import Scalar

from .searched import Counted, agree, counted
from .statistics import Interval, difference_interval, mean_interval


@dataclass(frozen=True)
class Runs:
    """What the runs of one lock measured at their end, by seed; how many were asked for, and how many are damaged."""

    lock: str
    values: Mapping[int, float]
    asked: int
    damaged: int = 0

    @property
    def listed(self) -> list[float]:
        """Return the values, by seed."""
        return [self.values[seed] for seed in sorted(self.values)]

    @property
    def mean(self) -> float | None:
        """Return the mean, where there is a run."""
        return fmean(self.values.values()) if self.values else None

    @property
    def interval(self) -> Interval | None:
        """Return the interval of the mean, where there are two runs."""
        return mean_interval(self.listed)


@dataclass(frozen=True)
class Best:
    """The trial with the best value among those that count, beside trial 0: the arm as it is stated."""

    trial: int
    values: Mapping[str, Scalar]
    held_out: float
    as_stated: float | None


@dataclass(frozen=True)
class TunedArm:
    """One arm under one condition: its budget, what it came to, and its runs on the spec's own split.

    `epochs` and `seconds` (of one core) are what the trials that count cost; `made` is how many there are. An arm that
    was not searched has none, and is after what it was before.
    """

    arm: str
    condition: Mapping[str, str]
    before: Runs
    after: Runs | None
    space: Mapping[str, str]
    trials: int = 0
    made: int = 0
    diverged: int = 0
    epochs: int = 0
    seconds: float = 0.0
    best: Best | None = None


Difference = tuple[float, Interval | None]


@dataclass(frozen=True)
class Gap:
    """By how much `arm` is worse than `than`, the best before tuning, under one condition; None where not run."""

    arm: str
    than: str
    condition: Mapping[str, str]
    before: Difference | None
    after: Difference | None


@dataclass(frozen=True)
class Tuning:
    """All that the searches of a spec came to at one tier; `notes` is what to know before believing it."""

    spec: str
    tier: str
    measure: str
    arms: tuple[TunedArm, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]


def tuning(searches: Sequence[Search], store: Store, *, trials: int | None = None, seeds: int | None = None) -> Tuning:
    """Return what the searches of all arms at one tier came to; those that have not begun are compared as stated.

    `trials`: no more than these count. `seeds`: these and no more; without it, every seed that was run.
    """
    first = searches[0]
    measure = first.tune.settings.measure

    def runs(point: Point) -> Runs:
        return _runs(point, measure, store, seeds)

    arms = []
    for one in counted(searches, store.root, trials):
        arms.append(_searched(one, runs(one.search.stated), runs(one.tuned) if one.tuned else None))
    gaps = tuple(_gaps(arms, 1.0 if MEASURES[measure].better == "higher" else -1.0))
    notes = (*_notes(arms), *_superseded(searches, store))
    return Tuning(first.spec.name, first.stated.tier, measure, tuple(arms), gaps, notes)


def tunings(spec: Spec, store: Store) -> list[Tuning]:
    """Return what tuning a spec came to, for every tier at which a search has begun, as the journals in a store say."""
    if spec.tune is None:
        return []
    begun = [journal.of for journal in journals(store.root, spec.name)]
    found = []
    for tier in spec.tiers:
        known, choose = spec.axes(tier), dict[str, list[str]]()
        for axis, option in (chosen for one in begun if one.tier == tier for chosen in one.point.items()):
            if axis in known and option in known[axis].options and option not in choose.setdefault(axis, []):
                choose[axis].append(option)
        points = [point for point in spec.plan(tier, choose=choose) if point.lock.trains]
        here = [Search(spec, point) for point in points]
        ids = {one.search for one in begun}
        if any(search.ranges and search.id in ids for search in here):
            found.append(tuning(here, store))
    return found


def _searched(one: Counted, before: Runs, after: Runs | None) -> TunedArm:
    search, best = one.search, one.best
    found = None
    if best is not None and best.value is not None:
        values = {search.names[path]: chosen for path, chosen in best.values.items()}
        found = Best(best.number, values, best.value, one.trials[0].value)
    return TunedArm(
        arm=search.stated.arm,
        condition=search.condition,
        before=before,
        after=after if one.made else before,
        space={search.names[path]: str(span) for path, span in search.ranges.items()},
        trials=len(one.trials),
        made=one.made,
        diverged=sum(trial.ended == "diverged" for trial in one.trials),
        epochs=sum(trial.epochs for trial in one.trials),
        seconds=sum(trial.seconds for trial in one.trials),
        best=found,
    )


def _runs(point: Point, measure: str, store: Store, seeds: int | None) -> Runs:
    asked, found, damaged = seeds or point.seeds, dict[int, float](), 0
    for seed in count() if seeds is None else range(seeds):
        try:
            record = store.load(point.lock.id, seed)
        except DamagedRecordError:
            damaged += 1
            continue
        if record is None and seed >= asked:
            break
        if record is not None and record.status != "running":
            got = value(record, measure, at="final")
            found |= {} if got is None else {seed: got}
    return Runs(point.lock.id, found, asked, damaged)


def _gaps(arms: Sequence[TunedArm], sign: float) -> list[Gap]:
    """Return the gap of every arm to the one that was best before tuning, under each condition."""
    found: dict[tuple[str, str], Gap] = {}
    for arm in arms:
        together = [other for other in arms if agree(arm.condition, other.condition)]
        ran = [(sign * one.before.mean, one) for one in together if one.before.mean is not None]
        if not ran:
            continue
        foremost = max(ran, key=lambda one: one[0])[1]
        for one in together:
            if one.arm != foremost.arm:
                found[one.before.lock, foremost.before.lock] = Gap(
                    one.arm,
                    foremost.arm,
                    {**foremost.condition, **one.condition},
                    _difference(foremost.before, one.before, sign),
                    _difference(foremost.after, one.after, sign),
                )
    return list(found.values())


def _difference(over: Runs | None, under: Runs | None, sign: float) -> Difference | None:
    if over is None or under is None or not over.values or not under.values:
        return None
    above, below = ([sign * one for one in side.listed] for side in (over, under))
    return fmean(above) - fmean(below), difference_interval(above, below, paired=False)


def _superseded(searches: Sequence[Search], store: Store) -> Iterator[str]:
    """Yield what was searched before the spec said something else."""
    ids = {search.id for search in searches}
    for one in journals(store.root, searches[0].spec.name):
        of = one.of
        same = any((s.stated.arm, s.stated.tier, s.stated.selection) == (of.arm, of.tier, of.point) for s in searches)
        if same and of.search not in ids:
            yield f"{len(one.trials)} trials of {of.arm} do not count: the spec said something else then."


def _notes(arms: Sequence[TunedArm]) -> Iterator[str]:
    untouched = list(dict.fromkeys(arm.arm for arm in arms if not arm.made))
    if untouched and any(arm.made for arm in arms):
        yield f"The budgets are not equal: no search of {' and '.join(untouched)} has begun."
    for arm in arms:
        if arm.made > arm.trials:
            yield f"Of the {arm.made} trials of {arm.arm} the first {arm.trials} count, as many as all have."
        tuned = arm.after if arm.after and arm.after.lock != arm.before.lock else None
        for when, runs in (("as stated", arm.before), ("with the best values", tuned)):
            if runs and len(runs.values) < runs.asked:
                damaged = f", and {runs.damaged} of the records are damaged" if runs.damaged else ""
                yield f"{arm.arm} {when}: {len(runs.values)} of {runs.asked} seeds were run{damaged}."
    if len({arm.epochs for arm in arms if arm.trials}) > 1:
        yield "Equal budgets are equal numbers of trials; a trial's epochs and time differ as the arms do."
