"""The configurations that a claim about some or none of them speaks of, and how many of how many were tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from specit.records import Record, measured, value
from specit.spec.claims import NoConfiguration, SomeConfiguration
from specit.spec.measures import MEASURES

from .points import by_reading, names, runs
from .readings import Judgement
from .verdict import Evidence, Finding, Word
from .wording import count, joined, left_out, sentence


@dataclass(frozen=True)
class Tried:
    """One configuration: the runs that count with their best values, and those that got to what is asked for."""

    evidence: Evidence
    counted: tuple[Record, ...]
    values: tuple[float | None, ...]
    there: tuple[Record, ...]

    @property
    def named(self) -> str:
        """Return its arm with its options."""
        point = ", ".join(f"{axis}={option}" for axis, option in self.evidence.point.items())
        return f"{self.evidence.arm} ({point})" if point else self.evidence.arm


def judge_together(
    evidence: Sequence[Evidence], finding: Callable[[dict[str, str], Sequence[Evidence]], Finding]
) -> Judgement:
    """Judge all readings, conditions and arms together; the findings then tell of each reading."""
    whole = finding({}, evidence)
    groups = by_reading(evidence)
    if len(groups) == 1:
        findings = [replace(whole, reading=dict(reading)) for reading in groups]
    else:
        findings = [finding(dict(reading), group) for reading, group in groups.items()]
    return Judgement(whole.word, whole.because, tuple(findings))


def nothing_counts(
    claim: NoConfiguration | SomeConfiguration, reading: dict[str, str], evidence: Sequence[Evidence]
) -> Finding:
    """Return what is to be said where no run says anything."""
    everything = runs(evidence)
    word = Word.INCONCLUSIVE if everything else Word.NOT_RUN
    because = sentence(f"No run of {joined(claim.arms)} counts", left_out(len(everything)))
    return Finding(reading, word, because, names(everything))


def tried(measure: str, evidence: Iterable[Evidence], is_there: Callable[[float], bool]) -> list[Tried]:
    """Return every configuration once, though several points may mean it. `is_there` judges a run's best value."""
    distinct: dict[object, Evidence] = {}
    for one in evidence:
        distinct.setdefault(one.lock or id(one), one)
    return [_try(measure, one, is_there) for one in distinct.values()]


def _try(measure: str, evidence: Evidence, is_there: Callable[[float], bool]) -> Tried:
    counted, values, there = list[Record](), list[float | None](), list[Record]()
    for record in evidence.records:
        got = value(record, measure)
        if got is not None and is_there(got):
            there.append(record)  # though it may not have ended
        elif record.status == "running" or (record.status == "finished" and not measured(record, measure)):
            continue
        counted.append(record)
        values.append(got)
    return Tried(evidence, tuple(counted), tuple(values), tuple(there))


def best(claim: NoConfiguration | SomeConfiguration, tried: Sequence[Tried]) -> tuple[Tried, Record, float] | None:
    """Return the run with the best value among those that count, if any has one."""
    sign = 1.0 if MEASURES[claim.measure].better == "higher" else -1.0
    found = [
        (one, record, got)
        for one in tried
        for record, got in zip(one.counted, one.values, strict=True)
        if got is not None
    ]
    return max(found, key=lambda item: sign * item[2], default=None)


def configurations(tried: Sequence[Tried]) -> str:
    """Return how many configurations have runs that count, and of how many the claim speaks if those are more."""
    having = sum(bool(one.counted) for one in tried)
    more = f" (the claim speaks of {len(tried):,})" if having < len(tried) else ""
    return count(having, "configuration") + more


def lacking(claim: NoConfiguration | SomeConfiguration, tried: Sequence[Tried]) -> list[str]:
    """Return which of the configurations have not been tried, or not with enough seeds."""
    untried = sum(not one.counted for one in tried)
    short = sum(0 < len(one.counted) < claim.seeds for one in tried)
    found = []
    if untried:
        found.append((untried, "no finished run"))
    if short:
        found.append((short, f"fewer than the {count(claim.seeds, 'finished seed')} of the claim"))
    said = []
    for place, (how_many, what) in enumerate(found):
        of = "" if place else f" of {count(len(tried), 'configuration')}"
        said.append(f"{how_many:,}{of} {'has' if how_many == 1 else 'have'} {what}")
    return said


def exceptions(tried: Sequence[Tried]) -> str:
    """Return how many runs diverged or were left out."""
    diverged = sum(record.status == "diverged" for one in tried for record in one.counted)
    missing = sum(len(one.evidence.records) - len(one.counted) for one in tried)
    parts = (f"{count(diverged, 'run')} diverged, and counted" if diverged else "", left_out(missing))
    return "; ".join(part for part in parts if part)
