"""Claims of the kind *ratio*: the measure of one arm over that of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from specit.records import Record, value
from specit.spec.claims import Ratio
from specit.spec.measures import MEASURES

from .points import Options, departures, key, names, runs
from .readings import Judgement, best_reading
from .statistics import Interval, ratio_interval, ratio_of_medians
from .verdict import Evidence, Finding, Word
from .wording import amount, budget, count, joined, listed, number, options, sentence, title

_ROUNDING = 1e-9
_MACHINE = ("cpu", "device", "threads")
_PLACES = {
    Word.REPRODUCED: "inside the range",
    Word.NOT_REPRODUCED: "outside the range",
    Word.INCONCLUSIVE: "undecided",
    Word.NOT_RUN: "not run",
}


class _Pair(NamedTuple):
    """A point of each arm that belong together: they agree on every axis they share."""

    arm: Evidence
    to: Evidence

    @property
    def reading(self) -> dict[str, str]:
        return {**self.to.readings, **self.arm.readings}

    @property
    def conditions(self) -> dict[str, str]:
        return {**self.to.conditions, **self.arm.conditions}


class _Part(NamedTuple):
    """What one condition gave: the ratio if there is one, a word, and the words' reason."""

    conditions: dict[str, str]
    ratio: float | None
    word: Word
    because: str
    runs: tuple[Record, ...] = ()


def judge_ratio(claim: Ratio, evidence: Sequence[Evidence]) -> Judgement:
    """Judge under each reading; the claim has the word of the best one."""
    readings: dict[Options, list[_Pair]] = {}
    for pair in _pairs(claim, evidence):
        readings.setdefault(key(pair.reading), []).append(pair)
    if not readings:
        because = f"No point of {claim.arm} can be compared with one of {claim.to}."
        return Judgement(Word.NOT_RUN, because, ())
    return best_reading([_finding(claim, dict(reading), pairs) for reading, pairs in readings.items()])


def _pairs(claim: Ratio, evidence: Sequence[Evidence]) -> list[_Pair]:
    arms = [one for one in evidence if one.arm == claim.arm]
    tos = [one for one in evidence if one.arm == claim.to]
    return [
        _Pair(arm, to)
        for arm in arms
        for to in tos
        if all(to.point.get(axis, option) == option for axis, option in arm.point.items())
    ]


def _finding(claim: Ratio, reading: dict[str, str], pairs: Sequence[_Pair]) -> Finding:
    groups: dict[Options, list[_Pair]] = {}
    for pair in pairs:
        groups.setdefault(key(pair.conditions), []).append(pair)
    compare = _parameters if claim.measure == "parameters" else _measured
    parts = [compare(claim, group) for group in groups.values()]
    word = _together([part.word for part in parts])
    used = list({record.name: record for part in parts for record in part.runs}.values())
    return Finding(reading, word, _because(claim, parts), names(used))


def _together(words: Sequence[Word]) -> Word:
    """Return the word for conditions that must all hold."""
    kinds = set(words)
    if len(kinds) == 1:
        return words[0]
    if Word.REPRODUCED in kinds and Word.NOT_REPRODUCED in kinds:
        return Word.PARTLY
    return Word.INCONCLUSIVE


def _because(claim: Ratio, parts: Sequence[_Part]) -> str:
    if len({part.because for part in parts}) == 1:
        return parts[0].because
    groups = []
    for word, place in _PLACES.items():
        having = [part for part in parts if part.word is word]
        if having:
            each = listed((_briefly(part) for part in having), between="; ")
            groups.append(f"{place} in {len(having)} of {len(parts)} conditions ({each})")
    return (
        f"Against {_claimed(claim)}, the {title(claim.measure)} of {claim.arm} over that of {claim.to} is "
        f"{joined(groups)}; with {options(parts[0].conditions)}: {parts[0].because}"
    )


def _briefly(part: _Part) -> str:
    return f"{'no value' if part.ratio is None else number(part.ratio)} with {options(part.conditions)}"


def _parameters(claim: Ratio, pairs: Sequence[_Pair]) -> _Part:
    """Compare parameter counts: exact, and known without a run."""
    pair = pairs[0]
    ratio = pair.arm.parameters / pair.to.parameters
    inside, side = _place(claim, Interval(ratio, ratio))
    because = sentence(
        f"{claim.arm} has {amount(pair.arm.parameters, 'parameters')} and {claim.to} "
        f"{amount(pair.to.parameters, 'parameters')}, a ratio of {number(ratio)}, {side} {_claimed(claim)}"
    )
    return _Part(pair.conditions, ratio, Word.REPRODUCED if inside else Word.NOT_REPRODUCED, because)


def _measured(claim: Ratio, pairs: Sequence[_Pair]) -> _Part:
    """Compare the medians of what the runs of both arms measured."""
    conditions = pairs[0].conditions
    arms, tos = _distinct([pair.arm for pair in pairs]), _distinct([pair.to for pair in pairs])
    over, under = _having(claim, arms), _having(claim, tos)
    if not runs(arms) and not runs(tos):
        return _Part(conditions, None, Word.NOT_RUN, f"No run of {claim.arm} or of {claim.to}.")
    for arm, side, group in ((claim.arm, over, arms), (claim.to, under, tos)):
        if not side:
            because = f"{arm} has no run with a {title(claim.measure)}"
            return _Part(conditions, None, Word.INCONCLUSIVE, sentence(because, _left_out(claim, group)))
    a, b = [v for _, v in over], [v for _, v in under]
    used = tuple(record for record, _ in (*over, *under))
    if min(b) <= 0:
        because = f"A {title(claim.measure)} of 0 in {claim.to} leaves the ratio without a meaning."
        return _Part(conditions, None, Word.INCONCLUSIVE, because, used)
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
    return _Part(conditions, ratio, word, because, used)


def _word(claim: Ratio, interval: Interval | None, seeds: int) -> tuple[Word, str]:
    needed = max(claim.seeds, 2)  # one value has no spread to draw an interval from
    claimed = _claimed(claim)
    if interval is None or seeds < needed:
        return Word.INCONCLUSIVE, f", to be compared with {claimed}; {needed} seeds of each arm are needed"
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


def _distinct(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return each point once: several partners may share it."""
    kept: dict[int, Evidence] = {id(one): one for one in evidence}
    return list(kept.values())
