"""How many claims would pass by luck, beside how many passed: several of them, each at its level, add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from specit.claims.chance import level
from specit.claims.verdict import Verdict, Word
from specit.claims.wording import number


@dataclass(frozen=True)
class Luck:
    """Of `claims` whose runs differ by their seed `passed` are reproduced, and `expected` would be by luck alone.

    By luck: were each of them just false.
    """

    claims: int
    passed: int
    expected: float

    @property
    def written(self) -> str:
        """Return the expected number in words."""
        return number(self.expected, digits=2)


def luck(verdicts: Iterable[Verdict]) -> Luck | None:
    """Count some verdicts; None where luck decides of none of them."""
    levels = [(verdict, found) for verdict in verdicts if (found := level(verdict)) is not None]
    if not levels:
        return None
    passed = sum(verdict.word is Word.REPRODUCED for verdict, _ in levels)
    return Luck(len(levels), passed, sum(found for _, found in levels))


def chance_of(verdict: Verdict) -> str:
    """Return how often one claim passes by luck if it is just false, in percent; nothing where luck decides nothing.

    Rare events keep two digits: what happens is never written as 0 %.
    """
    found = level(verdict)
    return "" if found is None else f"{number(100 * found, digits=2)} %"
