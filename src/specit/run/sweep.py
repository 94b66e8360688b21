"""Many runs, whatever makes them: nothing twice, and nothing that another process makes already."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from specit.records import Record
from specit.records.holding import is_held
from specit.records.store import Store

from .execute import Job, finished
from .executor import Executor, Waiting

LOOKS_AGAIN = 0.5
"""Seconds between two looks at runs that other processes hold."""


def sweep(
    jobs: Sequence[Job], store: Path, executor: Executor, audience: Waiting
) -> Iterator[tuple[int, Record, bool]]:
    """Execute jobs; yield (place, record, whether it had to be run here) as each one ends.

    Jobs of the same lock and seed are one run. One that another process makes is waited for when all others are done;
    if that process dies, it is made here from where it stood.
    """
    kept = Store(store)
    same: dict[tuple[str, int], list[int]] = {}
    for place, job in enumerate(jobs):
        same.setdefault((job.point.lock.id, job.seed), []).append(place)
    to_do = {places[0]: jobs[places[0]] for places in same.values()}
    waited_for = set[int]()
    while to_do:
        there = {place: record for place, job in to_do.items() if (record := finished(job, kept))}
        for record in there.values():
            for place in same[record.lock, record.seed]:
                yield place, record, False
        missing = {place: job for place, job in to_do.items() if place not in there}
        to_do = {}
        for place, made in executor(missing, kept, audience) if missing else ():
            if made is None:
                to_do[place] = jobs[place]
                continue
            for other in same[made.lock, made.seed]:
                yield other, made, other == place
        for place in to_do.keys() - waited_for:
            audience.waits(place)
        waited_for |= to_do.keys()
        if to_do:
            _wait_for_one(to_do, kept)


def _wait_for_one(jobs: Mapping[int, Job], store: Store) -> None:
    """Wait until another process has let go of one of these runs."""
    while all(is_held(store.folder(job.point.lock.id, job.seed)) for job in jobs.values()):
        time.sleep(LOOKS_AGAIN)
