"""How long runs would take, by the records of others: the same experiment, else the same network, else its work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from specit.data.counting import training_examples
from specit.records import Record
from specit.spec.document import Point, Spec
from specit.spec.lock import Data, Lock, canonical

from .work import flop_of_an_example

SAME, ALIKE, WORK, NOTHING = "the same experiment", "the same network", "its operations", "no record"


@dataclass(frozen=True)
class Estimate:
    """One run: how many epochs are left of it, what they take, and by which records that is known."""

    spec: str
    point: Point
    seed: int
    done: bool
    """Whether the store has it, so that nothing is left."""
    epochs: int
    flop: float
    seconds: float | None
    """On one core; None where no record tells of any run."""
    by: str


class Estimator:
    """Estimates from the records of a store. `specs` say which experiment and which network a record is of."""

    def __init__(self, specs: Iterable[Spec], records: Mapping[str, Sequence[Record]]) -> None:
        self.records = records
        self.points = {point.lock.id: point.lock for spec in specs for point in spec.every_point if point.lock.training}
        self._sizes: dict[Data, int] = {}

    def estimate(self, spec: str, point: Point, seed: int) -> Estimate:
        """Return what is left of one run."""
        lock, lock_id = point.lock, point.lock.id
        own = {record.seed: record for record in self.records.get(lock_id, ())}
        before = own.get(seed)
        if before is not None and before.status != "running":
            return Estimate(spec, point, seed, True, 0, 0.0, 0.0, SAME)
        epochs = _epochs(lock)
        reached = before.history[-1].epoch if before is not None and before.history else 0
        left = max(0, epochs - reached)
        seconds, by = self._seconds(lock, lock_id)
        if seconds is not None and epochs:
            seconds *= left / epochs
        return Estimate(spec, point, seed, False, left, left * self._flop(lock), seconds, by)

    def _seconds(self, lock: Lock, lock_id: str) -> tuple[float | None, str]:
        """Return how long a whole run takes, and by which records."""
        ended = [r.history[-1].seconds for r in self.records.get(lock_id, ()) if r.status == "finished" and r.history]
        if ended:  # some of which may have stopped early, as this one may
            return median(ended), SAME
        examples = _epochs(lock) * self._examples(lock)
        if (key := _kind(lock)) in self._paces:
            return examples * median(self._paces[key]), ALIKE
        if self._rate and (flop := _epochs(lock) * self._flop(lock)):
            return flop / self._rate, WORK
        return (0.0, WORK) if not _epochs(lock) else (None, NOTHING)

    @cached_property
    def _paces(self) -> dict[str, list[float]]:
        """Return the seconds an example, one epoch, of every record, by kind of network and batch."""
        found: dict[str, list[float]] = {}
        for lock_id, lock in self.points.items():
            for record in self.records.get(lock_id, ()):
                if record.history and record.history[-1].epoch:
                    last = record.history[-1]
                    pace = last.seconds / (last.epoch * self._examples(lock))
                    found.setdefault(_kind(lock), []).append(pace)
        return found

    @cached_property
    def _rate(self) -> float | None:
        """Return the operations a second that the records got to, in the median."""
        rates = [
            record.history[-1].epoch * self._flop(lock) / record.history[-1].seconds
            for lock_id, lock in self.points.items()
            for record in self.records.get(lock_id, ())
            if record.history and record.history[-1].epoch and record.history[-1].seconds
        ]
        return median(rates) if rates else None

    def _flop(self, lock: Lock) -> float:
        """Return the operations of one epoch."""
        return self._examples(lock) * float(sum(flop_of_an_example(network) for network in lock.networks.values()))

    def _examples(self, lock: Lock) -> int:
        """Return how many examples an epoch has."""
        data = lock.data
        if data is None:
            return 0
        if data not in self._sizes:
            self._sizes[data] = training_examples(data)
        return self._sizes[data]


def _epochs(lock: Lock) -> int:
    return lock.train[1].epochs if lock.trains else 0


def _kind(lock: Lock) -> str:
    """Return what decides how long an example takes: the networks, and how many examples go through at once."""
    statement = lock.statement()
    (train,) = statement["train"].values()
    return canonical([statement["networks"], train.get("batch_size"), train.get("micro_batch")])
