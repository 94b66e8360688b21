"""One pass over all runs of a store: what its files say, helped by the index of what they said before."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from specit.errors import SpecItError

from . import folder as run_folder
from .damage import Damaged, DamagedRecordError
from .folder import ARRAYS, RECORD
from .index import UNKNOWN, Entry, Index, state
from .record import Record
from .summary import Summary

T = TypeVar("T")

_JSON = TypeAdapter[Any](Any)  # three times as fast as the json module, which counts for 100,000
_LOCK, _RUN = re.compile(r"[0-9a-f]{12}"), re.compile(r"seed-\d+")


class Catalogue:
    """One pass over the runs under a folder, in the order of their names.

    A *record* is always read from its file. The index spares checking the seal of bytes that were checked before, which
    their digest tells; so nothing is judged that is not in the file and whole. A *summary* is taken from the index
    where the file system says that neither of the run's files was written to since it was made.
    """

    def __init__(self, root: Path, *, believe: bool = True) -> None:
        self._root = str(root)
        self._index = Index(root)
        self._names = run_names(self._root)
        self._indexed = self._index.load() if self._names else {}
        self._known = self._indexed if believe else {}
        self._found: dict[str, Entry] = {}
        self._gone = self._indexed.keys() - set(self._names)

    def records(self) -> Iterator[Record | Damaged]:
        """Yield every record, or what is wrong with it."""
        return self._each(self._read)

    def summaries(self) -> Iterator[Summary | Damaged]:
        """Yield what a list tells of every record, or what is wrong with it."""
        return self._each(self._summarised)

    def verified(self) -> Iterator[Record | Damaged]:
        """Yield every record once all its arrays were checked, too, or what is wrong."""
        return self._each(self._read_whole)

    def _each(self, read: Callable[[str], T | None]) -> Iterator[T | Damaged]:
        try:
            for name in self._names:
                try:
                    found = read(name)
                except DamagedRecordError as error:
                    self._found.pop(name, None)
                    self._gone |= {name} & self._indexed.keys()
                    yield error.damage
                else:
                    if found is not None:
                        yield found
                    elif name in self._indexed:
                        self._gone.add(name)
        finally:  # whoever asked may have heard enough
            if self._found or self._gone:
                self._index.update(self._found, self._gone)

    def _summarised(self, name: str) -> Summary | None:
        known = self._known.get(name)
        if known and known.record == self._state(name, RECORD) and known.arrays == self._state(name, ARRAYS):
            return Summary(*_JSON.validate_json(known.summary))
        record = self._read(name)
        return Summary.of(record) if record is not None else None

    def _read_whole(self, name: str) -> Record | None:
        record = self._read(name)
        if record is not None:
            run_folder.read_arrays(Path(self._root, name), record)
        return record

    def _read(self, name: str) -> Record | None:
        known, folder = self._known.get(name), f"{self._root}{os.sep}{name}"
        states = (self._state(name, RECORD), self._state(name, ARRAYS))
        unchanged = known is not None and states == (known.record, known.arrays)
        if not unchanged:
            states = self._settled_states(name)
        data = run_folder.read_bytes(folder)
        if data is None:
            return None
        digest = hashlib.sha256(data).digest()
        checked = known is not None and known.digest == digest
        record = run_folder.parse(folder, data, checked=checked)
        if not (unchanged and checked):
            run_folder.check_names(Path(folder), record)
            # Other bytes in the same state: not even the time of the last change tells what happens to this file.
            held = states if not unchanged else (UNKNOWN, UNKNOWN)
            entry = Entry(*held, digest, json.dumps(Summary.of(record), separators=(",", ":")).encode())
            if entry != known:
                self._found[name] = entry
        return record

    def _settled_states(self, name: str) -> tuple[bytes, bytes]:
        if self._clock is None:
            return UNKNOWN, UNKNOWN
        return self._state(name, RECORD, self._clock), self._state(name, ARRAYS, self._clock)

    def _state(self, name: str, file: str, before: int | None = None) -> bytes:
        return state(f"{self._root}{os.sep}{name}{os.sep}{file}", before)

    @cached_property
    def _clock(self) -> int | None:
        return self._index.clock()


def run_names(root: str) -> list[str]:
    """Return the name of every run's folder, by lock and then by seed."""
    locks = sorted(name for name in _entries(root) if _LOCK.fullmatch(name))
    return [
        f"{lock}/{run}"
        for lock in locks
        for run in sorted(filter(_RUN.fullmatch, _entries(f"{root}{os.sep}{lock}")), key=_seed)
    ]


def _seed(run: str) -> int:
    return int(run.removeprefix("seed-"))


def _entries(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 (a Path takes ten times as long)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SpecItError(f"Cannot read the store {folder}: {error.strerror or error}.") from error
