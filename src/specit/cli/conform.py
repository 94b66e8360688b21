"""`specit conform`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from .app import app
from .options import Arms, AsJson, OneSpecName, TierName, Where, parse_where

if TYPE_CHECKING:
    from specit.conform import Comparison


@app.command()
def conform(
    spec: OneSpecName, tier: TierName = "full", arm: Arms = None, where: Where = None, as_json: AsJson = False
) -> None:
    """Build every network in a second framework, copy the weights, and compare: what it computes, and its gradients.

    In PyTorch and in Keras on JAX, in double precision, so that another convention shows and rounding does not. Every
    reading is compared. Exit code 0: all are the same. Needs the extra `keras`.

    Example: specit conform coordconv/rendering --arm deconv
    """
    from specit.conform import compare
    from specit.spec.lock import canonical
    from specit.studies import find

    from .output import print_json

    points = find(spec).plan(tier, arms=arm, choose=parse_where(where), readings="all")
    done: dict[str, list[Comparison]] = {}
    for point in points:
        statement = point.lock.statement()
        networks = canonical([statement["networks"], statement["initialise"]])
        if networks not in done:
            done[networks] = compare(point.lock)
            if not as_json:
                _print(point.label, done[networks])
    found = [comparison for comparisons in done.values() for comparison in comparisons]
    if as_json:
        print_json([_data(comparison) for comparison in found])
    else:
        typer.echo(f"{sum(c.conforms for c in found)} of {len(found)} networks are the same in both frameworks.")
    if not all(comparison.conforms for comparison in found):
        raise typer.Exit(1)


def _print(label: str, comparisons: list[Comparison]) -> None:
    from rich.table import Table

    from .output import console

    for comparison in comparisons:
        table = Table("", "layer", "what it makes", "gradients", box=None, pad_edge=False)
        for each in comparison.differences:
            gradients = ", ".join(f"{name} {value:.0e}" for name, value in each.gradients.items())
            table.add_row(str(each.place), each.layer, f"{each.forward:.0e}", gradients)
        out = console()
        out.print(f"[bold]{label}[/bold]  {comparison.network}, against {comparison.framework}; largest difference:")
        out.print(table)
        out.print("the same\n" if comparison.conforms else "[bold]not the same[/bold]\n")


def _data(comparison: Comparison) -> dict[str, object]:
    return {
        "network": comparison.network,
        "framework": comparison.framework,
        "conforms": comparison.conforms,
        "layers": [
            {"layer": each.layer, "forward": each.forward, "gradients": each.gradients}
            for each in comparison.differences
        ],
    }
