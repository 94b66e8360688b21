"""What a list of runs tells of one: a record without its history, environment and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .measures import value
from .record import Record

_DERIVED = ("seconds_to_best", "seconds_to_best_iou", "seconds_to_perfect")


class Summary(NamedTuple):
    """One run in a line. `epoch`, `step` and `seconds` are those of its last evaluation, 0 where there is none.

    `measures` holds every measure's last known value, and the times that are derived from the history where the run
    has them. (A tuple, because a store may have 100,000 of them.)
    """

    name: str
    spec: str
    lock: str
    arm: str
    tier: str
    seed: int
    point: Mapping[str, str]
    status: str
    ended: str
    parameters: int
    epochs_stated: int
    epoch: int
    step: int
    seconds: float
    measures: Mapping[str, float]

    @classmethod
    def of(cls, record: Record) -> Summary:
        """Return what a list tells of a record."""
        last = record.history[-1] if record.history else None
        derived = {name: found for name in _DERIVED if (found := value(record, name)) is not None}
        return cls(
            name=record.name,
            spec=record.spec,
            lock=record.lock,
            arm=record.arm,
            tier=record.tier,
            seed=record.seed,
            point=record.point,
            status=record.status,
            ended=record.ended,
            parameters=record.parameters,
            epochs_stated=record.epochs_stated,
            epoch=last.epoch if last else 0,
            step=last.step if last else 0,
            seconds=last.seconds if last else 0.0,
            measures=record.final | derived,
        )

    def measure(self, name: str) -> float | None:
        """Return a measure by name, `parameters` and `seconds` among them; None where the run has no such value."""
        if name == "parameters":
            return float(self.parameters)
        if name == "seconds":
            return self.seconds if self.step or self.measures else None
        return self.measures.get(name)
