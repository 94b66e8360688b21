"""`specit runs compare`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from specit.errors import SpecItError

from ..options import DEFAULT_STORE, AsJson, StoreFolder
from .group import runs
from .numbers import as_json_number, duration
from .options import RunName

if TYPE_CHECKING:
    from specit.records import Record
    from specit.records.comparison import Arrival, Comparison
    from specit.records.store import Store
    from specit.spec.diff import Diff


@runs.command()
def compare(a: RunName, b: RunName, store: StoreFolder = DEFAULT_STORE, as_json: AsJson = False) -> None:
    """Compare two runs: what was stated, what they ran on, what came out, and when each got how far.

    Where both did the same, that is said: other seeds of one experiment, or the same numbers to the last bit.

    Example: specit runs compare 9894 3f2a/seed-1
    """
    from specit.records.comparison import compare_records
    from specit.records.store import Store

    from ..console import print_json

    kept = Store(store)
    first, second = kept.find(a), kept.find(b)
    if first.name == second.name:
        raise SpecItError(f"'{a}' and '{b}' are one run, {first.name}; compare takes two.")
    stated = _stated(kept, first, second)
    found = compare_records(first, second)
    if as_json:
        print_json(_as_data(first, second, stated, found))
    else:
        _print(first, second, stated, found)


def _stated(store: Store, a: Record, b: Record) -> Diff | None:
    """Return how the locks differ; None where they are one."""
    from dataclasses import replace

    from specit.spec.diff import compare, read_lock_file

    if a.lock == b.lock:
        return None
    sides = [
        replace(read_lock_file(store.folder(record.lock, record.seed).parent / "lock.json"), name=record.name)
        for record in (a, b)
    ]
    return compare(*sides)


def _print(a: Record, b: Record, stated: Diff | None, found: Comparison) -> None:
    from rich.table import Table
    from rich.text import Text

    from ..console import console

    out = console()
    for letter, record in (("A", a), ("B", b)):
        out.print(Text.assemble((f"{letter}  ", "bold"), (record.name, "bold"), f"  {label(record)}"), soft_wrap=True)
    out.print(f"\n{_sentence(a, b, stated, found)}", soft_wrap=True)
    if stated and stated.runs:
        out.print(Text("\nWhat was stated", style="bold"))
        for one in stated.runs:
            out.print(Text(f"  {one.says}"), soft_wrap=True)
    out.print(Text("\nWhat they ran on", style="bold"))
    if not found.environment:
        out.print("  The same versions, machine and device.")
    for name, (ours, theirs) in found.environment.items():
        out.print(Text(f"  {name}: A {ours or 'unknown'}, B {theirs or 'unknown'}"), soft_wrap=True)
    out.print()
    table = Table("measure", "A final", "B final", "B - A", "A best", "B best", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in found.values:
        table.add_row(row.measure, *map(_written, row.final), _difference(*row.final), *map(_written, row.best))
    out.print(table)
    if found.targets:
        out.print()
        times = Table("first reached", "A", "B", box=None, pad_edge=False)
        for target in found.targets:
            aim = f"{target.measure} {target.value:.4g}{' (the best of both)' if target.both else ''}"
            times.add_row(aim, *(_when(arrival) for arrival in target.arrivals))
        out.print(times)


def _sentence(a: Record, b: Record, stated: Diff | None, found: Comparison) -> str:
    """Return what the two have in common, in words."""
    if stated is None:
        said = f"The same experiment, with the seeds {a.seed} and {b.seed}."
    elif stated.same:
        said = "The same is run, though it is stated in other words."
    else:
        count = len(stated.runs)
        said = f"Two experiments: {count} difference{'' if count == 1 else 's'} in what was stated."
    if found.same_measures and found.same_arrays is not False:
        arrays = "" if found.same_arrays is None else ", and so is every array, bit for bit"
        said += f" Every measure is the same at every evaluation{arrays}."
    elif found.same_arrays:
        said += " Every array is the same, bit for bit."
    return said


def label(record: Record) -> str:
    """Return what a run was, in words."""
    options = [f"{axis}={option}" for axis, option in record.point.items()]
    return " · ".join([record.spec, record.arm, *options, f"tier {record.tier}", f"seed {record.seed}", record.status])


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _difference(a: float | None, b: float | None) -> str:
    if a is None or b is None:
        return ""
    return "0" if a == b else f"{b - a:+.4g}"


def _when(arrival: Arrival | None) -> str:
    return f"epoch {arrival.epoch}, {duration(arrival.seconds)}" if arrival else "never"


def _as_data(a: Record, b: Record, stated: Diff | None, found: Comparison) -> dict[str, Any]:
    def pair(values: Sequence[float | None]) -> list[float | str | None]:
        return [as_json_number(one) for one in values]

    return {
        "a": a.name,
        "b": b.name,
        "same_experiment": found.same_experiment,
        "same_measures": found.same_measures,
        "same_arrays": found.same_arrays,
        "stated": [one.says for one in stated.runs] if stated else [],
        "environment": {name: list(both) for name, both in found.environment.items()},
        "values": [{"measure": one.measure, "final": pair(one.final), "best": pair(one.best)} for one in found.values],
        "targets": [
            {
                "measure": one.measure,
                "value": as_json_number(one.value),
                "best_of_both": one.both,
                "first": [arrival and {"epoch": arrival.epoch, "seconds": arrival.seconds} for arrival in one.arrivals],
            }
            for one in found.targets
        ],
    }
