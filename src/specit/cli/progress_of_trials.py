"""What a person sees while searches go on: a line for each trial, and the best so far."""

from __future__ import annotations

from collections.abc import Sequence

from specit.claims.searched import Counted
from specit.claims.wording import amount
from specit.records import Record, value
from specit.tune import Trying

from .progress import Progress


class Trials(Progress):
    """Progress over one round: a trial of each search that is not done."""

    def __init__(self, trying: Sequence[Trying], of: int, *, quiet: bool) -> None:
        super().__init__([one.job for one in trying], quiet=quiet)
        self.trying, self.of = trying, of

    def line(self, job: int, record: Record) -> str:
        """Say which trial of how many it was, what came of it, and the best before it."""
        one = self.trying[job]
        measure = one.search.tune.settings.measure
        seen = value(record, measure, at="final")
        came_to = "diverged" if record.status == "diverged" or seen is None else amount(seen, measure)
        trials = one.before.trials
        best = Counted(one.search, trials, len(trials)).best
        before = "" if best is None or best.value is None else f" (best before: {amount(best.value, measure)})"
        took = f"{record.history[-1].seconds:.1f} s" if record.history else "no time"
        return f"[{one.number + 1}/{self.of}] {one.job.point.label}: {came_to}{before}, {took}"
