"""`specit conform`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from .app import app
from .options import Arms, AsJson, SpecName, TierName, Where, parse_where
from .selection import select

if TYPE_CHECKING:
    from specit.conform import Comparison
    from specit.spec.document import Point


@dataclass
class Distinct:
    """A point whose networks no point before it has, and how many have them in all."""

    spec: str
    point: Point
    points: int = 1

    @property
    def label(self) -> str:
        """Return what a person calls it."""
        return f"{self.spec} · {self.point.label}"


@app.command()
def conform(
    spec: SpecName, tier: TierName = "full", arm: Arms = None, where: Where = None, as_json: AsJson = False
) -> None:
    """Build every network in a second framework, copy the weights, and compare: what it computes, and its gradients.

    In PyTorch and in Keras on JAX, in training and in evaluation, in double precision, so that another convention
    shows and rounding does not. Every reading and every point of a sweep is compared; of a study, every spec. A
    network that several points have is compared once. Exit code 0: all are the same, 1: one is not. Needs the extra
    `keras`.

    Examples: specit conform coordconv

    specit conform coordconv/rendering --arm deconv
    """
    from specit.studies import find_all

    from .output import print_json, print_passed_over

    selected, passed_over = select(find_all(spec), tier, arm, parse_where(where))
    distinct = _distinct(
        (one.spec.name, point)
        for one in selected
        for point in one.spec.plan(tier, arms=one.arms, choose=one.choose, readings="all", sweeps="all")
    )
    found = list(_compared(distinct))
    print_passed_over(passed_over, stderr=as_json)
    if as_json:
        print_json([_data(one, comparison) for one, comparison in found])
    elif len(selected) > 1:
        _print_summary(found)
    else:
        for one, comparison in found:
            _print(one, comparison)
    if not as_json:
        _print_count(distinct, found)
    if not all(comparison.conforms for _, comparison in found):
        raise typer.Exit(1)


def _distinct(points: Iterable[tuple[str, Point]]) -> list[Distinct]:
    from specit.spec.lock import canonical

    found: dict[str, Distinct] = {}
    for spec, point in points:
        statement = point.lock.statement()
        networks = canonical([statement["networks"], statement["initialise"]])
        if networks in found:
            found[networks].points += 1
        else:
            found[networks] = Distinct(spec, point)
    return list(found.values())


def _compared(distinct: Sequence[Distinct]) -> Iterator[tuple[Distinct, Comparison]]:
    """Compare one after the other, behind a bar where there is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from specit.conform import compare

    from .output import console

    err = console(stderr=True)
    columns = BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task("", total=len(distinct))
        for one in distinct:
            bars.update(task, description=one.label)
            for comparison in compare(one.point.lock):
                yield one, comparison
            bars.advance(task)


def _print(one: Distinct, comparison: Comparison) -> None:
    from rich.table import Table

    from .output import console

    keeps = any(each.running for each in comparison.differences)
    table = Table("", "layer", "what it makes", "in evaluation", box=None, pad_edge=False)
    for column in ("running averages",) * keeps + ("gradients",):
        table.add_column(column)
    for each in comparison.differences:
        running = [_listed({name.removeprefix("running_"): value for name, value in each.running.items()})] * keeps
        made = f"{each.forward:.0e}", f"{each.evaluation:.0e}"
        table.add_row(str(each.place), each.layer, *made, *running, _listed(each.gradients))
    out = console()
    label = one.point.label
    out.print(f"[bold]{label}[/bold]  {comparison.network}, against {comparison.framework}; largest difference:")
    out.print(table)
    out.print(f"{_word(comparison)}\n")


def _print_summary(found: Sequence[tuple[Distinct, Comparison]]) -> None:
    from rich.table import Table

    from .output import console

    table = Table("network", "layers", "largest difference", "at layer", "", box=None, pad_edge=False)
    for one, comparison in found:
        several = len(one.point.lock.networks) > 1
        name = f"{one.label} · {comparison.network}" if several else one.label
        worst = comparison.worst
        at = f"{worst.place} {worst.layer}" if worst.largest else ""
        layers = str(len(comparison.differences))
        table.add_row(name, layers, f"{worst.largest:.0e}", at, _word(comparison))
    console().print(table)


def _print_count(distinct: Sequence[Distinct], found: Sequence[tuple[Distinct, Comparison]]) -> None:
    same = sum(comparison.conforms for _, comparison in found)
    typer.echo(f"{same} of {len(found)} networks are the same in both frameworks.")
    points = sum(one.points for one in distinct)
    if points > len(distinct):
        typer.echo(f"{points - len(distinct)} of {points} points have a network that was compared at another one.")


def _word(comparison: Comparison) -> str:
    return "the same" if comparison.conforms else "[bold]not the same[/bold]"


def _listed(numbers: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0e}" for name, value in numbers.items())


def _data(one: Distinct, comparison: Comparison) -> dict[str, object]:
    return {
        "spec": one.spec,
        "point": one.point.label,
        "points": one.points,
        "network": comparison.network,
        "framework": comparison.framework,
        "conforms": comparison.conforms,
        "layers": [
            {
                "layer": each.layer,
                "forward": each.forward,
                "gradients": each.gradients,
                "running": each.running,
                "evaluation": each.evaluation,
            }
            for each in comparison.differences
        ],
    }
