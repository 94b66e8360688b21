"""Claims of the kind *ratio*: the measure of one arm over that of another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from specit.records import Record, value
from specit.spec.claims import Ratio
from specit.spec.measures import MEASURES

from .parts import Pair, Part, judge_parts, pairs
from .points import departures, distinct, runs
from .readings import Judgement
from .statistics import Interval, ratio_interval, ratio_of_medians
from .verdict import Evidence, Word
from .wording import amount, budget, count, listed, number, sentence, title

_ROUNDING = 1e-9
_MACHINE = ("cpu", "device", "threads")


def judge_ratio(claim: Ratio, evidence: Sequence[Evidence]) -> Judgement:
    """Judge under each reading; the claim has the word of the best one."""
    compared = pairs(claim.arm, claim.to, evidence)
    if not compared:
        because = f"No point of {claim.arm} can be compared with one of {claim.to}."
        return Judgement(Word.NOT_RUN, because, ())
    judge = _parameters if claim.measure == "parameters" else _measured
    subject = f"Against {_claimed(claim)}, the {title(claim.measure)} of {claim.arm} over that of {claim.to}"
    return judge_parts(compared, partial(judge, claim), subject)


def _parameters(claim: Ratio, conditions: dict[str, str], pairs: Sequence[Pair]) -> Part:
    """Compare parameter counts: exact, and known without a run."""
    pair = pairs[0]
    ratio = pair.arm.parameters / pair.to.parameters
    inside, side = _place(claim, Interval(ratio, ratio))
    because = sentence(
        f"{claim.arm} has {amount(pair.arm.parameters, 'parameters')} and {claim.to} "
        f"{amount(pair.to.parameters, 'parameters')}, a ratio of {number(ratio)}, {side} {_claimed(claim)}"
    )
    return Part(conditions, Word.REPRODUCED if inside else Word.NOT_REPRODUCED, because, number(ratio))


def _measured(claim: Ratio, conditions: dict[str, str], pairs: Sequence[Pair]) -> Part:
    """Compare the medians of what the runs of both arms measured."""
    arms, tos = distinct([pair.arm for pair in pairs]), distinct([pair.to for pair in pairs])
    over, under = _having(claim, arms), _having(claim, tos)
    if not runs(arms) and not runs(tos):
        return Part(conditions, Word.NOT_RUN, f"No run of {claim.arm} or of {claim.to}.")
    for arm, side, group in ((claim.arm, over, arms), (claim.to, under, tos)):
        if not side:
            because = f"{arm} has no run with a {title(claim.measure)}"
            return Part(conditions, Word.INCONCLUSIVE, sentence(because, _left_out(claim, group)))
    a, b = [v for _, v in over], [v for _, v in under]
    used = tuple(record for record, _ in (*over, *under))
    if min(b) <= 0:
        because = f"A {title(claim.measure)} of 0 in {claim.to} leaves the ratio without a meaning."
        return Part(conditions, Word.INCONCLUSIVE, because, runs=used)
    ratio, interval = ratio_of_medians(a, b), ratio_interval(a, b)
    seen = (
        f"The median {title(claim.measure)} is {_amount(a, claim)} in {count(len(a), 'run')} of {claim.arm} "
        f"and {_amount(b, claim)} in {count(len(b), 'run')} of {claim.to}, a ratio of {number(ratio)}"
    )
    if interval is not None:
        seen += f" (95 % interval: {number(interval.low)} to {number(interval.high)})"
    word, place = _word(claim, interval, min(len(a), len(b)))
    obstacles = _obstacles(claim, used, departures([*arms, *tos]))
    if obstacles:
        word, place = Word.INCONCLUSIVE, f", to be compared with {_claimed(claim)}"
    because = sentence(seen + place, *obstacles, _left_out(claim, [*arms, *tos]))
    return Part(conditions, word, because, number(ratio), used)


def _word(claim: Ratio, interval: Interval | None, seeds: int) -> tuple[Word, str]:
    claimed = _claimed(claim)
    if interval is None or seeds < claim.needed:
        return Word.INCONCLUSIVE, f", to be compared with {claimed}; {claim.needed} seeds of each arm are needed"
    inside, side = _place(claim, interval)
    if inside:
        return Word.REPRODUCED, f", {side} {claimed}"
    if side == "across":
        return (
            Word.INCONCLUSIVE,
            f", which neither lies within {claimed} nor outside it; more seeds are needed",
        )
    return Word.NOT_REPRODUCED, f", {side} {claimed}"


def _obstacles(claim: Ratio, used: Sequence[Record], reduced: tuple[str, ...]) -> list[str]:
    """Return what keeps the two sides from being compared at all."""
    found = []
    if MEASURES[claim.measure].unit == "seconds":
        for part in _MACHINE:
            kinds = sorted({record.environment.get(part, "unknown") for record in used})
            if len(kinds) > 1:
                found.append(f"times were taken on unlike machines ({part}: {listed(kinds)})")
    if reduced:
        found.append(f"{budget(reduced)} that settles nothing")
    return found


def _place(claim: Ratio, interval: Interval) -> tuple[bool, str]:
    """Return whether an interval lies inside the accepted range, and on which side of it otherwise."""
    low, high = _range(claim)
    slack = _ROUNDING * abs(high)
    if interval.low >= low - slack and interval.high <= high + slack:
        return True, "within"
    if interval.low > high + slack:
        return False, "larger than"
    if interval.high < low - slack:
        return False, "smaller than"
    return False, "across"


def _range(claim: Ratio) -> tuple[float, float]:
    low, high = claim.expect if isinstance(claim.expect, tuple) else (claim.expect, claim.expect)
    return claim.tolerance.least(low), claim.tolerance.most(high)


def _claimed(claim: Ratio) -> str:
    """Return the claim's numbers, and what its tolerance makes of them."""
    low, high = _range(claim)
    accepted = number(low) if low == high else f"{number(low)} to {number(high)}"
    stated = (
        " to ".join(number(end) for end in claim.expect) if isinstance(claim.expect, tuple) else number(claim.expect)
    )
    return f"the claimed {stated}" + ("" if stated == accepted else f" (accepted: {accepted})")


def _having(claim: Ratio, evidence: Sequence[Evidence]) -> list[tuple[Record, float]]:
    """Return the runs that are over and have the measure."""
    return [
        (record, found)
        for record in runs(evidence)
        if record.status != "running" and (found := value(record, claim.measure)) is not None
    ]


def _left_out(claim: Ratio, evidence: Sequence[Evidence]) -> str:
    everything = runs(evidence)
    unfinished = sum(record.status == "running" for record in everything)
    without = len(everything) - unfinished - len(_having(claim, evidence))
    diverged = sum(record.status == "diverged" for record in everything)
    parts = (
        f"{count(unfinished, 'unfinished run')} left out" if unfinished else "",
        f"{without} of {count(len(everything), 'run')} never had a {title(claim.measure)}" if without else "",
        f"{count(diverged, 'run')} diverged" if diverged else "",
    )
    return "; ".join(part for part in parts if part)


def _amount(values: Sequence[float], claim: Ratio) -> str:
    return amount(ratio_of_medians(values, [1.0]), claim.measure)
