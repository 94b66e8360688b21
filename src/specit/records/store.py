"""The store: a folder that keeps what runs leave behind, and notices when it was damaged.

<root>/<first 12 characters of the lock's hash>/lock.json
<root>/<first 12 characters of the lock's hash>/seed-<n>/record.json, arrays.npz, checkpoint.pt
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from specit.errors import SpecItError

from . import arrays as npz
from .arrays import Array
from .atomic import remove_leftovers, unwritable, write_atomically
from .record import Record
from .text import UnreadableError, from_text, to_text

_SHORT = 12
_LOCK, _RECORD, _ARRAYS, _CHECKPOINT, _HELD = (
    "lock.json",
    "record.json",
    "arrays.npz",
    "checkpoint.pt",
    ".lock",
)
_LISTED = 10


@dataclass(frozen=True)
class Damaged:
    """A run whose record cannot be trusted: its folder, and a sentence that says why."""

    path: Path
    reason: str

    @property
    def name(self) -> str:
        """The run's name, as `Record.name` would be."""
        return _name(self.path)


class DamagedRecordError(SpecItError):
    """A record was asked for and is damaged. The message says what to do; `damage` is what is wrong."""

    def __init__(self, damage: Damaged) -> None:
        super().__init__(f"{damage.reason} Move {damage.path} away and run it again.")
        self.damage = damage


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
            write_atomically(folder / _ARRAYS, npz.pack(arrays))
        write_atomically(folder / _RECORD, to_text(record).encode())
        if arrays is not None and not arrays:
            _remove(folder / _ARRAYS)
        return record

    def load(self, lock_id: str, seed: int) -> Record | None:
        """Return a run's record, or None if it has left none yet; a damaged one raises DamagedRecordError."""
        folder = self.folder(lock_id, seed)
        record = _read(folder)
        if record is not None and record.lock != lock_id:
            raise DamagedRecordError(Damaged(folder, f"{folder / _RECORD} belongs to another lock."))
        return record

    def arrays(self, record: Record) -> dict[str, Array]:
        """Return the arrays of a record, each checked against its digest."""
        if not record.arrays:
            return {}
        folder = self.folder(record.lock, record.seed)
        path = folder / _ARRAYS
        try:
            found = npz.unpack(path)
        except (OSError, ValueError) as error:
            raise DamagedRecordError(Damaged(folder, _cannot_read(path, error))) from error
        for name, expected in record.arrays.items():
            if name not in found:
                raise DamagedRecordError(Damaged(folder, f"{path} lacks the array '{name}'."))
            if npz.digest(found[name]) != expected:
                raise DamagedRecordError(
                    Damaged(folder, f"{path} was altered after it was written: see the array '{name}'.")
                )
        return {name: found[name] for name in record.arrays}

    def records(self) -> Iterator[Record | Damaged]:
        """Yield every record, sorted by name; a damaged one as `Damaged`, and the others all the same."""
        for folder in self._folders():
            try:
                record = _read(folder)
            except DamagedRecordError as error:
                yield error.damage
            else:
                if record is not None:
                    yield record

    def find(self, prefix: str) -> Record:
        """Return the one run whose name begins so: `3f2a`, `3f2a/seed-0`, or with the whole hash."""
        lock, _, run = prefix.strip("/").partition("/")
        lock = lock.rstrip(".…")
        if not re.fullmatch(r"[0-9a-f]+", lock) or not re.fullmatch(r"(seed-\d+)?", run):
            raise SpecItError(f"'{prefix}' is not a run's name: write it like 3f2a or 3f2a/seed-0.")
        folders = [folder for folder in self._folders() if (folder / _RECORD).is_file()]
        found = [
            folder for folder in folders if folder.parent.name.startswith(lock[:_SHORT]) and run in ("", folder.name)
        ]
        if len(found) > 1:
            raise SpecItError(f"'{prefix}' may mean any of these runs: {_listed(found)}; write more of the name.")
        record = _read(found[0]) if found else None
        if record is None or not record.lock.startswith(lock):
            known = f"known: {_listed(folders)}" if folders else "there are no runs"
            raise SpecItError(f"No run in {self.root} is named '{prefix}'; {known}.")
        return record

    def checkpoint(self, lock_id: str, seed: int) -> Path:
        """Return where a run keeps what it needs to resume."""
        return self.folder(lock_id, seed) / _CHECKPOINT

    def drop_checkpoint(self, lock_id: str, seed: int) -> None:
        """Remove a run's checkpoint, if it has one."""
        _remove(self.checkpoint(lock_id, seed))

    @contextmanager
    def hold(self, lock_id: str, seed: int) -> Iterator[None]:
        """Keep other processes from writing a run while the block lasts. A killed holder holds nothing."""
        folder = self.folder(lock_id, seed)
        lock = FileLock(folder / _HELD)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(blocking=False)
        except Timeout:
            raise SpecItError(
                f"Run {_name(folder)} is being written by another process; wait for it, or give another --store."
            ) from None
        except OSError as error:
            raise unwritable(folder / _HELD, error) from error
        try:
            remove_leftovers(folder)
            yield
        finally:
            # Removed while still held: whoever opened the old file sees that it has no name left.
            with suppress(OSError):
                (folder / _HELD).unlink()
            lock.release()

    def _lock_folder(self, lock_id: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{12,}", lock_id):
            raise SpecItError(f"'{lock_id}' is not the hash of a lock: 12 or more of the characters 0-9 and a-f.")
        return self.root / lock_id[:_SHORT]

    def _folders(self) -> list[Path]:
        """Return every run's folder, by lock and then by seed."""
        locks = [path for path in _entries(self.root) if re.fullmatch(r"[0-9a-f]{12}", path.name)]
        runs = [run for lock in locks for run in _entries(lock) if re.fullmatch(r"seed-\d+", run.name)]
        return sorted(runs, key=lambda run: (run.parent.name, int(run.name.removeprefix("seed-"))))


def _read(folder: Path) -> Record | None:
    """Return the record in a run's folder, checked as far as reading no array allows."""
    path = folder / _RECORD
    try:
        record = from_text(path.read_bytes().decode())
    except FileNotFoundError:
        return None
    except UnreadableError as error:
        raise DamagedRecordError(Damaged(folder, f"{path} {error}.")) from None
    except (OSError, ValueError) as error:
        raise DamagedRecordError(Damaged(folder, _cannot_read(path, error))) from error
    if record.name != _name(folder):
        reason = f"{path} holds the record of another run, {record.name}."
        raise DamagedRecordError(Damaged(folder, reason))
    if record.arrays:
        _check_names(folder, record)
    return record


def _check_names(folder: Path, record: Record) -> None:
    path = folder / _ARRAYS
    try:
        missing = sorted(record.arrays.keys() - npz.names(path))
    except (OSError, ValueError) as error:
        raise DamagedRecordError(Damaged(folder, _cannot_read(path, error))) from error
    if missing:
        raise DamagedRecordError(Damaged(folder, f"{path} lacks the array '{missing[0]}'."))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SpecItError(f"Cannot read the store {folder}: {error.strerror or error}.") from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SpecItError(f"Cannot remove {path}: {error.strerror or error}.") from error


def _cannot_read(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path} is missing, though the record names its arrays."
    if isinstance(error, OSError):
        return f"{path} cannot be read: {error.strerror or error}."
    return f"{path} is cut short or was altered: it cannot be read."


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _listed(folders: list[Path]) -> str:
    more = f" and {len(folders) - _LISTED} more" if len(folders) > _LISTED else ""
    return ", ".join(_name(folder) for folder in folders[:_LISTED]) + more
