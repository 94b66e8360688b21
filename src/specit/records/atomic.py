"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from specit.errors import SpecItError

_ELSEWHERE = "or choose another place with --store"
_ADVICE = {
    errno.ENOSPC: f"the disk is full; free some space, {_ELSEWHERE}",
    getattr(errno, "EDQUOT", -1): f"your disk quota is used up; free some space, {_ELSEWHERE}",
    errno.EACCES: f"you have no permission to write there; change the permission, {_ELSEWHERE}",
    errno.EPERM: f"you have no permission to write there; change the permission, {_ELSEWHERE}",
    errno.EROFS: f"that file system is read-only; make it writable, {_ELSEWHERE}",
    errno.ENOTDIR: f"a part of that path is a file, not a folder; move the file away, {_ELSEWHERE}",
    errno.EEXIST: f"a part of that path is a file, not a folder; move the file away, {_ELSEWHERE}",
    errno.EISDIR: f"there is a folder of that name; move it away, {_ELSEWHERE}",
}


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader, or a crash, finds the old file or the new one, never a part.

    Missing folders are made. On failure the old file is as it was, and nothing else is left behind.
    """
    # In the same folder, because a rename is atomic only within one file system.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 (the tests make exactly this call fail)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of writers that were killed. Only for a folder that nobody else writes."""
    for leftover in folder.glob(".*.tmp"):
        with suppress(OSError):
            leftover.unlink()


def unwritable(path: Path, error: OSError) -> SpecItError:
    """Return the sentence for a failed write.

    >>> print(unwritable(Path("a"), OSError(errno.ENOSPC, "")))
    Cannot write a: the disk is full; free some space, or choose another place with --store.
    """
    why = _ADVICE.get(error.errno or 0) or f"{error.strerror or error}; mend that, {_ELSEWHERE}"
    return SpecItError(f"Cannot write {path}: {why}.")


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be synchronised."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
