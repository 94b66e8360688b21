"""Claims of the kind *no configuration*: one run beyond the bound refutes them, however it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from specit.records import better_than
from specit.spec.claims import NoConfiguration
from specit.spec.measures import MEASURES

from .configurations import Tried, best, configurations, exceptions, judge_together, lacking, nothing_counts, tried
from .points import departures, names
from .readings import Judgement
from .verdict import Evidence, Finding, Word
from .wording import amount, budget, count, joined, sentence, title


def judge_no_configuration(claim: NoConfiguration, evidence: Sequence[Evidence]) -> Judgement:
    """Judge all readings, conditions and arms together; the findings then tell of each reading."""
    return judge_together(evidence, partial(_finding, claim))


def _finding(claim: NoConfiguration, reading: dict[str, str], evidence: Sequence[Evidence]) -> Finding:
    bound = _bound(claim)

    def is_beyond(got: float) -> bool:
        return better_than(got, bound, claim.measure)

    every = tried(claim.measure, evidence, is_beyond)
    counted = [record for one in every for record in one.counted]
    beyond = [record for one in every for record in one.there]
    if not counted:
        return nothing_counts(claim, reading, evidence)
    if beyond:
        return Finding(reading, Word.NOT_REPRODUCED, _refuted(claim, every), names(beyond))
    doubts = _doubts(claim, every)
    word = Word.INCONCLUSIVE if doubts else Word.REPRODUCED
    return Finding(reading, word, _upheld(claim, every, doubts), names(counted))


def _bound(claim: NoConfiguration) -> float:
    """Return the best value that is not yet beyond what the claim allows, tolerance included."""
    higher = MEASURES[claim.measure].better == "higher"
    return claim.tolerance.most(claim.exceeds) if higher else claim.tolerance.least(claim.exceeds)


def _refuted(claim: NoConfiguration, every: Sequence[Tried]) -> str:
    found = best(claim, every)
    assert found is not None
    where, record, got = found
    counted, beyond = sum(len(one.counted) for one in every), sum(len(one.there) for one in every)
    side = "above" if MEASURES[claim.measure].better == "higher" else "below"
    bound = _bound(claim)
    return sentence(
        f"Run {record.name} of {where.named} got to a {title(claim.measure)} of "
        f"{amount(got, claim.measure, beside=bound)}, {side} the bound of {amount(bound, claim.measure)}",
        f"in that configuration {len(where.there)} of {count(len(where.counted), 'seed')} did, in all "
        f"{beyond} of {count(counted, 'run')} of {configurations(every)}",
        exceptions(every),
    )


def _upheld(claim: NoConfiguration, every: Sequence[Tried], doubts: str) -> str:
    side = "above" if MEASURES[claim.measure].better == "higher" else "below"
    counted = sum(len(one.counted) for one in every)
    highest = ""
    if (found := best(claim, every)) is not None:
        _, record, got = found
        closest = "highest" if side == "above" else "lowest"
        highest = f" (the {closest}: {amount(got, claim.measure, beside=_bound(claim))}, {record.name})"
    return sentence(
        f"None of {count(counted, 'run')} of {configurations(every)} got to a "
        f"{title(claim.measure)} {side} {amount(_bound(claim), claim.measure)}{highest}{doubts}",
        exceptions(every),
    )


def _doubts(claim: NoConfiguration, every: Sequence[Tried]) -> str:
    """Return why no counterexample is not yet support: all that the claim speaks of must be tried, at full budget."""
    reduced = departures(one.evidence for one in every if one.counted)
    reasons = [budget(reduced)] if reduced else []
    reasons += lacking(claim, every)
    return f", but {joined(reasons)}" if reasons else ""
