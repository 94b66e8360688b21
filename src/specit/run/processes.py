"""Many runs at once on one machine: a process a run, one thread each.

Small networks gain little from sharing every operation between cores, lose much where the cores have other work,
and a run's numbers then do not depend on how many cores there are. One run alone, or `--jobs 1`, is executed in
this process, on one thread like the others, so that it is the same run.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing.queues import Queue
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import torch

from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.store import Store

from .environment import find_device, one_thread
from .execute import Job, execute, finished

HEARD_EVERY = 0.2
"""Seconds between two messages about a run's progress."""


class Audience(Protocol):
    """Who wants to hear how the jobs go on, each known by its place among them."""

    def began(self, job: int) -> None:
        """Hear that a job has begun."""

    def advanced(self, job: int, epochs: float) -> None:
        """Hear how many epochs of a job are done."""

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        """Hear what was measured in a job."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute_all(
    jobs: Sequence[Job], store: Path, device: str, processes: int, audience: Audience
) -> Iterator[tuple[int, Record, bool]]:
    """Execute jobs on some processes; yield (place, record, whether it had to be run) as each one ends.

    Jobs of the same lock and seed are one run. The first error ends everything; what the other runs have done is
    kept in their checkpoints.
    """
    find_device(device)  # a wrong device is one mistake, not one for each process
    same: dict[tuple[str, int], list[int]] = {}
    for place, job in enumerate(jobs):
        same.setdefault((job.point.lock.id, job.seed), []).append(place)
    to_do = {}
    for places in same.values():
        done = finished(jobs[places[0]], Store(store))
        if done is None:
            to_do[places[0]] = jobs[places[0]]
        else:
            for place in places:
                yield place, done, False
    side_by_side = processes > 1 and len(to_do) > 1
    run = (
        _in_processes(to_do, store, device, processes, audience)
        if side_by_side
        else _here(to_do, store, device, audience)
    )
    for place, record in run:
        for other in same[record.lock, record.seed]:
            yield other, record, other == place


def _here(jobs: Mapping[int, Job], store: Path, device: str, audience: Audience) -> Iterator[tuple[int, Record]]:
    for place, job in jobs.items():
        with one_thread():
            record = _execute(place, job, store, device, audience)
        yield place, record


def _in_processes(
    jobs: Mapping[int, Job], store: Path, device: str, processes: int, audience: Audience
) -> Iterator[tuple[int, Record]]:
    context = multiprocessing.get_context("spawn")  # a forked process would inherit torch's threads in disarray
    messages: Queue[Any] = context.Queue()
    relay = Thread(target=_relay, args=(messages, audience), daemon=True)
    relay.start()
    pool = ProcessPoolExecutor(min(processes, len(jobs)), context, _begin_process, (messages,))
    try:
        places = {pool.submit(_in_process, place, job, store, device): place for place, job in jobs.items()}
        for future in as_completed(places):
            yield places[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()  # their checkpoints hold all but the epoch under way
            process.join()
        messages.put(None)
        relay.join()


class _Voice:
    """Passes on what one job says."""

    def __init__(self, place: int, audience: Audience) -> None:
        self.place, self.audience = place, audience
        self.last = 0.0

    def advanced(self, epochs: float, of: int) -> None:
        now = time.monotonic()
        if now - self.last > HEARD_EVERY:
            self.last = now
            self.audience.advanced(self.place, epochs)

    def evaluated(self, evaluation: Evaluation) -> None:
        self.audience.evaluated(self.place, evaluation)


def _execute(place: int, job: Job, store: Path, device: str, audience: Audience) -> Record:
    audience.began(place)
    return execute(job, Store(store), find_device(device), _Voice(place, audience))


class _Sender:
    """An audience in another process."""

    def __init__(self, messages: Queue[Any]) -> None:
        self.messages = messages

    def began(self, job: int) -> None:
        self.messages.put(("began", job))

    def advanced(self, job: int, epochs: float) -> None:
        self.messages.put(("advanced", job, epochs))

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        self.messages.put(("evaluated", job, evaluation))


_sender: _Sender | None = None


def _begin_process(messages: Queue[Any]) -> None:
    global _sender
    _sender = _Sender(messages)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children
    torch.set_num_threads(1)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Die with the parent, however it died: nobody would hear this process, and it would keep its run to itself."""
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)


def _in_process(place: int, job: Job, store: Path, device: str) -> Record:
    assert _sender
    try:
        return _execute(place, job, store, device, _sender)
    except SpecItError as error:  # only its words travel between processes, whatever kind of error it is
        raise SpecItError(error.message, at=error.at) from None


def _relay(messages: Queue[Any], audience: Audience) -> None:
    while (message := messages.get()) is not None:
        name, *arguments = message
        getattr(audience, name)(*arguments)
