"""What a person sees while runs go on: a line for each that ended, a bar for the one under way, the time left."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from specit.records import Evaluation, Record
from specit.run import Job

from .output import console


class Progress:
    """Progress over some jobs; in a pipe there are no bars, only the lines."""

    def __init__(self, jobs: list[Job], *, quiet: bool) -> None:
        self.jobs, self.done, self.quiet = jobs, 0, quiet
        self.console = console(stderr=quiet)
        self.bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[seen]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(compact=True),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.whole = self.bars.add_task("all runs", total=len(jobs), seen="")
        self.current = self.bars.add_task("", total=1.0, seen="", visible=False)

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bars.stop()

    def begin(self, job: Job) -> None:
        """A run begins."""
        self.job = job
        self.started = time.perf_counter()
        self.bars.reset(self.current, total=job.point.lock.train[1].settings.epochs, visible=True, seen="")
        self.bars.update(self.current, description=f"{job.point.label} · seed {job.seed}")

    def advanced(self, epochs: float, of: int) -> None:
        """Some batches are done."""
        self.bars.update(self.current, completed=epochs)
        self.bars.update(self.whole, completed=self.done + epochs / max(of, 1))

    def evaluated(self, evaluation: Evaluation) -> None:
        """There are new measures."""
        if "test_accuracy" in evaluation.measures:
            self.bars.update(self.current, seen=f"test {evaluation.measures['test_accuracy']:.1%}")

    def end(self, record: Record, new: bool) -> None:
        """A run ended, or was found in the store."""
        self.done += 1
        self.bars.update(self.whole, completed=self.done)
        self.bars.update(self.current, visible=False)
        if self.quiet and not self.console.is_terminal:
            return
        accuracy = record.final.get("test_accuracy", float("nan"))
        took = f"{record.history[-1].seconds:6.1f} s" if record.history else ""
        how = "" if new else "  (in the store)"
        self.console.print(
            f"[{self.done}/{len(self.jobs)}] {record.name}  test accuracy {accuracy:7.2%}  {took}  "
            f"{self.job.point.label} · seed {self.job.seed}{how}",
            soft_wrap=True,
        )
