"""Claims of the kind *some configuration*: one of which every run gets there supports them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from specit.records import better_than
from specit.records.measures import least_good
from specit.spec.claims import SomeConfiguration
from specit.spec.measures import MEASURES

from .configurations import Tried, best, configurations, exceptions, judge_together, lacking, nothing_counts, tried
from .points import departures, names
from .readings import Judgement
from .verdict import Evidence, Finding, Word
from .wording import amount, budget, count, joined, sentence, title


def judge_some_configuration(claim: SomeConfiguration, evidence: Sequence[Evidence]) -> Judgement:
    """Judge all readings, conditions and arms together; the findings then tell of each reading."""
    return judge_together(evidence, partial(_finding, claim))


def _finding(claim: SomeConfiguration, reading: dict[str, str], evidence: Sequence[Evidence]) -> Finding:
    bound = _bound(claim)

    def is_there(got: float) -> bool:
        return not better_than(bound, got, claim.measure)

    every = tried(claim.measure, evidence, is_there)
    counted = [record for one in every for record in one.counted]
    if not counted:
        return nothing_counts(claim, reading, evidence)
    able = [one for one in every if one.there and len(one.there) == len(one.counted)]
    if able:
        most = max(able, key=lambda one: len(one.there))
        enough = len(most.there) >= claim.seeds
        wanting = "" if enough else f"{count(claim.seeds - len(most.there), 'more seed')} of it needed"
        seen = (
            f"{len(most.there)} of {count(len(most.counted), 'seed')} of {most.named} reached {_goal(claim)}, "
            f"the most of {_able(len(able))} among {configurations(every)}"
        )
        word = Word.REPRODUCED if enough else Word.INCONCLUSIVE
        return Finding(reading, word, sentence(seen, wanting, exceptions(every)), names(most.there))
    reduced = departures(one.evidence for one in every if one.counted)
    doubts = [*([budget(reduced)] if reduced else []), *lacking(claim, every)]
    word = Word.INCONCLUSIVE if doubts else Word.NOT_REPRODUCED
    return Finding(reading, word, _missed(claim, every, doubts), names(counted))


def _missed(claim: SomeConfiguration, every: Sequence[Tried], doubts: list[str]) -> str:
    found = best(claim, every)
    closest = ""
    if found is not None:
        _, record, got = found
        closest = f" (the closest: {amount(got, claim.measure, beside=_bound(claim))}, {record.name})"
    some = [one for one in every if one.there]
    parts = f"in {len(some)} only some seeds did" if some else ""
    but = f", but {joined(doubts)}" if doubts else ""
    return sentence(
        f"In none of {configurations(every)} did every seed reach {_goal(claim)}{closest}{but}",
        parts,
        exceptions(every),
    )


def _able(how_many: int) -> str:
    return f"{how_many} that did with every seed" if how_many > 1 else "the one that did with every seed"


def _bound(claim: SomeConfiguration) -> float:
    return least_good(claim.measure, claim.expect, claim.tolerance)


def _goal(claim: SomeConfiguration) -> str:
    most = "at least" if MEASURES[claim.measure].better == "higher" else "at most"
    return f"a {title(claim.measure)} of {most} {amount(_bound(claim), claim.measure)}"
