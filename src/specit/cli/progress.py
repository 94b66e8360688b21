"""What a person sees while runs go on: a line for each that ended, a bar for each under way, the time left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from specit.records import Evaluation, Record
from specit.run import Job

from .output import console, headline


class Progress:
    """Progress over some jobs; in a pipe there are no bars, only the lines."""

    def __init__(self, jobs: Sequence[Job], *, quiet: bool) -> None:
        self.jobs, self.quiet = jobs, quiet
        self.several = len({job.spec for job in jobs}) > 1
        self.ended: set[int] = set()
        self.stored: set[int] = set()
        self.under_way: dict[int, float] = {}
        self.work = [_work(job) for job in jobs]
        self.tasks: dict[int, TaskID] = {}
        self.console = console(stderr=quiet)
        self.bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[seen]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(compact=True),
            console=self.console,
            disable=not self.console.is_terminal,
            speed_estimate_period=300,
        )
        self.whole = self.bars.add_task(f"all {len(jobs)} runs", total=sum(self.work), seen="")

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bars.stop()

    def began(self, job: int) -> None:
        """A run begins."""
        if job in self.ended or job in self.tasks:  # messages from other processes may come late
            return
        self.tasks[job] = self.bars.add_task(self._label(job), total=self._epochs(job), seen="")

    def advanced(self, job: int, epochs: float) -> None:
        """Some batches are done."""
        if job not in self.tasks:
            return
        self.under_way[job] = epochs / max(self._epochs(job), 1)
        self.bars.update(self.tasks[job], completed=epochs)
        self._advance()

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        """There are new measures."""
        if job in self.tasks and (seen := headline(evaluation.measures)):
            self.bars.update(self.tasks[job], seen=seen)

    def waits(self, job: int) -> None:
        """Another process makes this run, and nothing else is left to do."""
        if not self.quiet or self.console.is_terminal:
            self.console.print(f"Another process makes {self._label(job)}; waiting for it", soft_wrap=True)

    def end(self, job: int, record: Record, new: bool) -> None:
        """A run ended, or was found in the store."""
        self.ended.add(job)
        if not new:
            self.stored.add(job)
        self.under_way.pop(job, None)
        if job in self.tasks:
            self.bars.remove_task(self.tasks.pop(job))
        self._advance()
        if self.quiet and not self.console.is_terminal:
            return
        how = "" if new else "  (in the store)"
        self.console.print(f"{self.line(job, record)}{how}", soft_wrap=True)

    def line(self, job: int, record: Record) -> str:
        """Return what is said of a run that ended."""
        saw = headline(record.final) or "nothing measured"
        took = f"{record.history[-1].seconds:6.1f} s" if record.history else "    none"
        return f"[{len(self.ended)}/{len(self.jobs)}] {record.name}  {saw}  {took}  {self._label(job)}"

    def _advance(self) -> None:
        """Show how much of the work is done; what the store had took no time, and tells nothing of the time left."""
        done = sum(self.work[job] for job in self.ended - self.stored)
        done += sum(self.work[job] * share for job, share in self.under_way.items())
        total = sum(work for job, work in enumerate(self.work) if job not in self.stored)
        self.bars.update(self.whole, completed=done, total=total)

    def _label(self, job: int) -> str:
        one = self.jobs[job]
        spec = f"{one.spec} · " if self.several else ""
        return f"{spec}{one.point.label} · seed {one.seed}"

    def _epochs(self, job: int) -> int:
        return self.jobs[job].point.lock.train[1].epochs


def _work(job: Job) -> float:
    """Return about how much a run computes: its time compared with that of others, whatever their networks.

    The unit is a multiplication in every pass over the data; the evaluation at the end counts as an epoch.
    """
    lock = job.point.lock
    placed = [placed for network in lock.networks.values() for placed in network.layers]
    passes = sum(math.prod(p.shape[1:]) * sum(map(math.prod, p.layer.parameters().values())) for p in placed)
    return float((lock.train[1].epochs + 1) * max(passes, 1))
