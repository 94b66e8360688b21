"""The six verdict words, and a verdict: a word with the numbers that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specit.records import Record
from specit.spec.claims import Claim


class Word(StrEnum):
    """What can be said of a claim."""

    REPRODUCED = "REPRODUCED"
    PARTLY = "PARTLY"
    NOT_REPRODUCED = "NOT REPRODUCED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_RUN = "NOT RUN"
    ERROR = "ERROR"

    @property
    def says(self) -> str:
        """Return the word as a part of a sentence.

        >>> Word.PARTLY.says
        'partly reproduced'
        """
        return "partly reproduced" if self is Word.PARTLY else self.value.lower()


@dataclass(frozen=True)
class Evidence:
    """What is known about one point: its arm, the option of every axis, and the records of its runs.

    `readings` holds the options of the unstated axes alone; `departures` says where the tier departs from the
    paper's budget ("train.epochs: 40 instead of 1000"); `parameters` is known without any run.
    """

    arm: str
    point: dict[str, str]
    readings: dict[str, str]
    tier: str
    departures: tuple[str, ...]
    parameters: int
    records: tuple[Record, ...] = ()
    problems: tuple[str, ...] = ()
    """Records that could not be read: a sentence each."""
    lock: str = ""
    """The experiment's identity: points of one lock are one experiment under several names."""
    needs: str = ""
    """What must lie in the data folder before it can be run, and where there."""
    draws: bool = True
    """Whether a seed changes anything; if not, one run says all there is to say."""

    @property
    def conditions(self) -> dict[str, str]:
        """Return the options of the axes that are stated: conditions and sweeps."""
        return {axis: option for axis, option in self.point.items() if axis not in self.readings}


@dataclass(frozen=True)
class Finding:
    """The verdict under one reading. `runs` names the runs it rests on, the telling ones alone if any are."""

    reading: dict[str, str]
    word: Word
    because: str
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A claim judged at one tier: the word, one sentence of numbers, and what each reading gave."""

    claim: Claim
    word: Word
    tier: str
    because: str
    findings: tuple[Finding, ...] = ()
    departures: tuple[str, ...] = ()
    drawn: bool = False
    """Whether another seed could give another value of the measure."""
