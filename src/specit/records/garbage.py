"""What a store could do without, and why.

Only files that SpecIt writes are ever named, by the names that it gives them, and links are not followed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .folder import ARRAYS, CHECKPOINT, HELD, RECORD
from .holding import is_held
from .quarantine import FOLDER as QUARANTINE
from .quarantine import WHY
from .store import Damaged, Store
from .summary import Summary

Category = Literal["checkpoints", "temporary", "stale", "empty", "quarantine"]
CATEGORIES: dict[Category, str] = {
    "checkpoints": "what finished runs needed to resume",
    "temporary": "half-written files of writers that were killed",
    "stale": "runs of locks that no given spec means any more",
    "empty": "folders in which no run left anything",
    "quarantine": "damaged runs that were moved aside over 30 days ago",
}

LOCK = "lock.json"
_TEMPORARY = re.compile(r"\.(record\.json|arrays\.npz|checkpoint\.pt|lock\.json)\.[0-9a-f]{8}\.tmp")
_OF_A_RUN = (RECORD, ARRAYS, CHECKPOINT, HELD)
_ASIDE = (RECORD, ARRAYS, CHECKPOINT, WHY)
_HOUR, _MONTH = 3600.0, 30 * 24 * 3600.0
"""Seconds for which what belongs to no run may be somebody's who is just beginning; and for which damage is kept."""


@dataclass(frozen=True)
class Garbage:
    """Some files of one folder that could go, their size, and why. Where `whole`, the folder goes with them."""

    category: Category
    folder: Path
    files: tuple[Path, ...]
    because: str
    whole: bool = False
    run: Summary | None = None
    """The run whose record was looked at, which must still be what it was."""

    @property
    def name(self) -> str:
        """What it is called: the run's name, or that of the lock's folder."""
        return name_of(self.folder)

    @property
    def size(self) -> int:
        """How many bytes the files have."""
        return sum(path.lstat().st_size for path in self.files)


@dataclass(frozen=True)
class LeftAlone:
    """A folder that is not looked into, or not removed although it could be, and why."""

    folder: Path
    because: str

    @property
    def name(self) -> str:
        """The run's name."""
        return name_of(self.folder)


def garbage(store: Store, meant: Collection[str], specs: Collection[str]) -> Iterator[Garbage | LeftAlone]:
    """Yield what a store could do without, folder by folder, a lock's runs before the lock.

    A run is stale if it was made under the name of one of `specs` and its lock is not among those that are `meant`.
    Without specs nothing is.
    """
    records = {found.name: found for found in store.summaries() if not isinstance(found, Damaged)}
    for lock in folders(store.root, r"[0-9a-f]{12}"):
        runs = folders(lock, r"seed-\d+")
        gone = 0
        for run in runs:
            record = records.get(name_of(run))
            stale = record is not None and record.spec in specs and record.lock not in meant
            for found in _of_run(run, record, stale):
                gone += isinstance(found, Garbage) and found.category == "stale"
                yield found
        yield from _of_lock(lock, runs, stale=gone > 0 and gone == len(runs))
    for lock in folders(store.root / QUARANTINE, r"[0-9a-f]{12}"):
        for aside in folders(lock, r"seed-\d+-\d+"):
            yield from _aside(aside)


def folders(folder: Path, name: str) -> list[Path]:
    """Return the folders of such names inside a folder, links aside."""
    if not folder.is_dir() or folder.is_symlink():
        return []
    found = (path for path in folder.iterdir() if re.fullmatch(name, path.name))
    return sorted(path for path in found if path.is_dir() and not path.is_symlink())


def is_run(folder: Path) -> bool:
    """Return whether a folder is a run's, and not a lock's."""
    return re.fullmatch(r"seed-\d+", folder.name) is not None


def is_file(path: Path) -> bool:
    """Return whether there is a file, and no link to one."""
    return path.is_file() and not path.is_symlink()


def name_of(folder: Path) -> str:
    """Return what a folder of a run, or of a lock, is called in its store."""
    return f"{folder.parent.name}/{folder.name}" if folder.name.startswith("seed-") else folder.name


def _of_run(folder: Path, record: Summary | None, stale: bool) -> Iterator[Garbage | LeftAlone]:
    if is_held(folder):
        yield LeftAlone(folder, "a process writes it just now")
        return
    entries = sorted(folder.iterdir())
    ours = [path for path in entries if is_file(path) and (path.name in _OF_A_RUN or _TEMPORARY.fullmatch(path.name))]
    strange = [path.name for path in entries if path not in ours]
    if record is not None and stale and strange:
        yield LeftAlone(folder, f"{record.spec} means it no more, but {strange[0]} is nothing that SpecIt wrote")
    elif record is not None and stale:
        yield Garbage("stale", folder, tuple(ours), f"{record.spec} means it no more", whole=True, run=record)
        return
    leftover = [path for path in ours if path.name not in _OF_A_RUN]
    if leftover:
        yield Garbage("temporary", folder, tuple(leftover), "its writer was killed")
    checkpoint = [path for path in ours if path.name == CHECKPOINT]
    if record is not None and record.status == "finished" and checkpoint:
        yield Garbage("checkpoints", folder, tuple(checkpoint), "the run is finished", run=record)
    rest = [path for path in entries if path not in leftover]
    if all(path in ours and path.name == HELD for path in rest) and _older(folder, _HOUR):
        yield Garbage("empty", folder, tuple(rest), "no record, and nothing to resume from", whole=True)


def _of_lock(folder: Path, runs: Sequence[Path], *, stale: bool) -> Iterator[Garbage]:
    """Yield what lies about beside the runs of a lock; the lock itself where there are none, or stale ones alone."""
    old = _older(folder, _HOUR)
    entries = sorted(path for path in folder.iterdir() if path not in runs)
    leftover = [path for path in entries if is_file(path) and _TEMPORARY.fullmatch(path.name)]
    if leftover and old:
        yield Garbage("temporary", folder, tuple(leftover), "its writer was killed")
    rest = [path for path in entries if path not in leftover]
    if all(path.name == LOCK and is_file(path) for path in rest):
        if stale:
            yield Garbage("stale", folder, tuple(rest), "all its runs are stale", whole=True)
        elif not runs and old:
            yield Garbage("empty", folder, tuple(rest), "a lock without runs", whole=True)


def _aside(folder: Path) -> Iterator[Garbage | LeftAlone]:
    entries = sorted(folder.iterdir())
    strange = [path.name for path in entries if not (path.name in _ASIDE and is_file(path))]
    if not _older(folder / WHY if is_file(folder / WHY) else folder, _MONTH):
        return
    if strange:
        yield LeftAlone(folder, f"it was moved aside, but {strange[0]} is nothing that SpecIt wrote")
        return
    yield Garbage("quarantine", folder, tuple(entries), "it was damaged, and moved aside", whole=True)


def _older(path: Path, seconds: float) -> bool:
    return time.time() - path.lstat().st_mtime > seconds
