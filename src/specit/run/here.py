"""Runs in this process, one after another, each on one thread, so that they are the runs they are among others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specit.records import Evaluation, Record
from specit.records.store import HeldError, Store

from .environment import find_device, one_thread
from .execute import Job, execute
from .executor import HEARD_EVERY, Audience


@dataclass(frozen=True)
class Here:
    """Makes runs in this process."""

    device: str

    def __call__(
        self, jobs: Mapping[int, Job], store: Store, audience: Audience
    ) -> Iterator[tuple[int, Record | None]]:
        for place, job in jobs.items():
            with one_thread():
                record = attempt(place, job, store, self.device, audience)
            yield place, record


def attempt(place: int, job: Job, store: Store, device: str, audience: Audience) -> Record | None:
    """Make a run; return its record, or None if another process holds it."""
    audience.began(place)
    try:
        return execute(job, store, find_device(device), Voice(place, audience))
    except HeldError:
        return None


class Voice:
    """Passes on what one job says, and not too often."""

    def __init__(self, place: int, audience: Audience) -> None:
        self.place, self.audience = place, audience
        self.last = 0.0

    def advanced(self, epochs: float, of: int) -> None:
        """Pass on how many epochs are done."""
        now = time.monotonic()
        if now - self.last > HEARD_EVERY:
            self.last = now
            self.audience.advanced(self.place, epochs)

    def evaluated(self, evaluation: Evaluation) -> None:
        """Pass on what was measured."""
        self.audience.evaluated(self.place, evaluation)
