"""`specit gc`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError, nearest

from .app import app
from .options import DEFAULT_STORE, AsJson, StoreFolder

if TYPE_CHECKING:
    from specit.records.garbage import Garbage, LeftAlone

_LISTED = 10


@app.command()
def gc(
    study: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STUDY]...",
            help="Studies or specs: runs made under their names whose lock they mean no more are stale. Without any, "
            "no run is.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete; without it, nothing is touched.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            help="Only this category: checkpoints, temporary, stale or empty. May be given again.",
            metavar="C",
        ),
    ] = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Say what a store could do without, how large it is and why; with --yes, delete it.

    checkpoints: what finished runs needed to resume. temporary: half-written files of writers that were killed. stale:
    runs, records and all, whose lock no given spec means any more, nor a search in the store. empty: folders in which
    no run left anything. quarantine: damaged runs that were moved aside over 30 days ago. Never a run that a process is
    writing, and never a file that SpecIt did not write.

    Examples: specit gc --store results

    specit gc coordconv --only stale --yes
    """
    from specit.records.garbage import Garbage, garbage
    from specit.records.journal import named_locks
    from specit.records.removal import remove
    from specit.records.store import Store

    from .console import print_json

    _check_categories(only or ())
    meant, specs = _meant(study or ())
    kept = Store(store)
    found = list(garbage(kept, meant | named_locks(store), specs))
    wanted = [one for one in found if isinstance(one, Garbage) and (not only or one.category in only)]
    left = [one for one in found if not isinstance(one, Garbage)]
    data = _as_data(wanted, left)  # before anything goes, with its size
    stays = [(one, because) for one in wanted if yes and (because := remove(kept, one))]
    if as_json:
        print_json(data | {"deleted": yes, "not_deleted": {one.name: because for one, because in stays}})
    else:
        _print(data, stays, yes, store)
    if stays:
        raise typer.Exit(1)


def _check_categories(only: Iterable[str]) -> None:
    from specit.records.garbage import CATEGORIES

    for name in only:
        if name not in CATEGORIES:
            raise SpecItError(f"--only takes a category, and '{name}' is none; {nearest(name, CATEGORIES)}")


def _meant(studies: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the locks that some specs mean, and the specs' names."""
    from specit.studies import find_all

    specs = [spec for study in studies for spec in find_all(study)]
    return {point.lock.id for spec in specs for point in spec.every_point}, {spec.name for spec in specs}


def _as_data(wanted: Sequence[Garbage], left: Sequence[LeftAlone]) -> dict[str, Any]:
    return {
        "garbage": [
            {
                "category": one.category,
                "name": one.name,
                "files": [str(path) for path in one.files],
                "folder": str(one.folder) if one.whole else None,
                "bytes": one.size,
                "because": one.because,
            }
            for one in wanted
        ],
        "left_alone": [{"name": one.name, "because": one.because} for one in left],
    }


def _print(data: dict[str, Any], stays: Sequence[tuple[Garbage, str]], deleted: bool, store: Path) -> None:
    from rich.text import Text

    from specit.records.garbage import CATEGORIES

    from .console import console

    out = console()
    for category, says in CATEGORIES.items():
        ones = [one for one in data["garbage"] if one["category"] == category]
        if not ones:
            continue
        out.print(Text.assemble((category, "bold"), f"  {says}: {_size(ones)}"), soft_wrap=True)
        for one in ones[:_LISTED]:
            what = ", ".join(Path(file).name for file in one["files"]) or "the folder"
            out.print(Text(f"  {one['name']}  {_bytes(one['bytes'])}  {what}: {one['because']}"), soft_wrap=True)
        if len(ones) > _LISTED:
            out.print(f"  and {len(ones) - _LISTED:,} more; --json lists all")
        out.print()
    left = data["left_alone"]
    for one in left[:_LISTED]:
        out.print(Text(f"Left alone: {one['name']}: {one['because']}."), soft_wrap=True)
    if len(left) > _LISTED:
        out.print(f"Left alone: {len(left) - _LISTED:,} more.")
    for kept, because in stays:
        out.print(Text(f"Not deleted: {kept.name}: {because}."), soft_wrap=True)
    if not data["garbage"]:
        out.print(f"There is nothing in {store} to delete.", soft_wrap=True)
    elif deleted and not stays:
        out.print(f"Deleted: {_size(data['garbage'])}.")
    elif deleted:
        out.print("The rest was deleted.")
    else:
        out.print(f"Nothing was touched. With --yes this would be deleted: {_size(data['garbage'])}.")


def _size(ones: Sequence[dict[str, Any]]) -> str:
    files = sum(len(one["files"]) for one in ones)
    folders = sum(one["folder"] is not None for one in ones)
    counted = [(files, "file"), (folders, "folder")]
    told = " and ".join(f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counted if count)
    return f"{told}, {_bytes(sum(one['bytes'] for one in ones))}"


def _bytes(size: int) -> str:
    """Return a size as one says it.

    >>> _bytes(512), _bytes(2_500_000)
    ('512 bytes', '2.5 MB')
    """
    for unit, least in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= least:
            return f"{size / least:.1f} {unit}"
    return f"{size} bytes"
