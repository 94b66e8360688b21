"""The values of one arm's runs in one condition, and what keeps them from saying anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from specit.records import Record, value
from specit.spec.claims import Bound, Comparison, NoDifference, Value

from .points import departures, distinct, runs
from .verdict import Evidence
from .wording import amount, budget, count, title

Averaged = Value | Bound | Comparison | NoDifference
"""Claims about the mean of a measure over seeds."""


class Sample(NamedTuple):
    """Values by seed in their order, the runs they are of, and whether another seed could give another value."""

    arm: str
    by_seed: dict[int, float]
    records: tuple[Record, ...]
    drawn: bool
    left_out: str
    reduced: str

    @property
    def values(self) -> list[float]:
        """Return the values, by seed."""
        return [*self.by_seed.values()]


def sample(claim: Averaged, arm: str, evidence: Sequence[Evidence]) -> Sample:
    """Gather what the runs of an arm measured. A diverged run counts with its last value that is a number."""
    own = distinct(one for one in evidence if one.arm == arm)
    if claim.measure == "parameters":
        return Sample(arm, {0: float(own[0].parameters)}, (), False, "", "")
    over = [record for record in runs(own) if record.status != "running"]
    found = {record.seed: got for record in over if (got := value(record, claim.measure, at=claim.at)) is not None}
    unfinished, diverged = len(runs(own)) - len(over), sum(record.status == "diverged" for record in over)
    without = len(over) - len(found)
    parts = (
        f"{count(unfinished, 'unfinished run')} of {arm} left out" if unfinished else "",
        f"{count(without, 'run')} of {arm} without that measure" if without else "",
        f"{count(diverged, 'run')} of {arm} diverged, and counted with the last number" if diverged else "",
    )
    reduced = departures(one for one in own if one.records)
    return Sample(
        arm,
        dict(sorted(found.items())),
        tuple(record for record in over if record.seed in found),
        any(one.draws for one in own),
        "; ".join(part for part in parts if part),
        f"{arm} was run {budget(reduced)}, which settles nothing" if reduced else "",
    )


def measured(claim: Averaged) -> str:
    """Return what is averaged, in words.

    >>> from specit.spec.claims import Tolerance
    >>> exact = Tolerance(because="an example")
    >>> stated = {"id": "a", "says": "it is perfect", "where": "table 1", "kind": "value", "arm": "c", "expect": 1.0}
    >>> measured(Value(**stated, measure="test_iou", tolerance=exact))
    'final test IOU'
    """
    own = title(claim.measure)
    return f"{claim.at} {own}" if claim.measure.startswith(("train_", "test_")) else own


def mean_of(sample: Sample, measure: str) -> str:
    """Return the mean with its unit and over how many runs it is taken."""
    mean = sum(sample.values) / len(sample.values)
    if measure == "parameters":
        return amount(mean, measure)
    return f"{amount(mean, measure)} in {count(len(sample.values), 'run')} of {sample.arm}"
