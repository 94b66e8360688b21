"""What an appendix is made of: sections of tables, whose cells are texts with marks. How they look is the writers'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A piece of a cell; `mark` is the letter of its source, if it is a stated value."""

    text: str
    mark: str = ""


Cell = Sequence[Text]


@dataclass(frozen=True)
class Row:
    """A row of a table. `over` says that it is a heading for the next so many rows, across all columns."""

    cells: Sequence[Cell]
    over: int = 0


@dataclass(frozen=True)
class Table:
    """A table: what stands above it, its head, its rows, and how wide its columns are to each other."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Row]
    widths: Sequence[int]


@dataclass(frozen=True)
class Section:
    """A section: a title, a sentence or none, and tables."""

    title: str
    tables: Sequence[Table]
    text: str = ""


@dataclass(frozen=True)
class Appendix:
    """All of it. `legend` explains the marks that are used: the letter, its meaning, how often it stands here."""

    title: str
    cite: str
    about: str
    legend: Sequence[tuple[str, str, int]]
    sections: Sequence[Section]


def cell(text: str, mark: str = "") -> Cell:
    """Return a cell of one text."""
    return (Text(text, mark),)
