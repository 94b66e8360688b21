"""`specit show`."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import app
from .options import DEFAULT_STORE, AsJson, StoreFolder

_SHOWN = ("train_loss", "train_accuracy", "test_accuracy", "train_iou", "test_iou", "train_euclidean", "test_euclidean")


@app.command()
def show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's name, or how it begins: 3f2a or 3f2a/seed-0.")],
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Show one run: what it was, what it ran on, and its measures over time."""
    from rich.table import Table

    from specit.records.store import Store
    from specit.spec.measures import MEASURES

    from .output import console, print_json

    record = Store(store).find(run)
    if as_json:
        print_json(record.model_dump(mode="json"))
        return
    out = console()
    point = " · ".join(f"{axis}={option}" for axis, option in record.point.items())
    out.print(f"[bold]{record.name}[/bold]  {record.spec} · {record.arm} · {point} · seed {record.seed}")
    out.print(f"{record.status}: {record.ended}; tier {record.tier}, {record.parameters:,} parameters")
    out.print(", ".join(f"{name} {value}" for name, value in record.environment.items()))
    names = sorted({name for entry in record.history for name in entry.measures})
    final = Table("measure", "final", "unit", "definition", box=None, pad_edge=False)
    for name in names:
        final.add_row(name, f"{record.final[name]:.4g}", MEASURES[name].unit, MEASURES[name].definition)
    out.print(final)
    shown = [name for name in _SHOWN if name in names]
    table = Table("epoch", "seconds", *shown, box=None, pad_edge=False)
    told = [entry for entry in record.history if any(name.startswith("test_") for name in entry.measures)] or list(
        record.history
    )
    step = max(1, len(told) // 20)
    for entry in [*told[:-1:step], *told[-1:]]:
        values = [f"{entry.measures[name]:.4g}" if name in entry.measures else "" for name in shown]
        table.add_row(str(entry.epoch), f"{entry.seconds:.1f}", *values)
    out.print(table)
