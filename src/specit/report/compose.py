"""From a spec, its records and its verdicts to the content of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import specit
from specit.claims.gather import Gathered, Judged
from specit.claims.points import inside
from specit.claims.tuning import tunings
from specit.claims.verdict import Verdict, Word
from specit.errors import Mark
from specit.records import Record
from specit.records.store import Store
from specit.spec.choices import Axis
from specit.spec.document import FigureStatement, Spec

from .content import Figure, Paper, Reading, Report, RunRow, Unstated
from .curves import points
from .draw import drawn
from .figures import Run, titled
from .spec_text import place, spec_text
from .study import Chapter, Contents, StudyReport
from .tuning import table

_BEST_FIRST = (Word.REPRODUCED, Word.PARTLY, Word.NOT_REPRODUCED, Word.INCONCLUSIVE)


def compose(spec: Spec, gathered: Gathered, verdicts: Sequence[Verdict], store: Store) -> Report:
    """Put a report together. Only finished runs are drawn; a damaged array raises, for nothing is drawn from it."""
    records = gathered.records
    paper = spec.paper
    texts = spec_text(spec)

    def shown(mark: Mark) -> str:
        return place(spec, mark) if texts else ""

    return Report(
        name=spec.name,
        title=spec.title,
        paper=Paper(paper.cite, paper.section or "", paper.figures) if paper else Paper(""),
        tiers=gathered.tiers or ["none"],
        verdicts=verdicts,
        sources=spec.sources(),
        unstated=[
            Unstated(
                axis.name,
                [_reading(axis, option, records, verdicts) for option in axis.options],
                axis.mark.line,
                shown(axis.mark),
            )
            for axis in spec.axes().values()
            if axis.kind == "reading"
        ],
        completed=spec.completed(),
        departures=[
            f"{tier}, {arm}: {line}"
            for tier, arm, line in dict.fromkeys(
                (e.tier, e.arm, line) for e in gathered.evidence if e.records for line in e.departures
            )
        ],
        figures=_figures(spec, records, gathered.tiers, store, shown),
        runs=[RunRow.of(record, points(len(records))) for record in records],
        command=f"specit report {spec.name}",
        version=specit.__version__,
        texts=texts,
        claim_places={claim.id: shown(mark) for claim, mark in zip(spec.claims, _marks(spec, "claims"), strict=True)},
        tunings=[table(tuning) for tuning in tunings(spec, store)],
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


def _figures(
    spec: Spec, records: Sequence[Record], tiers: Sequence[str], store: Store, shown: Callable[[Mark], str]
) -> list[Figure]:
    runs = [Run(record, store.arrays(record)) for record in records]
    figures, used = list[Figure](), Counter[str]()
    for stated, mark in zip(spec.figures, _marks(spec, "figures"), strict=True):
        used[stated.draw] += 1
        figures.append(
            drawn(
                stated.draw,
                [run for run in runs if _is_drawn(run, stated)],
                title=f"{titled(stated.draw)} ({stated.where})",
                says=stated.says,
                command=f"specit run {spec.name} --tier {tiers[0] if tiers else 'quick'}",
                id=stated.draw if used[stated.draw] == 1 else f"{stated.draw}-{used[stated.draw]}",
                place=shown(mark),
            )
        )
    return figures


def _is_drawn(run: Run, stated: FigureStatement) -> bool:
    return (not stated.arms or run.arm in stated.arms) and inside(run.record.point, stated.over)


def _marks(spec: Spec, section: str) -> list[Mark]:
    """Return where each entry of a section that is a list stands."""
    return [entry.mark for entry in spec.sections[section].sequence(section)] if section in spec.sections else []


def _reading(axis: Axis, option: str, records: Sequence[Record], verdicts: Sequence[Verdict]) -> Reading:
    """Return what came of one option of an unstated axis: each claim counts once, by its best word under it."""
    words = Counter[Word]()
    for verdict in verdicts:
        tried = {finding.word for finding in verdict.findings if finding.reading.get(axis.name) == option}
        if best := [word for word in _BEST_FIRST if word in tried]:
            words[best[0]] += 1
    return Reading(
        option,
        code=option == axis.code,
        runs=sum(record.point.get(axis.name) == option for record in records),
        words={word: words[word] for word in Word if words[word]},
    )
