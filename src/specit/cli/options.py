"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specit.errors import SpecItError

SpecName = Annotated[
    str,
    typer.Argument(
        metavar="SPEC", help="A study or one spec: a name from `specit list`, a folder of .yaml files, or one of them."
    ),
]
OneSpecName = Annotated[
    str, typer.Argument(metavar="SPEC", help="One spec: a name from `specit list`, or a .yaml file.")
]
StoreFolder = Annotated[
    Path, typer.Option("--store", envvar="SPECIT_STORE", help="The folder that keeps the records.", metavar="DIR")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Arms = Annotated[list[str] | None, typer.Option("--arm", help="Only this arm (may be given again).", metavar="ARM")]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where", help="Only these options of an axis: split=uniform, tile=channels,plane.", metavar="AXIS=OPTION"
    ),
]
TierName = Annotated[
    str,
    typer.Option(help="instant (seconds: does it run), quick (minutes), or full (the paper's budget).", metavar="TIER"),
]
AnyTier = Annotated[
    str | None,
    typer.Option("--tier", help="Judge this tier alone; without it, the fullest that decides.", metavar="TIER"),
]
Readings = Annotated[
    str, typer.Option(help="default: as the tier says or the code takes; all: every reading.", metavar="WHICH")
]
Sweeps = Annotated[str, typer.Option(help="default, or all: every point of every sweep.", metavar="WHICH")]
Seeds = Annotated[
    int | None, typer.Option(help="How many seeds (0, 1, ...); without it, as the spec says.", metavar="N")
]
Processes = Annotated[
    int | None,
    typer.Option("--jobs", help="How many runs at once, one thread each; without it, one a core.", metavar="N"),
]
MaxHours = Annotated[
    float | None,
    typer.Option(
        help="Only what fits in so much time on --jobs cores, by `specit plan`: what undecided claims wait for, the "
        "quickest first.",
        metavar="H",
    ),
]

DEFAULT_STORE = Path("runs")


def parse_where(where: list[str] | None) -> dict[str, list[str]]:
    """Read `--where axis=option,option` into a selection.

    >>> parse_where(["split=uniform", "tile=channels,plane"])
    {'split': ['uniform'], 'tile': ['channels', 'plane']}
    """
    selection: dict[str, list[str]] = {}
    for text in where or []:
        axis, equals, options = text.partition("=")
        if not equals or not axis or not options:
            raise SpecItError(f"--where needs AXIS=OPTION, such as split=uniform, not '{text}'.")
        selection[axis] = options.split(",")
    return selection
