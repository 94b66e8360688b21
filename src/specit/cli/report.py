"""`specit report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specit.errors import SpecItError

from .app import app
from .options import DEFAULT_STORE, AnyTier, AsJson, SpecName, StoreFolder


@app.command()
def report(
    spec: SpecName,
    tier: AnyTier = None,
    to: Annotated[str, typer.Option(help="html, or markdown: the verdict table alone.", metavar="FORMAT")] = "html",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The file to write. Markdown goes between the markers in it.", metavar="FILE"
        ),
    ] = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Judge a spec and write its report: one page that works offline, the verdicts first.

    Markdown is printed, or put between `<!-- specit:SPEC -->` and `<!-- /specit:SPEC -->` in a file.
    """
    from specit.claims.gather import gather, judge_spec
    from specit.records.atomic import write_atomically
    from specit.records.store import Store
    from specit.report.markdown import replace_between_markers, verdict_table
    from specit.report.text import verdict_lines
    from specit.studies import find

    from .output import console, print_json, verdicts_as_data

    read, records = find(spec), Store(store)
    gathered = gather(read, records)
    verdicts = judge_spec(read, gathered, tier)
    if to == "markdown":
        table = verdict_table(verdicts)
        if output is None:
            typer.echo(table)
            return
        if not output.is_file():
            raise SpecItError(f"There is no file '{output}' to put the table into.")
        write_atomically(output, replace_between_markers(output.read_text(), read.name, table).encode())
    elif to == "html":
        from specit.report.compose import compose
        from specit.report.html import render

        output = output or Path("report") / f"{read.name.replace('/', '-')}.html"
        write_atomically(output, render(compose(read, gathered, verdicts, records)).encode())
        if not as_json:
            console().print(verdict_lines(verdicts))
    else:
        raise SpecItError(f"A report is written --to html or markdown, not '{to}'.")
    if as_json:
        print_json({"report": str(output), "verdicts": verdicts_as_data(verdicts)})
    else:
        typer.echo(str(output))
