"""Where a run leaves what it makes: in a store, in a message home (`on_ray`), or nowhere (`spread`)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from specit.records import Record
from specit.records.arrays import Array
from specit.records.store import DamagedRecordError, Store


class Keeper(Protocol):
    """Keeps one run."""

    @property
    def where(self) -> str:
        """Return what the checkpoint is called in a message."""

    def checkpoint(self) -> bytes | None:
        """Return what the run goes on from, if it was begun before."""

    def write_lock(self, text: str) -> None:
        """Keep the lock's text beside its runs."""

    def keep(self, record: Record, checkpoint: bytes) -> None:
        """Keep what there is after an epoch."""

    def end(self, record: Record, arrays: Mapping[str, Array] | None) -> Record:
        """Keep the last record; return it as kept. Without `arrays` the run diverged, and its checkpoint stays."""


@dataclass(frozen=True)
class InStore:
    """Keeps a run in a store. Whoever uses it holds the run."""

    store: Store
    lock: str
    seed: int

    @property
    def where(self) -> str:
        """Return the checkpoint's path."""
        return str(self.store.checkpoint(self.lock, self.seed))

    def checkpoint(self) -> bytes | None:
        """Return the checkpoint's bytes, if there is one. What is damaged is moved aside, and the run begins anew."""
        try:
            self.store.load(self.lock, self.seed)
            return self.store.load_checkpoint(self.lock, self.seed)
        except DamagedRecordError as error:
            aside = self.store.quarantine(error.damage)
            said = f"{error.damage.reason} Run {error.damage.name} was moved to {aside} and begins anew.\n"
            sys.stderr.write(said)
            return None

    def write_lock(self, text: str) -> None:
        """Write the lock's text, once."""
        self.store.write_lock(self.lock, text)

    def keep(self, record: Record, checkpoint: bytes) -> None:
        """Write the checkpoint, and then the record: each whole or not at all."""
        self.store.save_checkpoint(self.lock, self.seed, checkpoint)
        self.store.save(record)

    def end(self, record: Record, arrays: Mapping[str, Array] | None) -> Record:
        """Write the record and its arrays; nothing goes on from a finished run."""
        final = self.store.save(record, arrays)
        if arrays is not None:
            self.store.drop_checkpoint(self.lock, self.seed)
        return final


@dataclass(frozen=True)
class Nowhere:
    """Keeps nothing: another process keeps the same run."""

    where: str
    begun: bytes | None

    def checkpoint(self) -> bytes | None:
        """Return what the other process goes on from."""
        return self.begun

    def write_lock(self, text: str) -> None:
        """Do nothing."""

    def keep(self, record: Record, checkpoint: bytes) -> None:
        """Do nothing."""

    def end(self, record: Record, arrays: Mapping[str, Array] | None) -> Record:
        """Return the record."""
        return record
