"""What the pages of a study are made of: plain data, as that of a single report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specit.claims.verdict import Verdict


@dataclass(frozen=True)
class Page:
    """The page of one spec among those of its study: `file` is its name in their common folder."""

    spec: str
    title: str
    file: str


@dataclass(frozen=True)
class Contents:
    """The pages of a study, for the links between them: `index` is the file of the page about all of it."""

    title: str
    index: str
    pages: Sequence[Page]


@dataclass(frozen=True)
class Chapter:
    """One spec on the page of its study: its verdicts, and how many runs stand behind them."""

    page: Page
    about: str
    verdicts: Sequence[Verdict]
    runs: int


@dataclass(frozen=True)
class StudyReport:
    """Everything the page of a whole study says."""

    name: str
    title: str
    about: str
    cite: str
    chapters: Sequence[Chapter]
    command: str
    version: str

    @property
    def verdicts(self) -> list[Verdict]:
        """Return the verdicts of all specs."""
        return [verdict for chapter in self.chapters for verdict in chapter.verdicts]
