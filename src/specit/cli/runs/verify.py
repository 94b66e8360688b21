"""`specit runs verify`."""

from __future__ import annotations

import typer

from specit.errors import SpecItError

from ..options import DEFAULT_STORE, AsJson, StoreFolder
from .group import runs


@runs.command()
def verify(store: StoreFolder = DEFAULT_STORE, as_json: AsJson = False) -> None:
    """Read every record, array and lock of a store again, and say what is damaged. Exit code 0: nothing, 1: something.

    A record carries the checksum of what it says, the digest of each of its arrays, and the hash of its lock.

    Example: specit runs verify --store results
    """
    from specit.records.store import Damaged, Store
    from specit.spec.diff import read_lock_file
    from specit.spec.lock import identity

    from ..console import console, print_json

    damaged, sound, locks = list[tuple[str, str]](), 0, dict[str, str]()
    for found in Store(store).verify():
        if isinstance(found, Damaged):
            damaged.append((found.name, found.reason))
            continue
        sound += 1
        locks.setdefault(found.name.partition("/")[0], found.lock)
    for name, lock in locks.items():
        path = store / name / "lock.json"
        try:
            said = identity(dict(read_lock_file(path).statement))
        except SpecItError as error:
            damaged.append((name, str(error)))
            continue
        if said != lock:
            damaged.append((name, f"{path} states another experiment than the records beside it."))
    if as_json:
        print_json({"sound": sound, "damaged": [{"run": name, "reason": reason} for name, reason in damaged]})
    else:
        out = console()
        for name, reason in damaged:
            out.print(f"{name} is damaged: {reason}", soft_wrap=True, markup=False, style="red")
        rest = f"{len(damaged):,} damaged." if damaged else "nothing is damaged."
        out.print(f"{sound:,} runs and {len(locks):,} locks read to the last number; {rest}")
    if damaged:
        raise typer.Exit(1)
