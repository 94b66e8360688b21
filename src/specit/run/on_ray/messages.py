"""What a worker says to the process that gave it a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specit.errors import Mark
from specit.records import Evaluation, Record
from specit.records.arrays import Array


@dataclass(frozen=True)
class Advanced:
    """So many epochs are done."""

    epochs: float


@dataclass(frozen=True)
class Evaluated:
    """Something was measured."""

    evaluation: Evaluation


@dataclass(frozen=True)
class LockText:
    """What stands beside the runs of this lock."""

    text: str


@dataclass(frozen=True)
class Kept:
    """An epoch ended: if the worker dies, another goes on from here."""

    record: Record
    checkpoint: bytes


@dataclass(frozen=True)
class Ended:
    """The last record, and its arrays (None if it diverged)."""

    record: Record
    arrays: Mapping[str, Array] | None


@dataclass(frozen=True)
class Mistaken:
    """The user made a mistake, which no other worker would mend."""

    message: str
    at: Mark | None


@dataclass(frozen=True)
class Failed:
    """Something else went wrong, which may be this worker's fault."""

    why: str


Message = Advanced | Evaluated | LockText | Kept | Ended | Mistaken | Failed
