"""Who listens to a run in these tests, and what of its record says whether two runs are the same."""

from __future__ import annotations

from specit.records import Evaluation, Record


class Silent:
    def advanced(self, epochs: float, of: int) -> None:
        pass

    def evaluated(self, evaluation: Evaluation) -> None:
        pass


class StopAt(Silent):
    """Interrupts as Ctrl-C would, once `epochs` are done."""

    def __init__(self, epochs: float) -> None:
        self.epochs = epochs

    def advanced(self, epochs: float, of: int) -> None:
        if epochs >= self.epochs:
            raise KeyboardInterrupt


def what_matters(record: Record) -> object:
    """Return a record without what differs from one execution to the next: the clock, and what it ran on."""
    history = [(e.epoch, e.step, e.measures) for e in record.history]
    return record.model_dump(exclude={"history", "environment"}), history
