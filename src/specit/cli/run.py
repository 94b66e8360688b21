"""`specit run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    from specit.records import Record
    from specit.run import Job


@app.command()
def run(
    spec: SpecName,
    tier: TierName = "quick",
    arm: Arms = None,
    where: Where = None,
    readings: Readings = "default",
    sweeps: Sweeps = "default",
    seeds: Seeds = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps, or auto.", metavar="DEVICE")] = "cpu",
    processes: Processes = None,
    max_hours: MaxHours = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Run a spec, or every spec of a study. What is in the store is not run again; what was interrupted goes on.

    A study runs seed by seed over all its specs. A spec that lacks the tier, the arm or the axis is passed over.

    Examples: specit run coordconv --tier quick

    specit run coordconv/classification --tier quick --arm coordconv --where tile=plane

    specit run coordconv --tier full --max-hours 8
    """
    from specit.run import Job

    from .output import print_passed_over
    from .planning import estimates, how_many_at_once, plan

    planned = plan(spec, tier, arm, where, readings, sweeps, seeds)
    at_once = how_many_at_once(processes)
    print_passed_over(planned.passed_over, stderr=as_json)
    jobs = [Job(*one) for one in planned.runs]
    if max_hours is not None:
        jobs = [Job(one.spec, one.point, one.seed) for one in estimates(planned, store, tier, max_hours * at_once)]
    records = _run_all(jobs, store=store, device=device, processes=at_once, as_json=as_json)
    if not as_json:
        kept = "" if store == DEFAULT_STORE else f" --store {store}"
        typer.echo(f"Next: specit report {spec}{kept}")
    if any(record.status == "diverged" for record in records):
        raise typer.Exit(1)


def _run_all(jobs: list[Job], *, store: Path, device: str, processes: int, as_json: bool) -> list[Record]:
    from specit.run.processes import execute_all

    from .output import print_json
    from .progress import Progress

    records: dict[int, Record] = {}
    with Progress(jobs, quiet=as_json) as progress:
        for place, record, new in execute_all(jobs, store, device, processes, progress):
            progress.end(place, record, new)
            records[place] = record
    ordered = [records[place] for place in range(len(jobs))]
    if as_json:
        print_json(
            [{"run": r.name, **r.model_dump(exclude={"history", "environment"}), "final": r.final} for r in ordered]
        )
    return ordered
