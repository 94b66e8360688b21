"""`specit run`."""

from __future__ import annotations

from collections.abc import Sequence
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
    from specit.run.executor import Executor


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
    on: Annotated[
        str | None,
        typer.Option(
            help="Make the runs on a Ray cluster: ray (on this machine alone), ray://HOST:PORT (its client server), "
            "or, from a machine of the cluster, ray:auto or ray:HOST:PORT.",
            metavar="CLUSTER",
        ),
    ] = None,
    gpus: Annotated[
        float | None,
        typer.Option(
            help="With --on: how many GPUs a run takes, perhaps 0.5; without it, 1 with --device cuda, else none.",
            metavar="N",
        ),
    ] = None,
    retries: Annotated[
        int | None,
        typer.Option(
            help="With --on: how often a run may lose its machine without an epoch done in between (3).", metavar="N"
        ),
    ] = None,
    log: Annotated[
        list[str] | None,
        typer.Option(
            "--log",
            help="Write what is measured there as well: tensorboard, tensorboard:FOLDER, mlflow or wandb (may be "
            "given again).",
            metavar="TOOL",
        ),
    ] = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Run a spec, or every spec of a study. What is in the store is not run again; what was interrupted goes on.

    A study runs seed by seed over all its specs. A spec that lacks the tier, the arm or the axis is passed over.
    Under `torchrun --nproc-per-node N -m specit run ...` each run is trained by N processes together.

    Examples: specit run coordconv --tier quick

    specit run coordconv/classification --tier quick --arm coordconv --where tile=plane

    specit run coordconv --tier full --max-hours 8

    specit run coordconv/classification --log tensorboard

    specit run coordconv --tier full --on ray://head:10001 --device cuda --gpus 0.5
    """
    from specit.run import Job

    from .made_by import follow_torchrun, made_by
    from .output import print_passed_over
    from .planning import estimates, how_many_at_once, plan, whose_data_are_there

    if follow_torchrun(device):
        return
    planned = plan(spec, tier, arm, where, readings, sweeps, seeds)
    if on is None:  # the machines of a cluster have data folders of their own
        planned = whose_data_are_there(planned)
    at_once = how_many_at_once(processes)
    print_passed_over(planned.passed_over, stderr=as_json)
    jobs = [Job(*one) for one in planned.runs]
    if max_hours is not None:
        jobs = [Job(one.spec, one.point, one.seed) for one in estimates(planned, store, tier, max_hours * at_once)]
    with made_by(device, at_once, on, gpus, retries) as executor:
        records = _run_all(jobs, store, executor, log or (), as_json=as_json)
    if not as_json:
        kept = "" if store == DEFAULT_STORE else f" --store {store}"
        typer.echo(f"Next: specit report {spec}{kept}")
    if any(record.status == "diverged" for record in records):
        raise typer.Exit(1)


def _run_all(jobs: list[Job], store: Path, executor: Executor, log: Sequence[str], *, as_json: bool) -> list[Record]:
    from specit.run.loggers import Logged
    from specit.run.sweep import sweep

    from .output import print_json
    from .progress import Progress

    records: dict[int, Record] = {}
    with Progress(jobs, quiet=as_json) as progress, Logged(log, store, jobs, progress) as logged:
        for place, record, new in sweep(jobs, store, executor, logged):
            if new:
                logged.ended(place, record)
            progress.end(place, record, new)
            records[place] = record
    for problem in logged.problems:
        typer.echo(problem, err=True)
    ordered = [records[place] for place in range(len(jobs))]
    if as_json:
        print_json(
            [{"run": r.name, **r.model_dump(exclude={"history", "environment"}), "final": r.final} for r in ordered]
        )
    return ordered
