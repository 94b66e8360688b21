"""From a spec, its records and its verdicts to the content of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import specit
from specit.claims.gather import Gathered, Judged
from specit.claims.points import inside
from specit.claims.verdict import Verdict
from specit.records import Record
from specit.records.store import Store
from specit.spec.document import FigureStatement, Spec

from .content import Figure, Paper, Report, RunRow, Unstated
from .draw import drawn
from .figures import Run, titled
from .study import Chapter, Contents, StudyReport


def compose(spec: Spec, gathered: Gathered, verdicts: Sequence[Verdict], store: Store) -> Report:
    """Put a report together. Only finished runs are drawn; a damaged array raises, for nothing is drawn from it."""
    records = gathered.records
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


def compose_study(
    name: str, title: str, about: str, cite: str, judged: Sequence[Judged], contents: Contents
) -> StudyReport:
    """Put together the page of a whole study; `contents` has a page for each of its specs, in the same order."""
    return StudyReport(
        name=name,
        title=title,
        about=about,
        cite=cite,
        chapters=[
            Chapter(page, one.spec.about, one.verdicts, len({record.name for record in one.gathered.records}))
            for page, one in zip(contents.pages, judged, strict=True)
        ],
        command=f"specit report {name}",
        version=specit.__version__,
    )


def _figures(spec: Spec, records: Sequence[Record], tiers: Sequence[str], store: Store) -> list[Figure]:
    runs = [Run(record, store.arrays(record)) for record in records]
    figures, used = list[Figure](), Counter[str]()
    for stated in spec.figures:
        used[stated.draw] += 1
        figures.append(
            drawn(
                stated.draw,
                [run for run in runs if _is_drawn(run, stated)],
                title=f"{titled(stated.draw)} ({stated.where})",
                says=stated.says,
                command=f"specit run {spec.name} --tier {tiers[0] if tiers else 'quick'}",
                id=stated.draw if used[stated.draw] == 1 else f"{stated.draw}-{used[stated.draw]}",
            )
        )
    return figures


def _is_drawn(run: Run, stated: FigureStatement) -> bool:
    return (not stated.arms or run.arm in stated.arms) and inside(run.record.point, stated.over)


def _taken(axis: str, records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(record.point[axis] for record in records if axis in record.point))
