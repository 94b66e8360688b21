"""One run's folder: what its files are called, and its record, checked as far as reading no array allows."""

from __future__ import annotations

import os
from pathlib import Path

from . import arrays as npz
from .damage import Damaged, DamagedRecordError
from .record import Record
from .text import UnreadableError, from_checked_text, from_text

RECORD, ARRAYS, CHECKPOINT, HELD = "record.json", "arrays.npz", "checkpoint.pt", ".lock"


def read(folder: Path) -> Record | None:
    """Return the record in a run's folder, None if there is none; a damaged one raises DamagedRecordError."""
    data = read_bytes(str(folder))
    if data is None:
        return None
    record = parse(str(folder), data)
    check_names(folder, record)
    return record


def read_bytes(folder: str) -> bytes | None:
    """Return what stands in a run's record, None if there is none. (A `Path` would take as long as the file does.)"""
    try:
        with open(f"{folder}{os.sep}{RECORD}", "rb", buffering=0) as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(folder, cannot_read(Path(folder, RECORD), error), intact=True) from error


def parse(folder: str, data: bytes, *, checked: bool = False) -> Record:
    """Return the record that a run's bytes are; `checked`: the same bytes were found whole before."""
    try:
        record = from_checked_text(data) if checked else from_text(data.decode())
    except UnreadableError as error:
        raise _damaged(folder, f"{Path(folder, RECORD)} {error}.", intact=error.sealed) from None
    except ValueError as error:
        raise _damaged(folder, cannot_read(Path(folder, RECORD), error)) from error
    if not folder.replace(os.sep, "/").endswith(record.name):
        raise _damaged(folder, f"{Path(folder, RECORD)} holds the record of another run, {record.name}.")
    return record


def check_names(folder: Path, record: Record) -> None:
    """Raise DamagedRecordError where an array that the record names is not among those that the run has."""
    if not record.arrays:
        return
    path = folder / ARRAYS
    try:
        missing = sorted(record.arrays.keys() - npz.names(path))
    except (OSError, ValueError) as error:
        raise DamagedRecordError(Damaged(folder, cannot_read(path, error), intact=_is_refused(error))) from error
    if missing:
        raise DamagedRecordError(Damaged(folder, f"{path} lacks the array '{missing[0]}'."))


def read_arrays(folder: Path, record: Record) -> dict[str, npz.Array]:
    """Return the arrays of a record, each checked against its digest."""
    if not record.arrays:
        return {}
    path = folder / ARRAYS
    try:
        found = npz.unpack(path)
    except (OSError, ValueError) as error:
        raise DamagedRecordError(Damaged(folder, cannot_read(path, error), intact=_is_refused(error))) from error
    for name, expected in record.arrays.items():
        if name not in found:
            raise DamagedRecordError(Damaged(folder, f"{path} lacks the array '{name}'."))
        if npz.digest(found[name]) != expected:
            reason = f"{path} was altered after it was written: see the array '{name}'."
            raise DamagedRecordError(Damaged(folder, reason))
    return {name: found[name] for name in record.arrays}


def cannot_read(path: Path, error: OSError | ValueError) -> str:
    """Return the sentence for a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return f"{path} is missing, though the record names its arrays."
    if isinstance(error, OSError):
        return f"{path} cannot be read: {error.strerror or error}."
    return f"{path} is cut short or was altered: it cannot be read."


def _damaged(folder: str, reason: str, *, intact: bool = False) -> DamagedRecordError:
    return DamagedRecordError(Damaged(Path(folder), reason, intact))


def _is_refused(error: Exception) -> bool:
    return isinstance(error, OSError) and not isinstance(error, FileNotFoundError)
