"""`specit runs show`, which is also `specit show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..app import app
from ..options import DEFAULT_STORE, AsJson, StoreFolder
from .group import runs
from .numbers import duration
from .options import RunName

if TYPE_CHECKING:
    from rich.table import Table

    from specit.records import Record

_SHOWN = ("train_loss", "train_accuracy", "test_accuracy", "train_iou", "test_iou", "train_euclidean", "test_euclidean")
_ROWS = 20
_ROOMY = 120
"""From how many columns on a terminal has room for what the measures mean."""


@app.command()
@runs.command()
def show(run: RunName, store: StoreFolder = DEFAULT_STORE, as_json: AsJson = False) -> None:
    """Show one run: what it was, what it ran on, its measures over time, and its files.

    Example: specit show 9894 --store results
    """
    from specit.records.store import Store

    from ..console import console, print_json

    kept = Store(store)
    record = kept.find(run)
    folder = kept.folder(record.lock, record.seed)
    if as_json:
        print_json({**record.model_dump(mode="json"), "files": _sizes(folder), "stated": _statement(folder.parent)})
        return
    out = console()
    point = " · ".join(f"{axis}={option}" for axis, option in record.point.items())
    told = " · ".join(filter(None, [record.spec, record.arm, point, f"seed {record.seed}"]))
    out.print(f"[bold]{record.name}[/bold]  {told}", soft_wrap=True)
    out.print(f"{record.status}: {record.ended}; tier {record.tier}, {record.parameters:,} parameters", soft_wrap=True)
    out.print(f"lock {record.lock}", soft_wrap=True)
    out.print(", ".join(f"{name} {value}" for name, value in record.environment.items()), soft_wrap=True)
    for part, fingerprint in record.fingerprints.items():
        out.print(f"fingerprint of the {part} {fingerprint}", soft_wrap=True)
    for table in (_measures(record, defined=out.width >= _ROOMY), _history(record)):
        out.print()
        out.print(table)
    out.print(f"\nIn {folder}:", soft_wrap=True)
    out.print(_files(folder, record))
    out.print(f"What was stated: {folder.parent / 'lock.json'}", soft_wrap=True)


def _measures(record: Record, *, defined: bool) -> Table:
    from rich.table import Table

    from specit.records.measures import value
    from specit.spec.measures import MEASURES

    table = Table("measure", "final", "best", "unit", *(["definition"] * defined), box=None, pad_edge=False)
    for column in table.columns[:2]:
        column.no_wrap = True
    for name, measure in MEASURES.items():
        final, best = value(record, name, at="final"), value(record, name)
        if name in record.final or (final is not None and name != "parameters"):
            last = record.final.get(name, final)
            definition = [measure.definition] * defined
            table.add_row(name, f"{last:.4g}", "" if best is None else f"{best:.4g}", measure.unit, *definition)
    return table


def _history(record: Record) -> Table:
    """Return the evaluations, thinned to some twenty; those with measures of the test examples, if there are any."""
    from rich.table import Table

    names = {name for entry in record.history for name in entry.measures}
    shown = [name for name in _SHOWN if name in names]
    table = Table("epoch", "time", *shown, box=None, pad_edge=False)
    for column in table.columns:
        column.justify = "right"
    told = [entry for entry in record.history if any(name.startswith("test_") for name in entry.measures)]
    told = told or list(record.history)
    for entry in [*told[: -1 : max(1, len(told) // _ROWS)], *told[-1:]]:
        values = [f"{entry.measures[name]:.4g}" if name in entry.measures else "" for name in shown]
        table.add_row(str(entry.epoch), duration(entry.seconds), *values)
    return table


def _files(folder: Path, record: Record) -> Table:
    from rich.table import Table

    table = Table("file", "bytes", "holds", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for name, size in _sizes(folder).items():
        table.add_row(name, f"{size:,}", ", ".join(record.arrays) if name == "arrays.npz" else "")
    return table


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}


def _statement(folder: Path) -> Any:
    """Return what the lock beside a run states; None where there is no lock."""
    from specit.spec.diff import read_lock_file

    path = folder / "lock.json"
    return read_lock_file(path).statement if path.exists() else None
