"""From a spec, its records and its verdicts to the content of a report."""

from __future__ import annotations

from collections.abc import Sequence

import specit
from specit.claims.gather import Gathered
from specit.claims.verdict import Verdict
from specit.records import Record
from specit.records.store import Store
from specit.spec.document import Spec

from .content import Figure, Paper, Report, RunRow, Unstated
from .draw import drawn
from .figures import Run


def compose(spec: Spec, gathered: Gathered, verdicts: Sequence[Verdict], store: Store) -> Report:
    """Put a report together. Only finished runs are drawn; a damaged array raises, for nothing is drawn from it."""
    records = _in_order(spec, gathered.records)
    paper = spec.paper
    return Report(
        name=spec.name,
        title=spec.title,
        paper=Paper(paper.cite, paper.section or "", paper.figures) if paper else Paper(""),
        tiers=gathered.tiers or ["none"],
        verdicts=verdicts,
        sources=spec.sources(),
        unstated=[
            Unstated(a.name, a.options, a.code, a.mark.line, _taken(a.name, records))
            for a in spec.axes().values()
            if a.kind == "reading"
        ],
        completed=spec.completed(),
        departures=[
            f"{tier}, {arm}: {line}"
            for tier, arm, line in dict.fromkeys(
                (e.tier, e.arm, line) for e in gathered.evidence if e.records for line in e.departures
            )
        ],
        figures=_figures(spec, records, gathered.tiers, store),
        runs=[RunRow.of(record) for record in records],
        command=f"specit report {spec.name}",
        version=specit.__version__,
    )


def _in_order(spec: Spec, records: Sequence[Record]) -> list[Record]:
    """Return the records in the order of the spec: arm by arm, option by option, seed by seed."""
    arms, axes = list(spec.arms), spec.axes()

    def place(record: Record) -> tuple[int, list[int], int]:
        options = [axes[axis].options.index(option) for axis, option in record.point.items()]
        return arms.index(record.arm), options, record.seed

    return sorted(records, key=place)


def _figures(spec: Spec, records: Sequence[Record], tiers: Sequence[str], store: Store) -> list[Figure]:
    runs = [Run(record, store.arrays(record)) for record in records]
    figures = []
    for stated in spec.figures:
        title = stated.draw.replace("_", " ").capitalize()
        figures.append(
            drawn(
                stated.draw,
                runs,
                title=f"{title} ({stated.where})",
                says=stated.says,
                command=f"specit run {spec.name} --tier {tiers[0] if tiers else 'quick'}",
            )
        )
    return figures


def _taken(axis: str, records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(record.point[axis] for record in records if axis in record.point))
