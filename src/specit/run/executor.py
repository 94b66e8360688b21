"""What makes runs: in this process, in several, or on a cluster; and who hears how they go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from specit.records import Evaluation, Record
from specit.records.store import Store

from .execute import Job

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


class Waiting(Audience, Protocol):
    """An audience that also wants to know why nothing happens."""

    def waits(self, job: int) -> None:
        """Hear that another process makes this run, and that nothing is left but to wait for it."""


class Executor(Protocol):
    """Makes runs that are not in the store yet."""

    def __call__(
        self, jobs: Mapping[int, Job], store: Store, audience: Audience
    ) -> Iterator[tuple[int, Record | None]]:
        """Yield (place, record) as each run ends, or None where another process holds the run.

        The first error ends everything; what the other runs have done is kept in their checkpoints.
        """
