"""A finding: something that whoever wrote, or reads, a spec should know before anything is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specit.errors import Mark, SpecItError

from .codes import CODES, MISTAKE, Level


@dataclass(frozen=True)
class Finding:
    """A sentence with its code and place. `where` names what it is about: an arm, an axis, a claim."""

    code: str
    message: str
    mark: Mark | None
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """Return how grave it is, which its code decides."""
        return CODES[self.code].level

    def as_data(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return {
            "code": self.code,
            "name": CODES[self.code].name,
            "level": self.level,
            "message": self.message,
            "file": self.mark.file if self.mark else None,
            "line": self.mark.line if self.mark else None,
            "where": dict(self.where),
        }


def mistake(error: SpecItError) -> Finding:
    """Return what keeps a spec from being read as a finding."""
    return Finding(MISTAKE, error.message, error.at)


def exit_code(findings: Sequence[Finding]) -> int:
    """Return 2 if there is a mistake, 1 if a warning or an error, else 0."""
    if any(finding.code == MISTAKE for finding in findings):
        return 2
    return int(any(finding.level != "note" for finding in findings))
