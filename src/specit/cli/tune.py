"""`specit tune`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specit.errors import SpecItError

from .app import app
from .options import (
    DEFAULT_STORE,
    AsJson,
    OneSpecName,
    Processes,
    Seeds,
    StoreFolder,
    TierName,
    Where,
    parse_where,
)

if TYPE_CHECKING:
    from specit.claims.tuning import Tuning
    from specit.records import Record
    from specit.run import Job
    from specit.spec.document import Spec
    from specit.spec.search import Search
    from specit.tune import Trying

TRIALS = 20


@app.command()
def tune(
    spec: OneSpecName,
    trials: Annotated[
        int | None,
        typer.Option(
            help="How many trials each search has in all, those made before included: 20 without it; with --show all.",
            metavar="N",
        ),
    ] = None,
    arm: Annotated[
        list[str] | None,
        typer.Option("--arm", help="Only this arm (may be given again); without it, every one.", metavar="ARM"),
    ] = None,
    where: Where = None,
    tier: TierName = "quick",
    seeds: Seeds = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps, or auto.", metavar="DEVICE")] = "cpu",
    processes: Processes = None,
    store: StoreFolder = DEFAULT_STORE,
    show: Annotated[bool, typer.Option("--show", help="Run nothing: say what came of it so far.")] = False,
    as_json: AsJson = False,
) -> None:
    """Search better settings for arms, each with the same number of trials, and say what is left of their gap.

    What may change stands in the spec, in its section `tune`. A trial is trained on a part of the training examples
    and measured on the rest of them; the best values are then run on the spec's own split, beside the arm as stated.
    There is a search for each arm under each condition (`--where` narrows them). Needs the extra `tune`.

    An interrupted search goes on with the same command. More --trials go on from the ones that were made.

    Examples: specit tune mine.yaml --trials 20

    specit tune mine.yaml --arm deconv --where split=uniform --tier full --trials 50

    specit tune mine.yaml --show
    """
    from specit.studies import find

    found = find(spec)
    if trials is not None and trials < 1:
        raise SpecItError(f"--trials says how many trials each search has, at least 1, not {trials}.")
    if seeds is not None and seeds < 1:
        raise SpecItError(f"--seeds says how many seeds to run, at least 1, not {seeds}.")
    searches = _searches(found, tier, where)
    asked = _asked(searches, arm)
    if not show:
        from .planning import how_many_at_once

        at_once, trials = how_many_at_once(processes), trials or TRIALS
        _search(asked, trials, store, device, at_once, quiet=as_json)
        _run_before_and_after(searches, trials, seeds, store, device, at_once, quiet=as_json)
    tuning = _tuning(searches, trials, seeds, store)
    if show and not any(one.made for one in tuning.arms):
        raise SpecItError(f"No search of {found.name} at tier {tier} has begun in {store}; run it without --show.")
    _print(tuning, as_json=as_json)


def _searches(spec: Spec, tier: str, where: list[str] | None) -> list[Search]:
    """Return the search of every arm that is trained, each under each condition."""
    from specit.spec.search import searches

    points = spec.plan(tier, choose=parse_where(where))
    for point in points:
        point.lock.require_all()
    trained = [point for point in points if point.lock.trains]
    if not trained:
        raise SpecItError(f"{spec.name} trains no arm, so there is nothing to tune.")
    return searches(spec, trained)


def _asked(searches: Sequence[Search], arms: Sequence[str] | None) -> list[Search]:
    """Return the searches that are asked for: those of some arms, or of all for which the spec has a range."""
    spec = searches[0].spec
    for name in arms or ():
        at = spec.arm(name).mark
        if name not in {search.stated.arm for search in searches}:
            raise SpecItError(f"The arm '{name}' is not trained at this tier, so there is nothing to tune.", at=at)
        if not all(search.ranges for search in searches if search.stated.arm == name):
            raise SpecItError(f"tune states no range for the arm '{name}', so there is nothing to search.", at=at)
    return [search for search in searches if search.ranges and (not arms or search.stated.arm in arms)]


def _search(searches: Sequence[Search], trials: int, store: Path, device: str, at_once: int, *, quiet: bool) -> None:
    """Make the trials that are missing."""
    from specit.run.processes import execute_all
    from specit.tune import search_all

    from .progress_of_trials import Trials

    def run(round_: Sequence[Trying]) -> Iterator[tuple[int, Record]]:
        jobs = [trying.job for trying in round_]
        with Trials(round_, trials, quiet=quiet) as progress:
            for place, record, new in execute_all(jobs, store, device, at_once, progress):
                progress.end(place, record, new)
                yield place, record

    with closing(search_all(searches, trials, store, run)) as told:
        for _ in told:
            pass


def _run_before_and_after(
    searches: Sequence[Search],
    trials: int,
    seeds: int | None,
    store: Path,
    device: str,
    at_once: int,
    *,
    quiet: bool,
) -> None:
    """Run every arm on the spec's own split, as stated and with its best values."""
    from specit.claims.searched import counted
    from specit.run import Job
    from specit.run.processes import execute_all

    from .progress import Progress

    tuned = [one.tuned for one in counted(searches, store, trials)]
    points = [*(search.stated for search in searches), *(point for point in tuned if point)]
    jobs: dict[tuple[str, int], Job] = {}
    for point in points:
        for seed in range(seeds or point.seeds):
            jobs.setdefault((point.lock.id, seed), Job(searches[0].spec.name, point, seed))
    listed = list(jobs.values())
    with Progress(listed, quiet=quiet) as progress:
        for place, record, new in execute_all(listed, store, device, at_once, progress):
            progress.end(place, record, new)


def _tuning(searches: Sequence[Search], trials: int | None, seeds: int | None, store: Path) -> Tuning:
    from specit.claims.tuning import tuning
    from specit.records.store import Store

    return tuning(searches, Store(store), trials=trials, seeds=seeds)


def _print(tuning: Tuning, *, as_json: bool) -> None:
    from dataclasses import asdict

    from rich.table import Table

    from specit.report.tuning import HEAD, gaps, heading, rows

    from .output import console, print_json

    if as_json:
        print_json(asdict(tuning))
        return
    out = console()
    out.print(f"\n{heading(tuning)}.", soft_wrap=True)
    for row in rows(tuning):
        table = Table(box=None, show_header=False, pad_edge=False)
        for name, cell in zip(HEAD, row, strict=True):
            table.add_row(name, cell)
        out.print()
        out.print(table)
    for sentence in ["", *gaps(tuning), *tuning.notes]:
        out.print(sentence, soft_wrap=True)
