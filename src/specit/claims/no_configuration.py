"""Claims of the kind *no configuration*: one run beyond the bound refutes them, however it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specit.records import Record, better_than, measured, value
from specit.spec.claims import NoConfiguration
from specit.spec.measures import MEASURES

from .points import by_reading, departures, names, runs
from .readings import Judgement
from .verdict import Evidence, Finding, Word
from .wording import amount, budget, count, joined, left_out, sentence, title


@dataclass(frozen=True)
class _Tried:
    """One configuration: the runs that count, and those of them that went beyond the bound."""

    evidence: Evidence
    counted: tuple[Record, ...]
    beyond: tuple[Record, ...]


def judge_no_configuration(claim: NoConfiguration, evidence: Sequence[Evidence]) -> Judgement:
    """Judge all readings, conditions and arms together; the findings then tell of each reading."""
    whole = _finding(claim, {}, evidence)
    readings = by_reading(evidence)
    findings = tuple(_finding(claim, dict(key), group) for key, group in readings.items())
    return Judgement(whole.word, whole.because, findings)


def _finding(claim: NoConfiguration, reading: dict[str, str], evidence: Sequence[Evidence]) -> Finding:
    tried = [_try(claim, one) for one in _distinct(evidence)]
    counted = [record for one in tried for record in one.counted]
    beyond = [record for one in tried for record in one.beyond]
    if not counted:
        everything = runs(evidence)
        word = Word.INCONCLUSIVE if everything else Word.NOT_RUN
        because = sentence(f"No run of {joined(claim.arms)} counts", left_out(len(everything)))
        return Finding(reading, word, because, names(everything))
    if beyond:
        return Finding(reading, Word.NOT_REPRODUCED, _refuted(claim, tried), names(beyond))
    doubts = _doubts(claim, tried)
    word = Word.INCONCLUSIVE if doubts else Word.REPRODUCED
    return Finding(reading, word, _upheld(claim, tried, doubts), names(counted))


def _distinct(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return each experiment once, though several points may mean it: it is tried once."""
    seen: dict[object, Evidence] = {}
    for one in evidence:
        seen.setdefault(one.lock or id(one), one)
    return list(seen.values())


def _try(claim: NoConfiguration, evidence: Evidence) -> _Tried:
    def is_beyond(record: Record) -> bool:
        best = value(record, claim.measure)
        return best is not None and better_than(best, _bound(claim), claim.measure)

    def is_over(record: Record) -> bool:
        return record.status == "diverged" or (record.status == "finished" and measured(record, claim.measure))

    beyond = tuple(record for record in evidence.records if is_beyond(record))
    # Beyond the bound is beyond it, though the run has not ended.
    counted = tuple(record for record in evidence.records if is_over(record) or is_beyond(record))
    return _Tried(evidence, counted, beyond)


def _bound(claim: NoConfiguration) -> float:
    """Return the best value that is not yet beyond what the claim allows, tolerance included."""
    higher = MEASURES[claim.measure].better == "higher"
    return claim.tolerance.most(claim.exceeds) if higher else claim.tolerance.least(claim.exceeds)


def _refuted(claim: NoConfiguration, tried: Sequence[_Tried]) -> str:
    where, record, best = _best(claim, tried)
    counted, beyond = sum(len(one.counted) for one in tried), sum(len(one.beyond) for one in tried)
    side = "above" if MEASURES[claim.measure].better == "higher" else "below"
    bound = _bound(claim)
    return sentence(
        f"Run {record.name} of {_configuration(where.evidence)} got to a {title(claim.measure)} of "
        f"{amount(best, claim.measure, beside=bound)}, {side} the bound of {amount(bound, claim.measure)}",
        f"in that configuration {len(where.beyond)} of {count(len(where.counted), 'seed')} did, in all "
        f"{beyond} of {count(counted, 'run')} of {_configurations(tried)}",
        _exceptions(tried),
    )


def _upheld(claim: NoConfiguration, tried: Sequence[_Tried], doubts: str) -> str:
    side = "above" if MEASURES[claim.measure].better == "higher" else "below"
    counted = sum(len(one.counted) for one in tried)
    highest = ""
    if any(value(record, claim.measure) is not None for one in tried for record in one.counted):
        _, record, best = _best(claim, tried)
        closest = "highest" if side == "above" else "lowest"
        highest = f" (the {closest}: {amount(best, claim.measure, beside=_bound(claim))}, {record.name})"
    return sentence(
        f"None of {count(counted, 'run')} of {_configurations(tried)} got to a "
        f"{title(claim.measure)} {side} {amount(_bound(claim), claim.measure)}{highest}{doubts}",
        _exceptions(tried),
    )


def _doubts(claim: NoConfiguration, tried: Sequence[_Tried]) -> str:
    """Return why no counterexample is not yet support: all that the claim speaks of must be tried, at full budget."""
    reduced = departures(one.evidence for one in tried if one.counted)
    untried = sum(not one.counted for one in tried)
    short = sum(0 < len(one.counted) < claim.seeds for one in tried)
    lacking = []
    if untried:
        lacking.append((untried, "no finished run"))
    if short:
        lacking.append((short, f"fewer than the {count(claim.seeds, 'finished seed')} of the claim"))
    reasons = [budget(reduced)] if reduced else []
    for place, (how_many, what) in enumerate(lacking):
        of = "" if place else f" of {count(len(tried), 'configuration')}"
        reasons.append(f"{how_many:,}{of} {'has' if how_many == 1 else 'have'} {what}")
    return f", but {joined(reasons)}" if reasons else ""


def _best(claim: NoConfiguration, tried: Sequence[_Tried]) -> tuple[_Tried, Record, float]:
    """Return the run with the best value among those that count."""
    sign = 1.0 if MEASURES[claim.measure].better == "higher" else -1.0
    found = [
        (one, record, best)
        for one in tried
        for record in one.counted
        if (best := value(record, claim.measure)) is not None
    ]
    return max(found, key=lambda item: sign * item[2])


def _configurations(tried: Sequence[_Tried]) -> str:
    """Return how many configurations have runs that count, and of how many the claim speaks if those are more."""
    having = sum(bool(one.counted) for one in tried)
    more = f" (the claim speaks of {len(tried):,})" if having < len(tried) else ""
    return count(having, "configuration") + more


def _configuration(evidence: Evidence) -> str:
    point = ", ".join(f"{axis}={option}" for axis, option in evidence.point.items())
    return f"{evidence.arm} ({point})" if point else evidence.arm


def _exceptions(tried: Sequence[_Tried]) -> str:
    diverged = sum(record.status == "diverged" for one in tried for record in one.counted)
    missing = sum(len(one.evidence.records) - len(one.counted) for one in tried)
    parts = (f"{count(diverged, 'run')} diverged, and counted" if diverged else "", left_out(missing))
    return "; ".join(part for part in parts if part)
