"""One HTML file with everything in it: no script, nothing fetched, readable offline in ten years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from specit.claims.chance import by_luck
from specit.claims.verdict import Verdict, Word

from .content import Report, RunRow
from .environment import environment
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

    Every text is escaped; only the figures' SVG is taken as it is.
    """
    machines = _machines(report.runs)
    return _template("report.html.j2").render(
        report=report,
        contents=contents,
        signs=SIGNS,
        arms=_arms(report.runs),
        machines=machines,
        machine_of=lambda row: machines.index(dict(row.environment)) + 1,
    )


def render_study(report: StudyReport) -> str:
    """Return the page of a whole study: every verdict, each with a link to where the page of its spec has it."""
    words = [word for word in Word if word in _counts(report.verdicts)]
    return _template("study.html.j2").render(report=report, words=words, signs=SIGNS)


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
        by_luck=by_luck,
    )
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


def _arms(rows: Sequence[RunRow]) -> dict[str, tuple[list[str], list[RunRow]]]:
    """Return each arm's axes and its runs."""
    arms: dict[str, list[RunRow]] = {}
    for row in rows:
        arms.setdefault(row.arm, []).append(row)
    return {arm: (list(dict.fromkeys(axis for row in own for axis in row.point)), own) for arm, own in arms.items()}


def _machines(rows: Sequence[RunRow]) -> list[dict[str, str]]:
    """Return the distinct environments, so that the tables can name them by number."""
    machines: list[dict[str, str]] = []
    for row in rows:
        if dict(row.environment) not in machines:
            machines.append(dict(row.environment))
    return machines
