"""Keeping other processes from writing a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from specit.errors import SpecItError

from .atomic import remove_leftovers, unwritable
from .folder import HELD


class HeldError(SpecItError):
    """Another process writes this run."""


@contextmanager
def holding(folder: Path, *, wait: bool = False, clean: bool = True) -> Iterator[None]:
    """Hold a run's folder while the block lasts; HeldError where another process does, unless this one is to wait.

    Unless told otherwise it removes what killed writers left there.
    """
    lock = FileLock(folder / HELD)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=wait)
    except Timeout:
        raise HeldError(
            f"Run {folder.parent.name}/{folder.name} is being written by another process; wait for it, or give "
            "another --store."
        ) from None
    except OSError as error:
        raise unwritable(folder / HELD, error) from error
    try:
        if clean:
            remove_leftovers(folder)
        yield
    finally:
        # Removed while still held: whoever opened the old file sees that it has no name left.
        with suppress(OSError):
            (folder / HELD).unlink()
        lock.release()


def is_held(folder: Path) -> bool:
    """Return whether a process writes a run just now; nothing is changed by asking."""
    path = folder / HELD
    if not path.is_file():
        return False
    try:
        with FileLock(path).acquire(blocking=False):
            return False
    except Timeout:
        return True
