"""Searches side by side: each asks for one trial at a time, and the trials of a round are run like any other runs.

What a search asks next depends on what all its trials before came to, so within one search nothing is parallel, and the
number of processes changes no result.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specit.records import Record, value
from specit.records.journal import Journal, Searched, Trial, holding, path_of, read_journal, write_journal
from specit.run import Job
from specit.spec.search import Search, Values

from .propose import propose, sampler


@dataclass(frozen=True)
class Trying:
    """A trial that is to be run: the `number`-th of its search, counted from 0, with what came before it."""

    search: Search
    number: int
    values: Values
    job: Job
    before: Journal


@dataclass(frozen=True)
class Told:
    """A trial that ended, in the order they ended."""

    of: Trying
    trial: Trial


Run = Callable[[Sequence[Trying]], Iterator[tuple[int, Record]]]
"""Runs the trials of a round; yields the place of each among them with its record, as it ends."""


def search_all(searches: Sequence[Search], trials: int, root: Path, run: Run) -> Generator[Told]:
    """Bring every search to so many trials; yield each one that had to be made, once its journal holds it.

    What a journal holds is not asked again. A search that was killed asks for the trial that was under way again, and
    its run goes on from its checkpoint. The first trial of each search is the arm as it is stated.
    """
    by = sampler()
    paths = [path_of(root, search.spec.name, search.stated.arm, search.id) for search in searches]
    with holding(paths):
        journals = [
            read_journal(path) or Journal(_searched(search, by)) for search, path in zip(searches, paths, strict=True)
        ]
        while under_way := [place for place, journal in enumerate(journals) if len(journal.trials) < trials]:
            round_ = [_next(searches[place], journals[place]) for place in under_way]
            for which, record in run(round_):
                place, trying = under_way[which], round_[which]
                trial = _told(trying, record)
                journals[place] = Journal(journals[place].of, (*journals[place].trials, trial))
                write_journal(paths[place], journals[place])
                yield Told(trying, trial)


def _next(search: Search, journal: Journal) -> Trying:
    number, measure = len(journal.trials), search.tune.settings.measure
    values = propose(search.ranges, journal.trials, search.id, measure) if number else search.first
    job = Job(search.spec.name, search.trial(values), search.tune.settings.seed)
    return Trying(search, number, values, job, journal)


def _told(trying: Trying, record: Record) -> Trial:
    assert record.status != "running"
    measure, last = trying.search.tune.settings.measure, record.history[-1] if record.history else None
    return Trial(
        number=trying.number,
        values=dict(trying.values),
        lock=record.lock,
        tuned=trying.search.tuned(trying.values).lock.id,
        value=value(record, measure, at="final"),
        ended=record.status,
        epochs=last.epoch if last else 0,
        seconds=last.seconds if last else 0.0,
    )


def _searched(search: Search, by: str) -> Searched:
    point = search.stated
    return Searched(
        search=search.id,
        spec=search.spec.name,
        arm=point.arm,
        tier=point.tier,
        point=point.selection,
        sampler=by,
        statement=search.statement(),
    )
