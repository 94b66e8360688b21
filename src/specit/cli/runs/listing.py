"""`specit runs list`, which is also `specit runs`."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError, nearest

from ..options import DEFAULT_STORE, Arms, AsJson, StoreFolder, Where
from .group import LIST, runs
from .numbers import as_json_number, duration
from .options import OfSpec, Statuses, Tiers

if TYPE_CHECKING:
    from specit.records.store import Damaged
    from specit.records.summary import Summary

    from ..text_table import Column
    from .choose import Chosen

_HAS_A_COLUMN = ("seconds",)
_LISTED = 10
_ON_A_TERMINAL = 1000
"""Rows that a person may still read."""


@runs.command(LIST)
def list_runs(
    spec: OfSpec = None,
    arm: Arms = None,
    where: Where = None,
    tier: Tiers = None,
    status: Statuses = None,
    sort: Annotated[
        str | None, typer.Option(help="The best in this measure first; those without it last.", metavar="MEASURE")
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            help="Show this measure (may be given again); without it, those that the spec's claims speak of, else "
            "all that fit.",
            metavar="M",
        ),
    ] = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """List runs: what each was, how far it came, and its measures at the end.

    What all runs have in common stands above the table once. On a terminal what does not fit is cut or left out, and
    so are all but the first 1,000 runs, and it is said; in a pipe nothing is. With SPEC, a run is listed under the name
    by which the spec knows it, whoever ran it; one that was run under the spec's name and that the spec does not mean
    any more is stale. Damaged records are told at the end.

    Examples: specit runs coordconv/classification --arm coordconv --where split=uniform

    specit runs --status running

    specit runs coordconv --sort test_accuracy --measure test_accuracy --measure test_euclidean
    """
    from ..console import print_json
    from .choose import choose

    for name in [*(measure or ()), *([sort] if sort else ())]:
        _check_measure(name)
    found = choose(store, spec, arm, where, tier, status)
    listed = _sorted(found.runs, sort) if sort else found.runs
    if as_json:
        told = [_as_data(run, run.name in found.stale) for run in listed]
        print_json({"runs": told, "damaged": [{"run": one.name, "reason": one.reason} for one in found.damaged]})
        return
    if listed:
        _print(listed, found, list(dict.fromkeys([*(measure or ()), *([sort] if sort else ())])), bool(measure))
    else:
        print(f"There are no runs in {store}.")
    print_damaged(found.damaged)


def _check_measure(name: str) -> None:
    from specit.spec.measures import MEASURES

    if name not in MEASURES:
        raise SpecItError(f"Nothing records the measure '{name}'; {nearest(name, MEASURES)}")


def _sorted(listed: Iterable[Summary], measure: str) -> list[Summary]:
    """Return the runs with the best first, and those without the measure last."""
    from specit.spec.measures import MEASURES

    sign = -1 if MEASURES[measure].better == "higher" else 1

    def rank(run: Summary) -> tuple[bool, float]:
        value = run.measure(measure)
        return (True, 0.0) if value is None or math.isnan(value) else (False, sign * value)

    return sorted(listed, key=rank)


def _as_data(run: Summary, stale: bool) -> dict[str, Any]:
    return {
        "run": run.name,
        "spec": run.spec,
        "lock": run.lock,
        "arm": run.arm,
        "options": dict(run.point),
        "tier": run.tier,
        "seed": run.seed,
        "status": run.status,
        "ended": run.ended,
        "stale": stale,
        "parameters": run.parameters,
        "epoch": run.epoch,
        "epochs_stated": run.epochs_stated,
        "seconds": run.seconds,
        "measures": {name: as_json_number(value) for name, value in run.measures.items()},
    }


def _print(listed: Sequence[Summary], found: Chosen, measures: Sequence[str], only_those: bool) -> None:
    from rich.text import Text

    from ..console import console
    from ..text_table import fitting, lines

    out = console()
    rows_shown = _ON_A_TERMINAL if out.is_terminal else len(listed)
    common, columns = _columns(listed, rows_shown, found.stale)
    shown = measures if only_those else [*measures, *(m for m in _telling(listed, found) if m not in measures)]
    columns += [
        _measure_column(listed[:rows_shown], name, 5 if place and not only_those else 0)
        for place, name in enumerate(shown)
    ]
    if common:
        out.print(Text(common, style="dim"), soft_wrap=True)
    fit, widths = fitting(columns, out.width if out.is_terminal else None)
    head, *rows = lines(fit, widths)
    out.print(Text(head, style="bold"), soft_wrap=True)
    sys.stdout.write("".join(f"{row}\n" for row in rows))
    counts = Counter(run.status for run in listed)
    told = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    stale = sum(run.name in found.stale for run in listed)
    more = f"; {stale:,} stale: the spec means them no more" if stale else ""
    print(f"\n{len(listed):,} run{'' if len(listed) == 1 else 's'}: {told}{more}.")
    if len(listed) > rows_shown:
        print(f"These are the first {rows_shown:,}: --arm, --where, --status narrow the list, --sort orders it.")
    left_out = [column.title for column in columns if all(column is not one for one in fit)]
    if left_out:
        print(f"No room for {', '.join(left_out)}: --measure NAME shows one, --json all.")


def _columns(listed: Sequence[Summary], rows: int, stale: frozenset[str]) -> tuple[str, list[Column]]:
    """Return what all the runs have in common, as a line, and columns of the first few for all else but measures."""
    from ..text_table import Column

    common = list[str]()

    def told(what: str, values: list[str], *, least: int = 0, spare: int = 0) -> list[Column]:
        if len(listed) > 1 and len(set(values)) == 1:
            common.append(f"{what} {values[0]}" if values[0] else "")
            return []
        return [Column(what, values[:rows], least=least, spare=spare)]

    axes = dict.fromkeys(axis for run in listed for axis in run.point)
    same = {axis for axis in axes if len(listed) > 1 and len({run.point.get(axis) for run in listed}) == 1}
    shown = listed[:rows]
    columns = [Column("run", [run.name for run in shown])]
    specs = [run.spec for run in listed]
    studies = {spec.rpartition("/")[0] for spec in specs}
    if len(studies) == 1 and len(set(specs)) > 1 and "" not in studies:
        common.append(f"study {next(iter(studies))}")
        specs = [spec.rpartition("/")[2] for spec in specs]
    columns += told("spec", specs, least=10)
    columns += told("arm", [run.arm for run in listed], least=10)
    common += [f"{axis}={listed[0].point[axis]}" for axis in axes if axis in same]
    if len(same) < len(axes):
        columns.append(Column("options", [_options(run.point, same) for run in shown], least=30))
    columns += told("tier", [run.tier for run in listed], spare=3)
    statuses = [f"{run.status}, stale" if run.name in stale else run.status for run in listed]
    columns += told("status", statuses, spare=1)
    columns.append(Column("epoch", [f"{run.epoch}/{run.epochs_stated}" for run in shown], right=True, spare=2))
    columns.append(Column("time", [duration(run.seconds) for run in shown], right=True, spare=4))
    return " · ".join(filter(None, common)), columns


def _options(point: Mapping[str, str], but: set[str]) -> str:
    return " ".join(f"{axis}={option}" for axis, option in point.items() if axis not in but)


def _telling(listed: Sequence[Summary], found: Chosen) -> list[str]:
    """Return the measures that the claims speak of most, or all, those of the test examples first."""
    from specit.spec.measures import MEASURES

    had = {name for run in listed for name in run.measures}
    claimed = Counter(claim.measure for spec in found.specs for claim in spec.claims)
    if claimed:
        named = [name for name, _ in claimed.most_common() if name in had or name == "parameters"]
    else:
        named = sorted(had & MEASURES.keys(), key=lambda name: (not name.startswith("test_"), [*MEASURES].index(name)))
    return [name for name in named if name not in _HAS_A_COLUMN]


def _measure_column(shown: Sequence[Summary], name: str, spare: int) -> Column:
    from ..text_table import Column

    if name == "parameters":
        cells = [f"{run.parameters:,}" for run in shown]
    else:
        cells = ["" if (value := run.measures.get(name)) is None else f"{value:.4g}" for run in shown]
    return Column(name, cells, right=True, spare=spare)


def print_damaged(damaged: Sequence[Damaged]) -> None:
    """Say on stderr what is damaged, ten at most one by one."""
    from ..console import console

    if not damaged:
        return
    out = console(stderr=True)
    for one in damaged[:_LISTED]:
        out.print(f"{one.name} is damaged: {one.reason}", soft_wrap=True, markup=False, style="red")
    if len(damaged) > _LISTED:
        out.print(f"{len(damaged) - _LISTED:,} more are damaged: `specit runs verify` lists them all.", style="red")
