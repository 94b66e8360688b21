"""The command line's root: its help, and how mistakes end."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import typer

from specit.errors import SpecItError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help=(
        "Write down everything about a neural-network experiment, run it, and learn whether the paper's claim held."
        "\n\n[bold]Start here:[/bold]\n\n"
        "specit list\n\nspecit check coordconv/classification\n\n"
        "specit run coordconv/classification --tier quick\n\nspecit report coordconv/classification"
    ),
    epilog=(
        "SPEC is a study or one spec: a name from `specit list`, a folder of .yaml files, or one of them. "
        "Exit codes: 0 all well (judge: every claim reproduced), 1 not so, 2 a mistake in what was asked."
    ),
)

_debug = False

# What click calls ClickException: a mistake in the arguments. Newer versions of typer carry click inside themselves,
# so it is reached through typer; older ones depend on click.
_Misuse: type[Any] = typer.BadParameter.__mro__[2]


@app.callback()
def _root(
    debug: bool = typer.Option(False, "--debug", help="Show Python's traceback where something goes wrong."),
) -> None:
    global _debug
    _debug = debug


def main() -> None:
    """Run the command line; the only place that turns errors into words and exit codes."""
    from . import (  # noqa: F401  (each adds its command)
        appendix,
        check,
        conform,
        diff,
        export,
        extract,
        gc,
        judge,
        listing,
        lock,
        new,
        plan,
        report,
        run,
        runs,
        schema,
        tune,
    )

    global _debug
    _debug = "--debug" in sys.argv
    try:
        code = typer.main.get_command(app).main(standalone_mode=False)
        if code == 130:  # Ctrl-C, which typer turns into an exit code
            raise KeyboardInterrupt
    except _Misuse as error:
        error.show()
        code = 2
    except SpecItError as error:
        code = _fail(str(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        code = _fail("Interrupted. What was done is kept: the same command goes on from there.", 130)
    except BrokenPipeError:  # the reader of our output has gone, as `specit list | head -1` does
        sys.stderr.close()
        code = 0
    except Exception as error:
        code = _fail(
            f"{type(error).__name__}: {error}. This is a defect in SpecIt; "
            "run the command again as `specit --debug ...` for the traceback, and please report it.",
            70,
        )
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> int:
    if _debug:
        traceback.print_exc()
    typer.secho(f"specit: {message}", err=True, fg=typer.colors.RED if sys.stderr.isatty() else None)
    return code
