"""What a person sees while runs go on: a line for each that ended, a bar for each under way, the time left."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from specit.records import Evaluation, Record
from specit.run import Job

from .output import console


class Progress:
    """Progress over some jobs; in a pipe there are no bars, only the lines."""

    def __init__(self, jobs: Sequence[Job], *, quiet: bool) -> None:
        self.jobs, self.quiet = jobs, quiet
        self.ended: set[int] = set()
        self.under_way: dict[int, float] = {}
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
        )
        self.whole = self.bars.add_task(f"all {len(jobs)} runs", total=len(jobs), seen="")

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bars.stop()

    def began(self, job: int) -> None:
        """A run begins."""
        if job in self.ended:  # messages from other processes may come late
            return
        self.tasks[job] = self.bars.add_task(self._label(job), total=self._epochs(job), seen="")

    def advanced(self, job: int, epochs: float) -> None:
        """Some batches are done."""
        if job not in self.tasks:
            return
        self.under_way[job] = epochs / max(self._epochs(job), 1)
        self.bars.update(self.tasks[job], completed=epochs)
        self.bars.update(self.whole, completed=len(self.ended) + sum(self.under_way.values()))

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        """There are new measures."""
        if job in self.tasks and "test_accuracy" in evaluation.measures:
            self.bars.update(self.tasks[job], seen=f"test {evaluation.measures['test_accuracy']:.1%}")

    def end(self, job: int, record: Record, new: bool) -> None:
        """A run ended, or was found in the store."""
        self.ended.add(job)
        self.under_way.pop(job, None)
        if job in self.tasks:
            self.bars.remove_task(self.tasks.pop(job))
        self.bars.update(self.whole, completed=len(self.ended) + sum(self.under_way.values()))
        if self.quiet and not self.console.is_terminal:
            return
        accuracy = record.final.get("test_accuracy", float("nan"))
        took = f"{record.history[-1].seconds:6.1f} s" if record.history else "    none"
        how = "" if new else "  (in the store)"
        self.console.print(
            f"[{len(self.ended)}/{len(self.jobs)}] {record.name}  test accuracy {accuracy:7.2%}  {took}  "
            f"{self._label(job)}{how}",
            soft_wrap=True,
        )

    def _label(self, job: int) -> str:
        return f"{self.jobs[job].point.label} · seed {self.jobs[job].seed}"

    def _epochs(self, job: int) -> int:
        return self.jobs[job].point.lock.train[1].settings.epochs
