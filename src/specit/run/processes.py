"""Many runs at once on one machine: a process a run, one thread each.

Small networks gain little from sharing every operation between cores, lose much where the cores have other work,
and a run's numbers then do not depend on how many cores there are. One run alone, or `--jobs 1`, is executed in
this process, on one thread like the others, so that it is the same run.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path
from threading import Thread
from typing import Any

import torch

from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.store import Store

from .environment import find_device
from .execute import Job
from .executor import Audience, Waiting
from .here import Here, attempt
from .sweep import sweep


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute_all(
    jobs: Sequence[Job], store: Path, device: str, processes: int, audience: Waiting
) -> Iterator[tuple[int, Record, bool]]:
    """Execute jobs on this machine; see `sweep`."""
    return sweep(jobs, store, Processes(device, processes), audience)


@dataclass(frozen=True)
class Processes:
    """Makes runs on this machine, `at_once` at a time."""

    device: str
    at_once: int

    def __call__(
        self, jobs: Mapping[int, Job], store: Store, audience: Audience
    ) -> Iterator[tuple[int, Record | None]]:
        find_device(self.device)  # a wrong device is one mistake, not one for each process
        if self.at_once == 1 or len(jobs) == 1:
            return Here(self.device)(jobs, store, audience)
        return _in_processes(jobs, store.root, self.device, self.at_once, audience)


def _in_processes(
    jobs: Mapping[int, Job], store: Path, device: str, processes: int, audience: Audience
) -> Iterator[tuple[int, Record | None]]:
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


def _in_process(place: int, job: Job, store: Path, device: str) -> Record | None:
    assert _sender
    try:
        return attempt(place, job, Store(store), device, _sender)
    except SpecItError as error:  # only its words travel between processes, whatever kind of error it is
        raise SpecItError(error.message, at=error.at) from None


def _relay(messages: Queue[Any], audience: Audience) -> None:
    while (message := messages.get()) is not None:
        name, *arguments = message
        getattr(audience, name)(*arguments)
