"""What a report is made of: plain data, filled by whoever has specs, records and verdicts at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specit.claims.verdict import Verdict, Word
from specit.claims.wording import amount, title
from specit.records import Record
from specit.records.measures import value
from specit.spec.measures import MEASURES
from specit.spec.tree import Source

from .again import again
from .curves import Curve, curve
from .quantities import ACCURACY, headline
from .spec_text import SpecFile
from .tuning import TuningTable


@dataclass(frozen=True)
class Paper:
    """The paper a study replicates, and the part of it this report is about."""

    cite: str
    section: str = ""
    figures: Sequence[int | str] = ()


@dataclass(frozen=True)
class Reading:
    """One way to read what nobody states, and what came of it.

    `code` says whether the authors' code reads it so; `runs` counts the runs that do, and `words` the claims that were
    tried under it by the best word that they have there.
    """

    option: str
    code: bool = False
    runs: int = 0
    words: Mapping[Word, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Unstated:
    """An axis nobody states, its readings, and its line in the spec: `place` is that line's id on the page, if any."""

    axis: str
    readings: Sequence[Reading]
    line: int
    place: str = ""


@dataclass(frozen=True)
class Animation:
    """Pictures that move, and the first of them alone for whoever wants nothing to move, both as `data:` addresses.

    `size` is that of the picture in pixels (width, height), `columns` how many pictures stand side by side in it.
    """

    title: str
    moving: str
    still: str
    size: tuple[int, int]
    columns: int


@dataclass(frozen=True)
class Figure:
    """A figure of the report: what the paper says, what ours shows, and the command that makes its runs.

    The first line of `caption` is a sentence, each line after it an item of a list. `svg` is markup from
    `style.to_svg`; empty, it means that no run had anything to draw. `place` is the id of its line in the spec.
    `animations` are what it shows on a screen besides, alike but moving.
    """

    id: str
    title: str
    says: str
    caption: str
    command: str
    svg: str = ""
    place: str = ""
    animations: Sequence[Animation] = ()


@dataclass(frozen=True)
class RunRow:
    """One run in the detail tables.

    `measure` is what it is foremost judged by: `best_test` and `final_test` are its values, None when the run never
    measured it. `best`, `last` and `judged_by` say the three in words. `final` has the last value of every measure,
    with its unit; `digests` are those of the run's data and arrays; `again` is the command that makes it once more.
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
    judged_by: str = ACCURACY.said
    lock: str = ""
    final: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    again: str = ""
    curve: Curve = field(default_factory=Curve)

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
    def of(cls, record: Record, points: int = 200) -> RunRow:
        """Return the row of a record, with about so many points of its history at most."""
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
            judged_by=quantity.said,
            lock=record.lock,
            final=_final(record),
            digests=record.fingerprints | record.arrays,
            again=again(record),
            curve=curve(record, points),
        )


def _final(record: Record) -> dict[str, str]:
    """Return the last value of each measure that the run took, in words; what real pictures get stands beside it."""
    taken = dict.fromkeys(name for evaluation in record.history for name in evaluation.measures if name in MEASURES)
    known = {name: value(record, name, at="final") for name in taken}
    said = {name: amount(number, name, beside=1.0) for name, number in known.items() if number is not None}
    real = {name: said.pop(f"real_{name}") for name in list(said) if f"real_{name}" in said}
    return {title(name): f"{value} (real {real[name]})" if name in real else value for name, value in said.items()}


@dataclass(frozen=True)
class Report:
    """Everything one page says about one experiment.

    `sources` counts the spec's details by where they come from, `completed` names the arguments filled in
    from the framework's defaults, and `departures` says where the tiers differ from the paper's budget.
    `environment` is that of the machine that wrote the report; each run names its own. `texts` are the files of the
    spec with the source of every value, and `claim_places` the ids of the lines on which the claims stand there.
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
    texts: Sequence[SpecFile] = ()
    claim_places: Mapping[str, str] = field(default_factory=dict)
    tunings: Sequence[TuningTable] = ()
