"""`specit run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError

from .app import app
from .options import DEFAULT_STORE, Arms, AsJson, SpecName, StoreFolder, TierName, Where, parse_where
from .selection import select

if TYPE_CHECKING:
    from specit.records import Record
    from specit.run import Job


@app.command()
def run(
    spec: SpecName,
    tier: TierName = "quick",
    arm: Arms = None,
    where: Where = None,
    readings: Annotated[
        str, typer.Option(help="default: as the tier says or the code takes; all: every reading.", metavar="WHICH")
    ] = "default",
    sweeps: Annotated[
        str, typer.Option(help="default, or all: every point of every sweep.", metavar="WHICH")
    ] = "default",
    seeds: Annotated[
        int | None, typer.Option(help="How many seeds (0, 1, ...); without it, as the spec says.", metavar="N")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps, or auto.", metavar="DEVICE")] = "cpu",
    processes: Annotated[
        int | None,
        typer.Option("--jobs", help="How many runs at once, one thread each; without it, one a core.", metavar="N"),
    ] = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Run a spec, or every spec of a study. What is in the store is not run again; what was interrupted goes on.

    A study runs seed by seed over all its specs. A spec that lacks the tier, the arm or the axis is passed over.

    Examples: specit run coordconv --tier quick

    specit run coordconv/classification --tier quick --arm coordconv --where tile=plane
    """
    from specit.run import Job
    from specit.run.processes import cores
    from specit.studies import find_all

    from .output import print_passed_over

    if seeds is not None and seeds < 1:
        raise SpecItError(f"--seeds says how many seeds to run, at least 1, not {seeds}.")
    selected, passed_over = select(find_all(spec), tier, arm, parse_where(where))
    planned = [
        (one.spec.name, point)
        for one in selected
        for point in one.spec.plan(
            tier,
            arms=one.arms,
            choose=one.choose,
            readings=_default_or_all("readings", readings),
            sweeps=_default_or_all("sweeps", sweeps),
        )
    ]
    for _, point in planned:
        point.lock.require_all()
    # Seed by seed over all specs, so that an interrupted study has some of everything.
    most = max(seeds or point.seeds for _, point in planned)
    jobs = [Job(name, point, seed) for seed in range(most) for name, point in planned if seed < (seeds or point.seeds)]
    if processes is not None and processes < 1:
        raise SpecItError(f"--jobs says how many runs go on at once, at least 1, not {processes}.")
    print_passed_over(passed_over, stderr=as_json)
    records = _run_all(jobs, store=store, device=device, processes=processes or cores(), as_json=as_json)
    if not as_json:
        kept = "" if store == DEFAULT_STORE else f" --store {store}"
        typer.echo(f"Next: specit report {spec}{kept}")
    if any(record.status == "diverged" for record in records):
        raise typer.Exit(1)


def _default_or_all(option: str, value: str) -> Any:
    if value not in ("default", "all"):
        raise SpecItError(f"--{option} is default or all, not '{value}'; for one option use --where axis=option.")
    return value


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
