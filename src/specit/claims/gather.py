"""From a spec and a store to verdicts: what was run of what a spec means, and what that says of its claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specit.records import Record
from specit.records.store import Damaged, Store
from specit.spec.document import Spec

from .judge import judge_all
from .verdict import Evidence, Verdict, Word

_DECIDED = (Word.ERROR, Word.REPRODUCED, Word.PARTLY, Word.NOT_REPRODUCED)


@dataclass(frozen=True)
class Gathered:
    """Everything known about a spec: the evidence of every point at every tier, and all records that belong."""

    evidence: tuple[Evidence, ...]
    records: tuple[Record, ...]

    @property
    def tiers(self) -> list[str]:
        """Return the tiers that were run, fullest first."""
        stated = dict.fromkeys(one.tier for one in self.evidence)
        run = {record.tier for record in self.records}
        return [tier for tier in reversed(stated) if tier in run]


def gather(spec: Spec, store: Store) -> Gathered:
    """Find the records of every point of a spec. A record under a lock the spec no longer means is not among them."""
    by_lock: dict[str, list[Record]] = {}
    damaged: dict[str, list[Damaged]] = {}
    for found in store.records():
        if isinstance(found, Damaged):
            damaged.setdefault(found.path.parent.name, []).append(found)
        else:
            by_lock.setdefault(found.lock, []).append(found)
    evidence = tuple(
        Evidence(
            arm=point.arm,
            point=point.selection,
            readings=point.readings,
            tier=point.tier,
            departures=point.departures,
            parameters=point.lock.parameters,
            records=tuple(by_lock.get(point.lock.id, ())),
            problems=tuple(damage.reason for damage in damaged.get(point.lock.id[:12], ())),
        )
        for point in spec.every_point
    )
    records = {record.name: record for one in evidence for record in one.records}
    return Gathered(evidence, tuple(records.values()))


def judge_spec(spec: Spec, gathered: Gathered, tier: str | None = None) -> list[Verdict]:
    """Judge every claim of a spec: at `tier`, or each at the fullest tier whose runs decide it."""
    tiers = [tier] if tier else list(reversed(list(spec.tiers)))
    rounds = [judge_all(spec.claims, gathered.evidence, name) for name in tiers]
    return [_fullest(verdicts) for verdicts in zip(*rounds, strict=True)]


def _fullest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the first verdict that decides, else the first that saw a run, else the first."""
    decided = (verdict for verdict in verdicts if verdict.word in _DECIDED)
    seen = (verdict for verdict in verdicts if verdict.word is not Word.NOT_RUN)
    return next(decided, next(seen, verdicts[0]))
