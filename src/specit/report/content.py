"""What a report is made of: plain data, filled by whoever has specs, records and verdicts at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specit.claims.verdict import Verdict
from specit.claims.wording import amount
from specit.records import Record
from specit.spec.tree import Source

from .quantities import ACCURACY, headline


@dataclass(frozen=True)
class Paper:
    """The paper a study replicates, and the part of it this report is about."""

    cite: str
    section: str = ""
    figures: Sequence[int | str] = ()


@dataclass(frozen=True)
class Unstated:
    """An axis nobody states: its options, what the authors' code takes, and which options were run."""

    axis: str
    options: Sequence[str]
    code: str | None
    line: int
    taken: Sequence[str]


@dataclass(frozen=True)
class Figure:
    """A figure of the report: what the paper says, what ours shows, and the command that makes its runs.

    The first line of `caption` is a sentence, each line after it an item of a list. `svg` is markup from
    `style.to_svg`; empty, it means that no run had anything to draw.
    """

    id: str
    title: str
    says: str
    caption: str
    command: str
    svg: str = ""


@dataclass(frozen=True)
class RunRow:
    """One run in the detail tables.

    `measure` is what it is foremost judged by: `best_test` and `final_test` are its values, None when the run never
    measured it. `best`, `last` and `judged_by` say the three in words.
    """

    name: str
    arm: str
    tier: str
    point: Mapping[str, str]
    seed: int
    status: str
    ended: str
    epochs: int
    epochs_stated: int
    best_test: float | None
    final_test: float | None
    seconds: float
    parameters: int
    environment: Mapping[str, str]
    measure: str = ACCURACY.test
    judged_by: str = ACCURACY.noun

    @property
    def best(self) -> str:
        """The best test value with its unit; a dash where there is none."""
        return self._written(self.best_test)

    @property
    def last(self) -> str:
        """The last test value with its unit; a dash where there is none."""
        return self._written(self.final_test)

    def _written(self, value: float | None) -> str:
        # Beside 1, so that a near miss is never written as 100 %.
        return "–" if value is None else amount(value, self.measure, beside=1.0)

    @classmethod
    def of(cls, record: Record) -> RunRow:
        """Return the row of a record."""
        quantity = headline(record)
        last = record.history[-1] if record.history else None
        return cls(
            name=record.name,
            arm=record.arm,
            tier=record.tier,
            point=record.point,
            seed=record.seed,
            status=record.status,
            ended=record.ended,
            epochs=last.epoch if last else 0,
            epochs_stated=record.epochs_stated,
            best_test=quantity.best(record),
            final_test=quantity.final(record),
            seconds=last.seconds if last else 0.0,
            parameters=record.parameters,
            environment=record.environment,
            measure=quantity.test,
            judged_by=quantity.noun,
        )


@dataclass(frozen=True)
class Report:
    """Everything one page says about one experiment.

    `sources` counts the spec's details by where they come from, `completed` names the arguments filled in
    from the framework's defaults, and `departures` says where the tiers differ from the paper's budget.
    `environment` is that of the machine that wrote the report; each run names its own.
    """

    name: str
    title: str
    paper: Paper
    tiers: Sequence[str]
    verdicts: Sequence[Verdict]
    sources: Mapping[Source, int]
    unstated: Sequence[Unstated]
    completed: Sequence[str]
    departures: Sequence[str]
    figures: Sequence[Figure]
    runs: Sequence[RunRow]
    command: str
    version: str
    environment: Mapping[str, str] = field(default_factory=dict)
