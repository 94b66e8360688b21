"""Claims about two arms' means: that one is *better*, or that there is *no difference* to speak of.

A verdict needs two things to agree: the interval of the difference (Welch's, or Student's of differences paired by
seed), which assumes that means vary like a normal distribution, and a permutation test, which assumes nothing. No
difference is two one-sided tests: the 90 % interval within the tolerance on either side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from statistics import fmean
from typing import NamedTuple

from specit.spec.claims import Comparison, NoDifference
from specit.spec.measures import MEASURES

from .parts import Pair, Part, judge_parts, pairs
from .readings import Judgement
from .samples import Sample, mean_of, measured, sample
from .statistics import LEVEL, Interval, chance_of, deviation, difference_interval, effect_size, seeds_to_tell
from .verdict import Evidence, Word
from .wording import amount, count, number, sentence

_EQUIVALENCE = 0.90
"""Two one-sided tests at 5 % each are an interval of 90 %."""


class _Sides(NamedTuple):
    """Both arms' values, the way that more is better; in the order of the seeds they share where they are paired."""

    arm: Sample
    than: Sample
    over: list[float]
    under: list[float]
    paired: bool

    @property
    def difference(self) -> float:
        return fmean(self.over) - fmean(self.under)

    @property
    def drawn(self) -> bool:
        return self.arm.drawn or self.than.drawn

    def interval(self, confidence: float = 0.95) -> Interval | None:
        if not self.drawn:
            return Interval(self.difference, self.difference)
        return difference_interval(self.over, self.under, paired=self.paired, confidence=confidence)

    def seeds_to_tell(self, distance: float, confidence: float = 0.95) -> int | None:
        if self.paired:
            spread = deviation([a - b for a, b in zip(self.over, self.under, strict=True)])
            return seeds_to_tell(spread, distance, confidence=confidence)
        spread = math.hypot(deviation(self.over), deviation(self.under))
        return seeds_to_tell(spread, distance, sides=2, confidence=confidence)


def judge_comparison(claim: Comparison | NoDifference, evidence: Sequence[Evidence]) -> Judgement:
    """Judge under each reading; the claim has the word of the best one."""
    compared = pairs(claim.arm, claim.than, evidence)
    if not compared:
        because = f"No point of {claim.arm} can be compared with one of {claim.than}."
        return Judgement(Word.NOT_RUN, because, ())
    subject = f"Against {_claimed(claim)}, the mean {measured(claim)} of {claim.arm} beside that of {claim.than}"
    return judge_parts(compared, partial(_part, claim), subject)


def _part(claim: Comparison | NoDifference, conditions: dict[str, str], compared: Sequence[Pair]) -> Part:
    arm = sample(claim, claim.arm, [pair.arm for pair in compared])
    than = sample(claim, claim.than, [pair.to for pair in compared])
    notes = [part for part in (arm.left_out, than.left_out) if part]
    for side in (arm, than):
        if not side.by_seed:
            ran = arm.by_seed or than.by_seed or notes
            because = sentence(f"No run of {side.arm} counts", *notes)
            return Part(conditions, Word.INCONCLUSIVE if ran else Word.NOT_RUN, because)
    sides = _sides(claim, arm, than)
    used = (*arm.records, *than.records)
    if not sides.over:
        because = sentence(f"No seed was run with both {claim.arm} and {claim.than}, so nothing can be paired", *notes)
        return Part(conditions, Word.INCONCLUSIVE, because, runs=used)
    word, said = _better(claim, sides) if isinstance(claim, Comparison) else _same(claim, sides)
    reduced = [part for part in (arm.reduced, than.reduced) if part]
    if reduced:
        word = Word.INCONCLUSIVE
    because = sentence(
        f"The mean {measured(claim)} is {mean_of(arm, claim.measure)} and {mean_of(than, claim.measure)}{said}",
        *reduced,
        *notes,
    )
    return Part(conditions, word, because, _signed(claim, sides.difference), used)


def _sides(claim: Comparison | NoDifference, arm: Sample, than: Sample) -> _Sides:
    sign = 1.0 if MEASURES[claim.measure].better == "higher" else -1.0
    shared = sorted(arm.by_seed.keys() & than.by_seed.keys())
    over = [arm.by_seed[seed] for seed in shared] if claim.paired else arm.values
    under = [than.by_seed[seed] for seed in shared] if claim.paired else than.values
    return _Sides(arm, than, [sign * value for value in over], [sign * value for value in under], claim.paired)


def _better(claim: Comparison, sides: _Sides) -> tuple[Word, str]:
    """Return whether an arm is better, and what says so."""
    bound = max(0.0, claim.by - claim.tolerance.absolute)
    interval = sides.interval()
    seen = _seen(claim, sides, interval)
    if interval is None or _too_few(claim, sides):
        return Word.INCONCLUSIVE, f"{seen}; {count(claim.needed, 'seed')} of each arm are needed"
    if not sides.drawn:
        better = sides.difference > bound or (bound > 0 and sides.difference == bound)
        return (Word.REPRODUCED if better else Word.NOT_REPRODUCED), f"{seen} (nothing here is random)"
    if interval.low > bound:
        chance = chance_of(sides.over, sides.under, by=bound, paired=sides.paired)
        if chance <= LEVEL:
            return Word.REPRODUCED, f"{seen}, {_beyond(claim, bound)}{_dealt(chance)}"
    if interval.high < bound:
        chance = chance_of(sides.under, sides.over, by=-bound, paired=sides.paired)
        if chance <= LEVEL:
            return Word.NOT_REPRODUCED, f"{seen}, not {_beyond(claim, bound)}{_dealt(chance)}"
    more = sides.seeds_to_tell(abs(sides.difference - bound))
    open_ = f"which leaves open whether it is {_beyond(claim, bound)}"
    return Word.INCONCLUSIVE, f"{seen}, {open_}; {_deciding(claim, more)}"


def _same(claim: NoDifference, sides: _Sides) -> tuple[Word, str]:
    """Return whether two arms differ by less than the margin, either way."""
    margin = claim.tolerance.absolute
    narrow, wide = sides.interval(_EQUIVALENCE), sides.interval()
    seen = _seen(claim, sides, narrow, percent=90)
    within = f"within ± {amount(margin, claim.measure)}"
    if narrow is None or wide is None or _too_few(claim, sides):
        return Word.INCONCLUSIVE, f"{seen}; {count(claim.needed, 'seed')} of each arm are needed"
    if narrow.low > -margin and narrow.high < margin:
        return Word.REPRODUCED, f"{seen}, {within}"
    if wide.low >= margin or wide.high <= -margin:
        return Word.NOT_REPRODUCED, f"{seen}, beyond ± {amount(margin, claim.measure)}"
    more = sides.seeds_to_tell(abs(margin - abs(sides.difference)), _EQUIVALENCE)
    return Word.INCONCLUSIVE, f"{seen}, neither {within} nor beyond it; {_deciding(claim, more)}"


def _too_few(claim: Comparison | NoDifference, sides: _Sides) -> bool:
    return sides.drawn and min(len(sides.over), len(sides.under)) < claim.needed


def _seen(claim: Comparison | NoDifference, sides: _Sides, interval: Interval | None, percent: int = 95) -> str:
    """Return the difference with its interval and the size of the effect."""
    paired = " paired by seed" if sides.paired else ""
    said = f", a difference{paired} of {_signed(claim, sides.difference)}"
    if interval is None or not sides.drawn:
        return said
    size = effect_size(sides.over, sides.under)
    effect = "" if size is None else f"; Hedges' g {number(abs(size))}"
    sign = 1.0 if MEASURES[claim.measure].better == "higher" else -1.0
    low, high = sorted(sign * end for end in interval)
    return f"{said} ({percent} % interval: {amount(low, claim.measure)} to {amount(high, claim.measure)}{effect})"


def _signed(claim: Comparison | NoDifference, difference: float) -> str:
    """Return a difference in the unit and the direction of the measure."""
    sign = 1.0 if MEASURES[claim.measure].better == "higher" else -1.0
    return amount(sign * difference, claim.measure)


def _beyond(claim: Comparison, bound: float) -> str:
    return f"better by more than {amount(bound, claim.measure)}" if bound else "better"


def _claimed(claim: Comparison | NoDifference) -> str:
    if isinstance(claim, NoDifference):
        return f"a claimed difference of at most {amount(claim.tolerance.absolute, claim.measure)}"
    by = f" by {amount(claim.by, claim.measure)}" if claim.by else ""
    return f"the claim that it is better{by}"


def _deciding(claim: Comparison | NoDifference, seeds: int | None) -> str:
    if seeds is None:
        return "more seeds than 1,000 of each arm would be needed"
    return f"about {count(max(seeds, claim.needed), 'seed')} of each arm would decide"


def _dealt(chance: float) -> str:
    return f"; dealt at random, so much comes about in {number(100 * chance, digits=2)} % of all ways"
