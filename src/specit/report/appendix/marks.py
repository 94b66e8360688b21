"""The letters that say where a value comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from specit.spec.tree import Source

from .content import Section

MARKS = {source: source.value[0] for source in Source}
SILENT = "s"
"""Said nowhere, and not noticed: a default completes it."""


def mark(source: Source | None) -> str:
    """Return the letter of a source; None is a value that nobody stated and a default completed.

    >>> mark(Source.CODE), mark(None)
    ('c', 's')
    """
    return MARKS[source] if source else SILENT


def legend(sections: Iterable[Section]) -> list[tuple[str, str, int]]:
    """Return the letters that some sections use, what they mean, and how often they stand there."""
    counts = Counter(
        text.mark
        for section in sections
        for table in section.tables
        for row in table.rows
        for cell in row.cells
        for text in cell
    )
    meaning = {letter: source.says for source, letter in MARKS.items()}
    meaning |= {
        MARKS[Source.UNSTATED]: "stated nowhere; one of several readings",
        SILENT: "not said; a default fills it",
    }
    return [(letter, says, counts[letter]) for letter, says in meaning.items() if counts[letter]]
