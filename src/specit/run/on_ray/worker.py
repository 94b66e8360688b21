"""Makes runs in a process of the cluster. It shares no disk with home: all it makes is fetched from it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.arrays import Array
from specit.run.environment import find_device, one_thread
from specit.run.execute import Job, train
from specit.run.executor import HEARD_EVERY

from .messages import Advanced, Ended, Evaluated, Failed, Kept, LockText, Message, Mistaken

ANSWERS_AFTER = 1.0
"""Seconds after which `news` answers though there is none."""


class Worker:
    """Makes one run at a time in one thread, while another asks for `news`."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.messages = SimpleQueue[Message]()
        self.last = 0.0

    def make(self, job: Job, begun: bytes | None, where: str) -> None:
        """Make a run, from the checkpoint `begun` if there is one. Its last message is Ended, Mistaken or Failed."""
        try:
            with one_thread():
                train(job, _Sent(self.messages, begun, where), find_device(self.device), self)
        except SpecItError as error:
            self.messages.put(Mistaken(error.message, error.at))
        except Exception as error:  # whatever it is, it must be heard of at home
            self.messages.put(Failed(f"{type(error).__name__}: {error}".splitlines()[0].rstrip(".")))

    def news(self) -> list[Message]:
        """Return what was not heard yet, as soon as there is something."""
        try:
            heard = [self.messages.get(timeout=ANSWERS_AFTER)]
        except Empty:
            return []
        while not self.messages.empty():
            heard.append(self.messages.get())
        return heard

    def advanced(self, epochs: float, of: int) -> None:
        """Say how many epochs are done, and not too often."""
        now = time.monotonic()
        if now - self.last > HEARD_EVERY:
            self.last = now
            self.messages.put(Advanced(epochs))

    def evaluated(self, evaluation: Evaluation) -> None:
        """Say what was measured."""
        self.messages.put(Evaluated(evaluation))


@dataclass(frozen=True)
class _Sent:
    """A keeper that sends home what there is to keep."""

    messages: SimpleQueue[Message]
    begun: bytes | None
    where: str

    def checkpoint(self) -> bytes | None:
        return self.begun

    def write_lock(self, text: str) -> None:
        self.messages.put(LockText(text))

    def keep(self, record: Record, checkpoint: bytes) -> None:
        self.messages.put(Kept(record, checkpoint))

    def end(self, record: Record, arrays: Mapping[str, Array] | None) -> Record:
        self.messages.put(Ended(record, arrays))
        return record
