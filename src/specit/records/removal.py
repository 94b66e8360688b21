"""Removing garbage from a store, run by run, but never under a process that writes."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from specit.errors import SpecItError

from .folder import HELD
from .garbage import Garbage, folders, is_file, is_run
from .holding import HeldError, holding
from .store import Store
from .summary import Summary


def remove(store: Store, one: Garbage) -> str | None:
    """Remove some garbage; return None, or why it stays: a process writes the run now, or it is not what it was."""
    try:
        if is_run(one.folder):
            return _remove_from_run(store, one)
        if folders(one.folder, r"seed-\d+"):
            return "it has runs"
        _delete(one, one.files)
    except HeldError:
        return "a process writes it just now"
    except SpecItError as error:
        return str(error)
    except OSError as error:
        return f"{error.filename}: {error.strerror or error}"
    return None


def _remove_from_run(store: Store, one: Garbage) -> str | None:
    with holding(one.folder, clean=False):
        if one.run is not None and not _is_still(store, one.run):
            return "its record changed meanwhile"
        _delete(one, [path for path in one.files if path.name != HELD])
    _delete(one, [])  # holding a run leaves its folder
    return None


def _is_still(store: Store, run: Summary) -> bool:
    """Return whether the record of a run is what it was when it was looked at."""
    record = store.load(run.lock, run.seed)
    return record is not None and repr(Summary.of(record)) == repr(run)  # the words, for one NaN equals no other


def _delete(one: Garbage, files: Collection[Path]) -> None:
    for path in files:
        if is_file(path):
            path.unlink()
    if one.whole:
        with suppress(OSError):  # it is not empty: more is to go yet, or somebody put something there since
            one.folder.rmdir()
