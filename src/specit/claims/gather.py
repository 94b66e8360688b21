"""From specs and a store to verdicts: what was run of what a spec means, and what that says of its claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from specit.errors import SpecItError, nearest
from specit.records import Record
from specit.records.store import Damaged, Store
from specit.records.uncollected import uncollected
from specit.spec.document import Point, Spec

from .judge import judge_all
from .points import Options, key
from .verdict import Evidence, Verdict, Word

_DECIDED = (Word.ERROR, Word.REPRODUCED, Word.PARTLY, Word.NOT_REPRODUCED)


@dataclass(frozen=True)
class Kept:
    """The records of a store by the lock they belong to, read once for all specs."""

    records: Mapping[str, Sequence[Record]]
    damaged: Mapping[str, Sequence[Damaged]]
    """By the name of the folder: a damaged record cannot be asked for its lock."""

    @classmethod
    def of(cls, store: Store) -> Kept:
        """Read all records of a store."""
        records: dict[str, list[Record]] = {}
        damaged: dict[str, list[Damaged]] = {}
        with uncollected():
            for found in store.records():
                if isinstance(found, Damaged):
                    damaged.setdefault(found.path.parent.name, []).append(found)
                else:
                    records.setdefault(found.lock, []).append(found)
        return cls(records, damaged)


@dataclass(frozen=True)
class Gathered:
    """Everything known about a spec: the evidence of every point at every tier, and all records that belong.

    A record names the spec, arm, options and tier that it was run under. Here it names those under which *this*
    spec knows it, for another spec, arm or tier may state the same experiment. In `records` a run stands once for
    each arm and options that mean it, under the fullest tier that does, in the order of the spec.
    """

    evidence: tuple[Evidence, ...]
    records: tuple[Record, ...]

    @property
    def tiers(self) -> list[str]:
        """Return the tiers that were run, fullest first."""
        stated = dict.fromkeys(one.tier for one in self.evidence)
        run = {record.tier for record in self.records}
        return [tier for tier in reversed(stated) if tier in run]


@dataclass(frozen=True)
class Judged:
    """A spec with all that is known about it, and a verdict on each of its claims."""

    spec: Spec
    gathered: Gathered
    verdicts: list[Verdict]


def gather(spec: Spec, store: Store | Kept) -> Gathered:
    """Find the records of every point of a spec. A record under a lock the spec no longer means is not among them."""
    kept = Kept.of(store) if isinstance(store, Store) else store
    evidence = tuple(_evidence(spec, point, kept) for point in spec.every_point)
    return Gathered(evidence, _in_order(spec, evidence))


def judge_spec(spec: Spec, gathered: Gathered, tier: str | None = None) -> list[Verdict]:
    """Judge every claim of a spec: at `tier`, or each at the fullest tier whose runs decide it."""
    if tier is not None and tier not in spec.tiers:
        raise SpecItError(f"{spec.name} has no tier '{tier}'; {nearest(tier, spec.tiers)}")
    tiers = [tier] if tier else list(reversed(list(spec.tiers)))
    rounds = [judge_all(spec.claims, gathered.evidence, name) for name in tiers]
    return [_fullest(verdicts) for verdicts in zip(*rounds, strict=True)]


def judge_specs(specs: Sequence[Spec], store: Store, tier: str | None = None) -> list[Judged]:
    """Judge some specs, reading the store once. Among several, one that states no claims has no verdicts."""
    claiming = any(spec.claims for spec in specs)
    judged = []
    with uncollected():
        kept = Kept.of(store)
        for spec in specs:
            gathered = gather(spec, kept)
            verdicts = judge_spec(spec, gathered, tier) if spec.claims or not claiming else []
            judged.append(Judged(spec, gathered, verdicts))
    return judged


def _evidence(spec: Spec, point: Point, kept: Kept) -> Evidence:
    lock = point.lock.id
    return Evidence(
        arm=point.arm,
        point=point.selection,
        readings=point.readings,
        tier=point.tier,
        departures=point.departures,
        parameters=point.lock.parameters,
        draws=point.lock.draws,
        needs=_needs(point),
        records=tuple(_known_as(spec, point, record) for record in kept.records.get(lock, ())),
        problems=tuple(damage.reason for damage in kept.damaged.get(lock[:12], ())),
        lock=lock,
    )


def _known_as(spec: Spec, point: Point, record: Record) -> Record:
    """Return a record under the names of a point; itself where those are its own, as most often."""
    own = (record.spec, record.arm, record.tier, *record.point.items())
    if own == (spec.name, point.arm, point.tier, *point.selection.items()):
        return record
    names = {"spec": spec.name, "arm": point.arm, "point": point.selection, "tier": point.tier}
    return record.model_copy(update=names)


def _needs(point: Point) -> str:
    stated = point.lock.from_folder
    return f"{stated.what}, as {stated.inside} in the data folder" if stated else ""


def _in_order(spec: Spec, evidence: Iterable[Evidence]) -> tuple[Record, ...]:
    """Return the records arm by arm, option by option, seed by seed."""
    arms, points = list(spec.arms), dict[tuple[str, Options], int]()
    found: dict[tuple[int, int, int, str], Record] = {}
    for one in evidence:
        arm, place = arms.index(one.arm), points.setdefault((one.arm, key(one.point)), len(points))
        for record in one.records:
            found[arm, place, record.seed, record.name] = record  # the fullest tier comes last, and stays
    return tuple(found[where] for where in sorted(found, key=itemgetter(0, 1, 2)))


def _fullest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the first verdict that decides, else the first that saw a run, else the first."""
    decided = (verdict for verdict in verdicts if verdict.word in _DECIDED)
    seen = (verdict for verdict in verdicts if verdict.word is not Word.NOT_RUN)
    return next(decided, next(seen, verdicts[0]))
