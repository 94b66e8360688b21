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

    The sentence tells which readings gave which word.
    """
    best = min(findings, key=lambda finding: _BEST_FIRST.index(finding.word))
    if len({(finding.word, finding.because) for finding in findings}) == 1:
        return Judgement(best.word, best.because, tuple(findings))
    tally = joined([part for word in _BEST_FIRST if (part := _under(word, findings))])
    because = f"{tally[0].upper()}{tally[1:]}; under {options(best.reading)}: {best.because}"
    return Judgement(best.word, because, tuple(findings))


def _under(word: Word, findings: Sequence[Finding]) -> str:
    having = [finding for finding in findings if finding.word is word]
    if not having:
        return ""
    where = listed((options(finding.reading) for finding in having), between="; ")
    return f"{word.says} under {len(having)} of {count(len(findings), 'reading')} ({where})"
