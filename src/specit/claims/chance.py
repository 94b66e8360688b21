"""How many claims would pass by luck alone: several of them, each at its level, add up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from specit.spec.claims import (
    Bound,
    Comparison,
    NoConfiguration,
    NoDifference,
    Ratio,
    Reaches,
    SomeConfiguration,
    Value,
)

from .statistics import LEVEL
from .verdict import Verdict, Word
from .wording import count, number


def level(verdict: Verdict) -> float | None:
    """Return how often a claim passes by luck if it is just false: the mean at the edge, the rate of success a half.

    None where luck decides nothing: nothing was drawn, or nothing was run, or the claim counts configurations, of which
    one example is an example.
    """
    if not verdict.drawn or verdict.word in (Word.NOT_RUN, Word.ERROR):
        return None
    match verdict.claim:
        case Reaches():
            return float(0.5**verdict.claim.needed)
        case Value() | Bound() | Comparison() | Ratio():
            return LEVEL
        case NoDifference():
            return 2 * LEVEL
        case SomeConfiguration() | NoConfiguration():
            return None
        case _:
            assert_never(verdict.claim)


def by_luck(verdicts: Iterable[Verdict]) -> str:
    """Return in a sentence how many of several claims would pass by luck; nothing where luck decides of none."""
    levels = [found for verdict in verdicts if (found := level(verdict)) is not None]
    if not levels:
        return ""
    those = "1 claim rests" if len(levels) == 1 else f"{count(len(levels), 'claim')} rest"
    were = "it" if len(levels) == 1 else "each of them"
    passing = number(sum(levels), digits=2)
    return f"{those} on runs that differ by their seed; were {were} just false, {passing} would pass by luck."
