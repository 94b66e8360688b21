"""A difference as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """What one side says of something: the value that runs, and where it comes from.

    `source` is a source tag; `silent` where nothing is said and a default completes it; `unknown` in a lock, which
    keeps no sources; `absent` where there is no such thing.
    """

    value: Any
    source: str

    @property
    def is_open(self) -> bool:
        """Return whether this side says that nobody states it, and names no reading."""
        return self.value is None and self.source == "unstated"

    @property
    def states(self) -> bool:
        """Return whether this side itself says which value it is, and not a default or one of several readings."""
        return self.source not in ("silent", "unstated", "absent")


@dataclass(frozen=True)
class Difference:
    """One difference, as one sentence. `layers` are the layers it is found at, by their places in A and in B."""

    says: str
    what: str
    a: Said
    b: Said
    layers: Sequence[tuple[int | None, int | None]] = ()


@dataclass(frozen=True)
class Diff:
    """All differences of two sides: in what runs, in what only one of them says, and what else is worth knowing."""

    a: str
    b: str
    runs: Sequence[Difference] = ()
    unstated: Sequence[Difference] = ()
    notes: Sequence[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Return whether both sides run the same."""
        return not self.runs
