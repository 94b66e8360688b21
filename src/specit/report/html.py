"""One HTML file with everything in it: nothing fetched, readable offline in ten years, with scripts or without."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from specit.claims.verdict import Verdict, Word
from specit.spec.claims import Claim

from .anchors import linked, run_ids
from .appendix.claims import claims_table
from .appendix.marks import MARKS
from .content import Report, RunRow
from .embedded import embedded
from .environment import environment
from .facets import choices, facets
from .luck import chance_of, luck
from .scripts import EARLY, EXPLORER, policy, script
from .study import Contents, StudyReport
from .style import percent

SIGNS = {
    Word.REPRODUCED: "✓",
    Word.PARTLY: "◐",
    Word.NOT_REPRODUCED: "✕",
    Word.INCONCLUSIVE: "?",
    Word.NOT_RUN: "–",
    Word.ERROR: "!",
}
"""What stands beside each word, for those who cannot tell the colours apart."""


def render(report: Report, contents: Contents | None = None) -> str:
    """Return the report as a page, with links to the other pages of its study if it is part of one.

    Every text is escaped; only the figures' SVG and our own scripts are taken as they are.
    """
    machines = _machines(report.runs)
    ids = run_ids(row.name for row in report.runs)
    first = dict(zip(reversed([row.name for row in report.runs]), reversed(ids), strict=True))
    return _template("report.html.j2").render(
        report=report,
        contents=contents,
        signs=SIGNS,
        letters=MARKS,
        claims=[(verdict, facets(verdict)) for verdict in report.verdicts],
        choices=choices(facets(verdict) for verdict in report.verdicts),
        runs=list(zip(report.runs, ids, strict=True)),
        axes=list(dict.fromkeys(axis for row in report.runs for axis in row.point)),
        run_choices=choices(_run_facets(row) for row in report.runs),
        first=first,
        data=embedded(report.runs, ids),
        linked=lambda sentence: linked(_whole(sentence), first),
        machines=machines,
        machine_of=lambda row: machines.index(dict(row.environment)) + 1,
    )


def render_study(report: StudyReport) -> str:
    """Return the page of a whole study: every verdict, each with a link to where the page of its spec has it."""
    words = [word for word in Word if word in _counts(report.verdicts)]
    found = {spec: [(v, facets(v) | {"spec": [spec]}) for v in verdicts] for spec, verdicts in _by_spec(report)}
    return _template("study.html.j2").render(
        report=report,
        words=words,
        signs=SIGNS,
        claims=found,
        choices=choices(one for claims in found.values() for _, one in claims),
    )


def _template(name: str) -> Template:
    made = environment()
    made.filters.update(
        svg=Markup,
        percent=_percent,
        duration=duration,
        pairs=_pairs,
        slug=_slug,
        whole=_whole,
        counts=_counts,
        luck=luck,
        chance_of=chance_of,
        asked=_asked,
        json=_json,
        run_facets=_run_facets,
    )
    made.globals.update(policy=policy, early=lambda: Markup(script(*EARLY)), explorer=lambda: Markup(script(*EXPLORER)))
    return made.get_template(name)


def duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> duration(0.42), duration(19.6), duration(185), duration(7260)
    ('0.4 s', '20 s', '3 min 05 s', '2 h 01 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _percent(fraction: float | None) -> str:
    return "–" if fraction is None else percent(fraction)


def _pairs(mapping: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in mapping.items())


def _whole(text: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _slug(word: str) -> str:
    return word.lower().replace(" ", "-")


def _counts(verdicts: Sequence[Verdict]) -> dict[Word, int]:
    """Return how often each word was given, in the order of the words."""
    counts = {word: sum(verdict.word is word for verdict in verdicts) for word in Word}
    return {word: count for word, count in counts.items() if count}


def _asked(claim: Claim) -> tuple[str, str]:
    """Return how a claim is tested and how far off still counts, in the words of the appendix."""
    _, test, tolerance, _ = claims_table([claim]).rows[0].cells
    return test[0].text, tolerance[0].text


def _json(value: Any) -> str:
    return json.dumps(value)


def _run_facets(row: RunRow) -> dict[str, list[str]]:
    """Return what a run can be filtered by; an axis is told from what every run has by its sign."""
    return {"arm": [row.arm], "tier": [row.tier], "status": [row.status]} | {
        f"={axis}": [option] for axis, option in row.point.items()
    }


def _by_spec(report: StudyReport) -> list[tuple[str, Sequence[Verdict]]]:
    return [(chapter.page.spec, chapter.verdicts) for chapter in report.chapters]


def _machines(rows: Sequence[RunRow]) -> list[dict[str, str]]:
    """Return the distinct environments, so that the tables can name them by number."""
    machines: list[dict[str, str]] = []
    for row in rows:
        if dict(row.environment) not in machines:
            machines.append(dict(row.environment))
    return machines
