"""The store: a folder that keeps what runs leave behind, and notices when it was damaged.

<root>/<first 12 characters of the lock's hash>/lock.json
<root>/<first 12 characters of the lock's hash>/seed-<n>/record.json, arrays.npz, checkpoint.pt
<root>/quarantine/<first 12 characters of the lock's hash>/seed-<n>-<k>/: what was damaged, moved aside
<root>/.index/: what makes listing fast; it may be deleted at any time
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from specit.errors import SpecItError

from . import arrays as npz
from . import folder as run_folder
from .arrays import Array
from .atomic import unwritable, write_atomically
from .catalogue import Catalogue, run_names
from .damage import Damaged as Damaged
from .damage import DamagedRecordError as DamagedRecordError
from .folder import ARRAYS, CHECKPOINT, RECORD
from .holding import HeldError as HeldError
from .holding import holding
from .quarantine import move_aside
from .record import Record
from .sealed import BrokenSealError, seal, unseal
from .summary import Summary
from .text import to_text

_SHORT = 12
_LOCK = "lock.json"
_LISTED = 10


class Store:
    """The records under one folder. Reading a folder that does not exist finds none.

    >>> list(Store(Path("no-such-folder")).records())
    []
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, lock_id: str, seed: int) -> Path:
        """Return the folder of a run, whether it exists or not."""
        if seed < 0:
            raise SpecItError(f"A seed is 0 or more, not {seed}.")
        return self._lock_folder(lock_id) / f"seed-{seed}"

    def write_lock(self, lock_id: str, text: str) -> None:
        """Keep a lock's text beside its runs; once there, it never changes."""
        path = self._lock_folder(lock_id) / _LOCK
        data = text.encode()
        try:
            there = path.read_bytes()
        except FileNotFoundError:
            write_atomically(path, data)
            return
        except OSError as error:
            raise unwritable(path, error) from error
        if there != data:
            raise SpecItError(
                f"{path} holds another lock that begins with {lock_id[:_SHORT]}, or was altered; "
                "move that folder away, or give another --store."
            )

    def save(self, record: Record, arrays: Mapping[str, Array] | None = None) -> Record:
        """Write a record, and its arrays if given; return it as stored, with the digest of each array.

        Without `arrays` those of an earlier `save` stay, and so do the digests that `record` holds.
        """
        folder = self.folder(record.lock, record.seed)
        if arrays is not None:
            record = record.model_copy(update={"arrays": {name: npz.digest(arrays[name]) for name in sorted(arrays)}})
        if arrays:  # before the record, which vouches for them
            write_atomically(folder / ARRAYS, npz.pack(arrays))
        write_atomically(folder / RECORD, to_text(record).encode())
        if arrays is not None and not arrays:
            _remove(folder / ARRAYS)
        return record

    def load(self, lock_id: str, seed: int) -> Record | None:
        """Return a run's record, or None if it has left none yet; a damaged one raises DamagedRecordError."""
        folder = self.folder(lock_id, seed)
        record = run_folder.read(folder)
        if record is not None and record.lock != lock_id:
            raise DamagedRecordError(Damaged(folder, f"{folder / RECORD} belongs to another lock."))
        return record

    def arrays(self, record: Record) -> dict[str, Array]:
        """Return the arrays of a record, each checked against its digest."""
        return run_folder.read_arrays(self.folder(record.lock, record.seed), record)

    def records(self) -> Iterator[Record | Damaged]:
        """Yield every record, sorted by name; a damaged one as `Damaged`, and the others all the same.

        Each is read from its file and checked, which the index makes faster for those that were checked before.
        """
        return Catalogue(self.root).records()

    def summaries(self) -> Iterator[Summary | Damaged]:
        """Yield what a list tells of every record, sorted by name; a damaged one as `Damaged`.

        A file that was not written to since it was last read is not read again; `verify` reads it all the same.
        """
        return Catalogue(self.root).summaries()

    def verify(self) -> Iterator[Record | Damaged]:
        """Yield every record once its seal and the digest of each of its arrays were checked; else what is damaged.

        Nothing that was known before is believed, and what is found goes into the index in its place.
        """
        return Catalogue(self.root, believe=False).verified()

    def quarantine(self, damage: Damaged) -> Path:
        """Move a damaged run aside, whole, so that it can be made again; return where it is now. The run must be held.

        What is not known to be damaged (the system does not let it be read, or another version of SpecIt wrote it)
        stays where it is: a DamagedRecordError.
        """
        if damage.intact:
            raise DamagedRecordError(damage)
        return move_aside(self.root, damage)

    def find(self, prefix: str) -> Record:
        """Return the one run whose name begins so: `3f2a`, `3f2a/seed-0`, or with the whole hash."""
        lock, _, run = prefix.strip("/").partition("/")
        lock = lock.rstrip(".…")
        if not re.fullmatch(r"[0-9a-f]+", lock) or not re.fullmatch(r"(seed-\d+)?", run):
            raise SpecItError(f"'{prefix}' is not a run's name: write it like 3f2a or 3f2a/seed-0.")
        names = run_names(str(self.root))
        alike = [name for name in names if name.startswith(lock[:_SHORT]) and run in ("", name.partition("/")[2])]
        found = [name for name in alike if (self.root / name / RECORD).is_file()]
        if len(found) > 1:
            raise SpecItError(f"'{prefix}' may mean any of these runs: {_listed(found)}; write more of the name.")
        record = run_folder.read(self.root / found[0]) if found else None
        if record is None or not record.lock.startswith(lock):
            known = f"known: {_listed(names)}" if names else "there are no runs"
            raise SpecItError(f"No run in {self.root} is named '{prefix}'; {known}.")
        return record

    def checkpoint(self, lock_id: str, seed: int) -> Path:
        """Return where a run keeps what it needs to resume."""
        return self.folder(lock_id, seed) / CHECKPOINT

    def save_checkpoint(self, lock_id: str, seed: int, data: bytes) -> None:
        """Keep what a run needs to resume, sealed with its digest and its owner."""
        write_atomically(self.checkpoint(lock_id, seed), seal(data, f"{lock_id}/seed-{seed}"))

    def load_checkpoint(self, lock_id: str, seed: int) -> bytes | None:
        """Return what `save_checkpoint` was given, or None if there is none; DamagedRecordError where it was altered.

        Bytes that bear no seal come back as they are.
        """
        path = self.checkpoint(lock_id, seed)
        try:
            return unseal(path.read_bytes(), f"{lock_id}/seed-{seed}")
        except FileNotFoundError:
            return None
        except BrokenSealError as error:
            raise DamagedRecordError(Damaged(path.parent, f"{path} {error}.")) from None
        except OSError as error:
            damage = Damaged(path.parent, run_folder.cannot_read(path, error), intact=True)
            raise DamagedRecordError(damage) from error

    def drop_checkpoint(self, lock_id: str, seed: int) -> None:
        """Remove a run's checkpoint, if it has one."""
        _remove(self.checkpoint(lock_id, seed))

    def hold(self, lock_id: str, seed: int, *, wait: bool = False) -> AbstractContextManager[None]:
        """Keep other processes from writing a run while the block lasts. A killed holder holds nothing.

        A run that another process holds is a HeldError; with `wait` the block begins when that process lets go.
        """
        return holding(self.folder(lock_id, seed), wait=wait)

    def _lock_folder(self, lock_id: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{12,}", lock_id):
            raise SpecItError(f"'{lock_id}' is not the hash of a lock: 12 or more of the characters 0-9 and a-f.")
        return self.root / lock_id[:_SHORT]


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SpecItError(f"Cannot remove {path}: {error.strerror or error}.") from error


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
