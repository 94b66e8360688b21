"""What was found in a store's files when they were last read, so that what has not changed need not be read again.

The files are the truth, and the index may be deleted at any time: it is rebuilt by reading them. It is an SQLite file
in `<store>/.index/`, which git ignores. Whatever keeps it from being read or written (garbage in it, another version's
format, a folder that is read-only, a file system that cannot lock) costs time and nothing else.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

FOLDER, FILE, IGNORE = ".index", "index.sqlite", ".gitignore"

UNKNOWN = b"?"
"""A state that no file has."""

_VERSION = 2
_PATIENCE = 5.0
"""Seconds to wait for another process that reads or writes the index."""
_ANY = (sqlite3.Error, OSError)
_SPOILT = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""What SQLite says of a file that is no index of ours: it is made anew."""
_TABLE = (
    "CREATE TABLE entry (name BLOB PRIMARY KEY, record BLOB, arrays BLOB, digest BLOB, summary BLOB, own INTEGER)"
    " WITHOUT ROWID"
)


class Entry(NamedTuple):
    """What was found in a run's folder.

    `record` and `arrays` are the states of the two files then, as `state` tells them, or nothing if they might have
    been written to since without a trace; `digest` is the SHA-256 of the record's bytes, which were found whole;
    `summary` is what a list tells of it.
    """

    record: bytes
    arrays: bytes
    digest: bytes
    summary: bytes

    def own(self, name: bytes) -> int:
        """Return a checksum of the entry, for SQLite keeps none."""
        return zlib.crc32(b"\n".join((name, *self)))


class Index:
    """The index of the store under one folder."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._path = self._folder / FILE
        self._spoilt = False

    def load(self) -> dict[str, Entry]:
        """Return every entry by the name of its run, but for those that were altered; none where there is no index."""
        if not self._path.exists():
            return {}
        try:
            with self._open("ro") as database:
                if database.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                    return {}
                rows = database.execute("SELECT name, record, arrays, digest, summary, own FROM entry").fetchall()
            return dict(_sound(rows))
        except _ANY as error:
            self._spoilt = _is_spoilt(error)
            return {}

    def update(self, found: Mapping[str, Entry], gone: Iterable[str] = ()) -> None:
        """Keep entries and forget those that are gone, if that is possible."""
        with suppress(*_ANY):
            if self._spoilt:
                self._remove()
            try:
                self._write(found, gone)
            except sqlite3.Error as error:
                if not _is_spoilt(error):  # somebody has it for long, or nobody may write here
                    return
                self._remove()
                self._write(found, ())

    def clock(self) -> int | None:
        """Return the time by the clock of the file system itself, in nanoseconds; None where nothing can be written."""
        try:
            self._folder.mkdir(exist_ok=True)
            marker = self._folder / IGNORE
            if not marker.exists():
                marker.write_text("*\n")
            os.utime(marker)
            return marker.stat().st_mtime_ns
        except OSError:
            return None

    def _write(self, found: Mapping[str, Entry], gone: Iterable[str]) -> None:
        rows = [(name.encode(), *entry, entry.own(name.encode())) for name, entry in found.items()]
        with self._open("rwc") as database, database:
            database.execute("BEGIN IMMEDIATE")
            if database.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                database.execute("DROP TABLE IF EXISTS entry")
                database.execute(_TABLE)
                database.execute(f"PRAGMA user_version = {_VERSION}")
            database.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)
            database.executemany("DELETE FROM entry WHERE name = ?", [(name.encode(),) for name in gone])

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.absolute().as_uri()}?mode={mode}"
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)) as database:
            database.text_factory = bytes  # where somebody put text, it is found altered like anything else
            database.execute("PRAGMA synchronous = OFF")  # what a power failure takes is found again in the files
            yield database

    def _remove(self) -> None:
        for path in (self._path, self._path.with_name(f"{FILE}-journal")):
            path.unlink(missing_ok=True)


def state(path: str, before: int | None = None) -> bytes:
    """Return what the file system says of a file: its size, its times and its number; nothing if it is not there.

    Whoever writes to the file changes it, for the second time (of the last change of any kind) cannot be set. Only two
    writes within one tick of the file system's clock look the same: with `before`, a time by that clock, a file that
    was written to within a few seconds of it has no state that could be relied on.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 (a Path takes several times as long)
    except OSError:
        return b""
    if before is not None and max(found.st_mtime_ns, found.st_ctime_ns) > before - _TICK:
        return UNKNOWN
    return b"%d %d %d %d" % (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


_TICK = 4_000_000_000
"""Nanoseconds after which every file system tells two writes apart; the coarsest counts in 2 seconds."""


def _is_spoilt(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _SPOILT


def _sound(rows: Iterable[tuple[bytes, bytes, bytes, bytes, bytes, int]]) -> Iterator[tuple[str, Entry]]:
    for name, record, arrays, digest, summary, own in rows:
        entry = Entry(record, arrays, digest, summary)
        with suppress(TypeError, ValueError):  # a row of other types than were put in, or a name that is none
            if entry.own(name) == own:
                yield name.decode(), entry
