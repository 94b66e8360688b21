"""`specit plan`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .app import app
from .options import (
    DEFAULT_STORE,
    Arms,
    AsJson,
    MaxHours,
    Processes,
    Readings,
    Seeds,
    SpecName,
    StoreFolder,
    Sweeps,
    TierName,
    Where,
)

if TYPE_CHECKING:
    from specit.plan import Estimate


@app.command()
def plan(
    spec: SpecName,
    tier: TierName = "quick",
    arm: Arms = None,
    where: Where = None,
    readings: Readings = "default",
    sweeps: Sweeps = "default",
    seeds: Seeds = None,
    processes: Processes = None,
    max_hours: MaxHours = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Say what `specit run` with the same options would do: runs, epochs, operations and time, before anything starts.

    Times are those of the records in the store: of the same experiment, else of the same network, else by the
    operations a second that the records got to. A run that ends early takes less.

    Examples: specit plan coordconv --tier full

    specit plan coordconv --tier full --max-hours 8
    """
    from .output import print_json, print_passed_over
    from .planning import estimates, how_many_at_once, whose_data_are_there
    from .planning import plan as plan_runs

    planned = whose_data_are_there(plan_runs(spec, tier, arm, where, readings, sweeps, seeds))
    at_once = how_many_at_once(processes)
    found = estimates(planned, store, tier, max_hours and max_hours * at_once)
    if as_json:
        print_passed_over(planned.passed_over, stderr=True)
        print_json([_as_data(one) for one in found])
        return
    print_passed_over(planned.passed_over)
    _print(found, at_once)


def _as_data(one: Estimate) -> dict[str, Any]:
    return {
        "spec": one.spec,
        "arm": one.point.arm,
        "point": one.point.selection,
        "seed": one.seed,
        "run": f"{one.point.lock.id[:12]}/seed-{one.seed}",
        "done": one.done,
        "epochs": one.epochs,
        "flop": one.flop,
        "seconds": one.seconds,
        "by": one.by,
    }


def _print(found: Sequence[Estimate], at_once: int) -> None:
    from rich import box
    from rich.table import Table

    from .output import console

    out = console()
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("spec", no_wrap=True)
    for column in ("runs", "in the store", "to do", "epochs", "TFLOP", "hours of a core"):
        table.add_column(column, justify="right")
    specs = list(dict.fromkeys(one.spec for one in found))
    for spec in specs:
        table.add_row(spec, *_row([one for one in found if one.spec == spec]))
    if len(specs) > 1:
        table.add_section()
        table.add_row("all", *_row(found))
    out.print(table)
    waiting = [one for one in found if not one.done]
    unknown = sum(one.seconds is None for one in waiting)
    known = [one.seconds for one in waiting if one.seconds is not None]
    if any(known):
        longest = max(sum(known) / at_once, max(known))
        out.print(f"About {_time(longest)} with {at_once} at once; runs that reach their stop end sooner.")
    if unknown:
        out.print(f"{unknown} of them no record tells the time of: run one of each, and plan again.")
    if not waiting:
        out.print("Everything is in the store.")


def _row(found: Sequence[Estimate]) -> list[str]:
    waiting = [one for one in found if not one.done]
    unknown = any(one.seconds is None for one in waiting)
    hours = sum(one.seconds or 0.0 for one in waiting) / 3600
    return [
        f"{len(found):,}",
        f"{len(found) - len(waiting):,}",
        f"{len(waiting):,}",
        f"{sum(one.epochs for one in waiting):,}",
        f"{sum(one.flop for one in waiting) / 1e12:,.0f}",
        f"{hours:,.1f}{' and more' if unknown else ''}",
    ]


def _time(seconds: float) -> str:
    """Return a time as one says it.

    >>> _time(20), _time(600), _time(9000)
    ('20 s', '10 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
