"""`specit runs` itself: a group of commands, which lists where none of them is named."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from ..app import app

LIST = "list"


class _ListsByDefault(TyperGroup):
    """A group in which `specit runs coordconv --tier full` means `specit runs list coordconv --tier full`."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        named = args[:1] and args[0] in self.commands
        return super().parse_args(ctx, args if named or args[:1] == ["--help"] else [LIST, *args])


runs = typer.Typer(
    cls=_ListsByDefault,
    rich_markup_mode="rich",
    help=(
        "What was run: list it, look at one run, compare two, write a table, check that all is sound."
        "\n\nWithout a command's name it is the list: `specit runs SPEC --tier full` is `specit runs list SPEC --tier "
        "full`."
        "\n\nExamples: specit runs coordconv/classification --arm coordconv --sort test_accuracy"
        "\n\nspecit runs compare 9894 3f2a/seed-1"
        "\n\nspecit runs export runs.parquet coordconv"
    ),
)
app.add_typer(runs, name="runs")
