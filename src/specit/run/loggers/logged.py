"""An audience that passes on what it hears, and writes it to loggers as well, wherever the runs are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from specit.records import Evaluation, Record
from specit.records.store import DamagedRecordError, Store

from ..execute import Job
from ..executor import Waiting
from .logger import Logger
from .open import check_name, open_logger


class Logged:
    """Stands between those who make runs and their audience; what was opened is closed with the block.

    It writes in a thread of its own, so that no run waits for a logger, and its time does not count as the run's. A
    logger that fails (its server is gone, its disk is full) ends no training: it hears no more, and `problems` says so.
    """

    def __init__(self, names: Sequence[str], store: Path, jobs: Sequence[Job], audience: Waiting) -> None:
        self.names = tuple(dict.fromkeys(names))
        for name in self.names:
            check_name(name)
        self.store, self.jobs, self.audience = store, jobs, audience
        self.problems: list[str] = []
        self._heard: dict[int, set[int]] = {}
        self._open: dict[int, dict[str, Logger]] = {}
        self._to_do: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._to_do.put(None)
        self._thread.join()

    def began(self, job: int) -> None:
        """Pass on that a job has begun. It is logged from its first evaluation on: another process may hold it."""
        self.audience.began(job)

    def advanced(self, job: int, epochs: float) -> None:
        """Pass on how many epochs of a job are done."""
        self.audience.advanced(job, epochs)

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        """Log what was measured in a job."""
        if self.names:
            self._to_do.put(lambda: self._log(job, [evaluation]))
        self.audience.evaluated(job, evaluation)

    def waits(self, job: int) -> None:
        """Pass on that another process makes the run."""
        self.audience.waits(job)

    def ended(self, job: int, record: Record) -> None:
        """Log what was not heard before the record was there, and how the run ended."""
        if self.names:
            self._to_do.put(lambda: self._end(job, record))

    def _work(self) -> None:
        while (task := self._to_do.get()) is not None:
            task()
        for job in list(self._open):
            self._close(job)

    def _log(self, job: int, evaluations: Sequence[Evaluation]) -> None:
        if job not in self._heard:
            self._begin(job)
        for evaluation in evaluations:
            if evaluation.epoch not in self._heard[job]:
                self._heard[job].add(evaluation.epoch)
                self._tell(job, lambda logger: logger.evaluated(evaluation))  # noqa: B023 (called at once)

    def _end(self, job: int, record: Record) -> None:
        self._log(job, record.history)
        self._tell(job, lambda logger: logger.ended(record))
        self._close(job)

    def _begin(self, job: int) -> None:
        """Open the loggers of a job, with what was measured before it was stopped."""
        asked = self.jobs[job]
        try:
            record = Store(self.store).load(asked.point.lock.id, asked.seed)
        except DamagedRecordError:
            record = None
        history = record.history if record else ()
        self._heard[job] = {evaluation.epoch for evaluation in history}
        self._open[job] = {}
        for name in self.names:
            self._attempt(job, name, lambda: self._open_one(job, name))  # noqa: B023 (called at once)
        self._tell(job, lambda logger: logger.began(history))

    def _open_one(self, job: int, name: str) -> None:
        self._open[job][name] = open_logger(name, self.store, self.jobs[job])

    def _tell(self, job: int, say: Callable[[Logger], None]) -> None:
        for name, logger in list(self._open.get(job, {}).items()):
            self._attempt(job, name, lambda: say(logger))  # noqa: B023 (called at once)

    def _close(self, job: int) -> None:
        self._tell(job, lambda logger: logger.close())
        self._open.pop(job, None)

    def _attempt(self, job: int, name: str, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # whatever a library fails with, the training is worth more
            self._open[job].pop(name, None)
            asked = self.jobs[job]
            run = f"{asked.point.lock.id[:12]}/seed-{asked.seed}"
            self.problems.append(f"--log {name} failed for {run}, which is not in its log as a whole: {error}")
