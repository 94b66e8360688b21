"""The journal of a search: what each trial tried, and what came of it. Plain data that needs no search to read.

<root>/tune/<spec, with - for />.<arm>.<the first 12 characters of the search's digest>.json

The runs themselves stand in the store like any others; a journal names their locks. It is written whole after each
trial that ended, so that a search which was killed has lost nothing but the trial under way.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from specit.errors import SpecItError

from .atomic import remove_leftovers, unwritable, write_atomically

FOLDER = "tune"
_SHORT = 12


class Trial(BaseModel):
    """One trial that ended.

    `values` are by path. `lock` is that of its run; `tuned` that of the arm with these values as the spec would run it.
    `value` is what the search chooses by, None where the run diverged before it had any. `epochs` and `seconds` (of one
    core) are what it cost, also where an earlier trial or search had made the same run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    values: dict[str, str | int | float | bool | None]
    lock: str
    tuned: str
    value: float | None
    ended: Literal["finished", "diverged"]
    epochs: int
    seconds: float


class Searched(BaseModel):
    """What a search is of, for people and for a report; `statement` is what its digest, `search`, is taken of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    search: str
    spec: str
    arm: str
    tier: str
    point: dict[str, str]
    sampler: str
    statement: dict[str, Any]


@dataclass(frozen=True)
class Journal:
    """A search as far as it has come: what it is of, and its trials in order, from 0."""

    of: Searched
    trials: tuple[Trial, ...] = ()


def path_of(root: Path, spec: str, arm: str, search: str) -> Path:
    """Return where a search keeps its journal."""
    return root / FOLDER / f"{_plain(spec)}.{_plain(arm)}.{search[:_SHORT]}.json"


def read_journal(path: Path) -> Journal | None:
    """Return the journal in a file, or None where there is none; one that was altered is a `SpecItError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SpecItError(f"Cannot read the journal {path}: {error}.") from None
    try:
        document = json.loads(text)
        of = Searched.model_validate(document["of"])
        trials = tuple(Trial.model_validate(each) for each in document["trials"])
        whole = document["sha256"] == _seal(document["of"], document["trials"])
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError):
        whole = False
    if not whole or [trial.number for trial in trials] != list(range(len(trials))):
        raise SpecItError(
            f"The journal {path} is cut short or was altered. Move it away and search again: no trial whose run is in "
            "the store is run again."
        )
    return Journal(of, trials)


def write_journal(path: Path, journal: Journal) -> None:
    """Write a journal, a line for each trial."""
    of, trials = journal.of.model_dump(mode="json"), [trial.model_dump(mode="json") for trial in journal.trials]
    head = ",\n".join(f"    {json.dumps(key)}: {_json(value)}" for key, value in of.items())
    lines = ",\n".join(f"    {_json(trial)}" for trial in trials)
    text = f'{{\n  "sha256": "{_seal(of, trials)}",\n  "of": {{\n{head}\n  }},\n  "trials": [\n{lines}\n  ]\n}}\n'
    write_atomically(path, text.encode())


def journals(root: Path, spec: str) -> Iterator[Journal]:
    """Yield all journals of a spec, of searches that it no longer states too."""
    for path in sorted((root / FOLDER).glob(f"{_plain(spec)}.*.json")):
        found = read_journal(path)
        if found is not None and found.of.spec == spec:
            yield found


def named_locks(root: Path) -> set[str]:
    """Return every lock that some journal names: whoever clears up a store must know that these runs belong."""
    found = [read_journal(path) for path in sorted((root / FOLDER).glob("*.json"))]
    return {lock for one in found if one for trial in one.trials for lock in (trial.lock, trial.tuned)}


@contextmanager
def holding(paths: Sequence[Path]) -> Iterator[None]:
    """Keep other processes from the same searches while the block lasts. A killed holder holds nothing."""
    held: list[tuple[FileLock, Path]] = []
    try:
        for path in paths:
            beside = path.with_suffix(".lock")
            lock = FileLock(beside)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                lock.acquire(blocking=False)
            except Timeout:
                raise SpecItError(
                    f"Another process is at the search of {path.name}; wait for it, or give another --store."
                ) from None
            except OSError as error:
                raise unwritable(beside, error) from error
            held.append((lock, beside))
        for folder in {path.parent for path in paths}:
            remove_leftovers(folder)
        yield
    finally:
        for lock, beside in held:
            with suppress(OSError):
                beside.unlink()
            lock.release()


def _plain(name: str) -> str:
    """Return a name as a part of a file's name."""
    return re.sub(r"[^\w-]+", "-", name)


def _seal(of: dict[str, Any], trials: list[dict[str, Any]]) -> str:
    canonical = json.dumps([of, trials], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)
