"""What each condition gave, and what that makes of a claim that must hold in all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

from specit.records import Record

from .points import Options, key, names
from .readings import Judgement, best_reading
from .verdict import Evidence, Finding, Word
from .wording import joined, listed, options

_PLACES = {
    Word.REPRODUCED: "as claimed",
    Word.NOT_REPRODUCED: "otherwise",
    Word.INCONCLUSIVE: "undecided",
    Word.NOT_RUN: "not run",
}


class Part(NamedTuple):
    """What one condition gave: a word, its reason, and the number it turns on (`shown`), where there is one."""

    conditions: dict[str, str]
    word: Word
    because: str
    shown: str = "no value"
    runs: tuple[Record, ...] = ()


class Pair(NamedTuple):
    """A point of each of two arms that belong together: they agree on every axis they share."""

    arm: Evidence
    to: Evidence

    @property
    def readings(self) -> dict[str, str]:
        """Return the options of their unstated axes."""
        return {**self.to.readings, **self.arm.readings}

    @property
    def conditions(self) -> dict[str, str]:
        """Return the options of their stated axes."""
        return {**self.to.conditions, **self.arm.conditions}


_Table = dict[tuple[str, ...], dict[tuple[str, ...], list[int]]]
"""Of some points, by the axes that they share with others, and the options they take there: the places of each."""

Compared = TypeVar("Compared", Evidence, Pair)


def pairs(arm: str, to: str, evidence: Sequence[Evidence]) -> list[Pair]:
    """Return the points of two arms that belong together."""
    others = [one for one in evidence if one.arm == to]
    tables: dict[frozenset[str], _Table] = {}
    found = []
    for one in (one for one in evidence if one.arm == arm):
        axes = frozenset(one.point)
        if axes not in tables:
            tables[axes] = _table(axes, others)
        places = [
            place
            for shared, by_options in tables[axes].items()
            for place in by_options.get(tuple(one.point[axis] for axis in shared), ())
        ]
        found += [Pair(one, others[place]) for place in sorted(places)]
    return found


def _table(axes: Collection[str], others: Sequence[Evidence]) -> _Table:
    table: _Table = {}
    for place, other in enumerate(others):
        shared = tuple(axis for axis in other.point if axis in axes)
        options = tuple(other.point[axis] for axis in shared)
        table.setdefault(shared, {}).setdefault(options, []).append(place)
    return table


def judge_parts(
    compared: Sequence[Compared], judge: Callable[[dict[str, str], Sequence[Compared]], Part], subject: str
) -> Judgement:
    """Judge every condition of every reading; a reading holds where all its conditions do.

    `subject` begins the sentence that tells of several conditions: it ends in what "is as claimed".
    """
    readings: dict[Options, list[Compared]] = {}
    for one in compared:
        readings.setdefault(key(one.readings), []).append(one)
    return best_reading([_finding(dict(reading), group, judge, subject) for reading, group in readings.items()])


def _finding(
    reading: dict[str, str],
    compared: Sequence[Compared],
    judge: Callable[[dict[str, str], Sequence[Compared]], Part],
    subject: str,
) -> Finding:
    groups: dict[Options, list[Compared]] = {}
    for one in compared:
        groups.setdefault(key(one.conditions), []).append(one)
    parts = [judge(group[0].conditions, group) for group in groups.values()]
    used = list({record.name: record for part in parts for record in part.runs}.values())
    return Finding(reading, _together([part.word for part in parts]), _because(parts, subject), names(used))


def _together(words: Sequence[Word]) -> Word:
    """Return the word for conditions that must all hold."""
    kinds = set(words)
    if len(kinds) == 1:
        return words[0]
    if Word.REPRODUCED in kinds and Word.NOT_REPRODUCED in kinds:
        return Word.PARTLY
    return Word.INCONCLUSIVE


def _because(parts: Sequence[Part], subject: str) -> str:
    if len({part.because for part in parts}) == 1:
        return parts[0].because
    groups = []
    for word, place in _PLACES.items():
        having = [part for part in parts if part.word is word]
        if having:
            each = listed((f"{part.shown} with {options(part.conditions)}" for part in having), between="; ")
            groups.append(f"{place} in {len(having)} of {len(parts)} conditions ({each})")
    return f"{subject} is {joined(groups)}; with {options(parts[0].conditions)}: {parts[0].because}"
