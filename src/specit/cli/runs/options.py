"""Arguments and options that several commands on runs share."""

from __future__ import annotations

from typing import Annotated

import typer

OfSpec = Annotated[
    str | None,
    typer.Argument(
        metavar="[SPEC]",
        help="Only runs of a study or a spec, under the names by which it knows them; without it, all in the store.",
        show_default=False,
    ),
]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="A run's name, or how it begins: 3f2a or 3f2a/seed-0.")]
Tiers = Annotated[list[str] | None, typer.Option("--tier", help="Only this tier (may be given again).", metavar="TIER")]
Statuses = Annotated[
    list[str] | None,
    typer.Option(
        "--status",
        help="Only these: finished, diverged, or running (under way, or interrupted). May be given again.",
        metavar="STATUS",
    ),
]
