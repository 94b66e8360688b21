"""What cannot be trusted: a run's folder, and a sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from specit.errors import SpecItError


@dataclass(frozen=True)
class Damaged:
    """A run whose record cannot be trusted: its folder, and a sentence that says why."""

    path: Path
    reason: str
    intact: bool = False
    """Whether nothing says that the file itself is damaged: the system does not let it be read, or another version of
    SpecIt wrote it. Such a record is not judged either, but nor is it moved aside."""

    @property
    def name(self) -> str:
        """The run's name, as `Record.name` would be."""
        return f"{self.path.parent.name}/{self.path.name}"


class DamagedRecordError(SpecItError):
    """A record was asked for and is damaged. The message says what to do; `damage` is what is wrong."""

    def __init__(self, damage: Damaged) -> None:
        super().__init__(f"{damage.reason} Move {damage.path} away and run it again.")
        self.damage = damage
