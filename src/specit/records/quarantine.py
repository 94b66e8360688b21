"""Moving aside what is damaged, so that a run can be made again and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from specit.errors import SpecItError

from .atomic import write_atomically
from .damage import Damaged
from .folder import ARRAYS, CHECKPOINT, RECORD

FOLDER, WHY = "quarantine", "why.txt"


def move_aside(root: Path, damage: Damaged) -> Path:
    """Move a run's files to `<root>/quarantine/<its name>-<a number>/`, with a line of why; return that folder.

    Only for a run that nobody else writes. The record goes last: whoever was killed in between finds it damaged again.
    """
    target = _new_folder(root / FOLDER / damage.path.parent.name, damage.path.name)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    write_atomically(target / WHY, f"{when} {damage.reason}\n".encode())
    for file in (ARRAYS, CHECKPOINT, RECORD):
        try:
            (damage.path / file).replace(target / file)
        except FileNotFoundError:
            continue
        except OSError as error:
            why = error.strerror or error
            raise SpecItError(f"Cannot move {damage.path / file} to {target}: {why}. {damage.reason}") from error
    return target


def _new_folder(parent: Path, name: str) -> Path:
    for number in count(1):
        folder = parent / f"{name}-{number}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            if folder.exists():
                continue
            raise SpecItError(f"Cannot make {folder}: a part of that path is a file, not a folder.") from None
        except OSError as error:
            raise SpecItError(f"Cannot make {folder}: {error.strerror or error}.") from error
        return folder
    raise AssertionError  # there is always a next number
