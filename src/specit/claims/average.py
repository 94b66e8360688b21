"""Claims about one arm's mean: that it is a value (*value*), or lies on one side of it (*at least*, *at most*)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from statistics import fmean

from specit.spec.claims import Bound, Value
from specit.spec.measures import MEASURES

from .parts import Part, judge_parts
from .readings import Judgement
from .samples import Sample, mean_of, measured, sample
from .statistics import Interval, deviation, mean_interval, seeds_to_tell
from .verdict import Evidence, Word
from .wording import amount, count, sentence

_ROUNDING = 1e-9


def judge_average(claim: Value | Bound, evidence: Sequence[Evidence]) -> Judgement:
    """Judge under each reading; the claim has the word of the best one."""
    subject = f"Against {_claimed(claim)}, the mean {measured(claim)} of {claim.arm}"
    return judge_parts(evidence, partial(_part, claim), subject)


def _part(claim: Value | Bound, conditions: dict[str, str], evidence: Sequence[Evidence]) -> Part:
    found = sample(claim, claim.arm, evidence)
    if not found.by_seed:
        word = Word.INCONCLUSIVE if found.left_out else Word.NOT_RUN
        return Part(conditions, word, sentence(f"No run of {claim.arm} counts", found.left_out))
    values, shown = found.values, amount(fmean(found.values), claim.measure)
    interval = mean_interval(values) if found.drawn else Interval(values[0], values[0])
    spread = ""
    if interval and found.drawn:
        low, high = (amount(end, claim.measure) for end in interval)
        spread = f" (95 % interval: {low} to {high})"
    seen = f"The mean {measured(claim)} is {mean_of(found, claim.measure)}{spread}"
    if interval is None or (found.drawn and len(values) < claim.needed):
        wanting = f", to be compared with {_claimed(claim)}; {count(claim.needed, 'seed')} are needed"
        return Part(conditions, Word.INCONCLUSIVE, sentence(seen + wanting, found.left_out), shown, found.records)
    word, place = _place(claim, interval)
    if word is Word.INCONCLUSIVE:
        place += f"; {_more(claim, found)}"
    if found.reduced and not _only_truer(claim, word):
        word, place = Word.INCONCLUSIVE, f", to be compared with {_claimed(claim)}; {found.reduced}"
    return Part(conditions, word, sentence(seen + place, found.left_out), shown, found.records)


def _place(claim: Value | Bound, interval: Interval) -> tuple[Word, str]:
    """Return where an interval lies: wholly within what is accepted, wholly outside, or across an edge."""
    least, most = _accepted(claim)
    slack = _ROUNDING * max(1.0, abs(claim.expect))
    if interval.low >= least - slack and interval.high <= most + slack:
        return Word.REPRODUCED, f", within {_claimed(claim)}"
    if interval.high < least - slack:
        return Word.NOT_REPRODUCED, f", below {_claimed(claim)}"
    if interval.low > most + slack:
        return Word.NOT_REPRODUCED, f", above {_claimed(claim)}"
    return Word.INCONCLUSIVE, f", which neither lies within {_claimed(claim)} nor outside it"


def _accepted(claim: Value | Bound) -> tuple[float, float]:
    least, most = claim.tolerance.least(claim.expect), claim.tolerance.most(claim.expect)
    match claim.kind:
        case "value":
            return least, most
        case "at_least":
            return least, math.inf
        case "at_most":
            return -math.inf, most


def _claimed(claim: Value | Bound) -> str:
    """Return the claim's number, and what its tolerance makes of it."""
    side = {"value": "", "at_least": "at least ", "at_most": "at most "}[claim.kind]
    said = f"the claimed {side}{amount(claim.expect, claim.measure)}"
    ends = [amount(end, claim.measure) for end in _accepted(claim) if not math.isinf(end)]
    accepted = " to ".join(dict.fromkeys(ends))
    return said if accepted == amount(claim.expect, claim.measure) else f"{said} (accepted: {side}{accepted})"


def _more(claim: Value | Bound, found: Sample) -> str:
    """Return how many seeds would decide, if they varied as these do around the same mean."""
    mean = fmean(found.values)
    distance = min(abs(mean - end) for end in _accepted(claim) if not math.isinf(end))
    needed = seeds_to_tell(deviation(found.values), distance)
    return "more seeds than 1,000 would be needed" if needed is None else f"about {count(needed, 'seed')} would decide"


def _only_truer(claim: Value | Bound, word: Word) -> bool:
    """Return whether a fuller budget can only make a bound hold the better that holds already."""
    higher = MEASURES[claim.measure].better == "higher"
    return word is Word.REPRODUCED and claim.kind == ("at_least" if higher else "at_most")
