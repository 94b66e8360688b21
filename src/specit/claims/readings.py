"""From what each reading showed to what is said of the claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .verdict import Finding, Word
from .wording import count, joined, listed, options

_BEST_FIRST = (Word.REPRODUCED, Word.PARTLY, Word.NOT_REPRODUCED, Word.INCONCLUSIVE, Word.NOT_RUN)


class Judgement(NamedTuple):
    """A word, the sentence that gives the reason, and what each reading gave."""

    word: Word
    because: str
    findings: tuple[Finding, ...]


def best_reading(findings: Sequence[Finding]) -> Judgement:
    """Give a claim the word of its best reading: an unstated detail may be any of its readings.

    The sentence tells what that reading showed, and which words the others gave. NOT REPRODUCED is said only
    where every reading has been tried and decided: one that nobody tried may be the authors'.
    """
    best = min(findings, key=lambda finding: _BEST_FIRST.index(finding.word))
    word = best.word
    if word is Word.NOT_REPRODUCED and any(f.word in (Word.INCONCLUSIVE, Word.NOT_RUN) for f in findings):
        word = Word.INCONCLUSIVE
    others = [finding for finding in findings if finding is not best]
    if all((finding.word, finding.because) == (best.word, best.because) for finding in others):
        return Judgement(best.word, best.because, tuple(findings))
    tally = joined([part for word in _BEST_FIRST if (part := _having(word, others))])
    because = f"Under {options(best.reading)}: {best.because} Of the {count(len(others), 'other reading')}, {tally}."
    return Judgement(word, because, tuple(findings))


def _having(word: Word, findings: Sequence[Finding]) -> str:
    having = [finding for finding in findings if finding.word is word]
    if not having:
        return ""
    if word is Word.NOT_RUN:  # which they are is of no interest
        return f"{len(having)} {word.says}"
    where = listed((options(finding.reading) for finding in having), between="; ")
    return f"{len(having)} {word.says} ({where})"
