"""`specit runs export`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ..options import DEFAULT_STORE, Arms, StoreFolder, Where
from .group import runs
from .options import OfSpec, Statuses, Tiers


@runs.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write: a name in .parquet or .csv.")],
    spec: OfSpec = None,
    history: Annotated[bool, typer.Option("--history", help="A row for each evaluation, instead of each run.")] = False,
    arm: Arms = None,
    where: Where = None,
    tier: Tiers = None,
    status: Statuses = None,
    store: StoreFolder = DEFAULT_STORE,
) -> None:
    """Write runs as a table for pandas, R or a spreadsheet: a row a run with its last measures, or a row an evaluation.

    Every table has the same columns with the same types, but for option.AXIS, which depend on the runs. What was not
    measured is empty (null); what is no number is NaN. Damaged records are left out, and said.

    Examples: specit runs export runs.parquet

    specit runs export curves.csv coordconv/classification --tier full --history
    """
    from specit.records.store import Damaged, DamagedRecordError, Store
    from specit.records.table import Cell, Columns, rows
    from specit.records.table_file import check_form, write_table

    from .choose import choose
    from .listing import print_damaged

    check_form(file)
    found = choose(store, spec, arm, where, tier, status)
    damaged: list[Damaged] = list(found.damaged)
    kept, columns = Store(store), Columns.of(found.runs, history=history)

    def every_row() -> Iterator[list[Cell]]:
        for run in found.runs:
            try:
                record = kept.load(run.lock, run.seed)
            except DamagedRecordError as error:
                damaged.append(error.damage)
                continue
            if record is not None:
                yield from rows(record, run, columns, history=history)

    count = write_table(file, columns, every_row())
    what = "evaluation" if history else "run"
    typer.echo(f"{file}  {count:,} {what}{'' if count == 1 else 's'}, {len(columns.types)} columns")
    print_damaged(damaged)
