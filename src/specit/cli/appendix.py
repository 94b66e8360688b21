"""`specit appendix`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specit.errors import SpecItError, nearest

from .app import app
from .options import Arms, OneSpecName

FORMS = ("latex", "markdown", "html")


@app.command()
def appendix(
    spec: OneSpecName,
    to: Annotated[str, typer.Option(help="latex, markdown or html.", metavar="FORM")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here instead of printing.", metavar="FILE")
    ] = None,
    arm: Arms = None,
    standalone: Annotated[
        bool, typer.Option("--standalone", help="LaTeX as a document by itself, not to be taken into a paper.")
    ] = False,
) -> None:
    r"""Write the table that a paper's supplement should have: every value of a spec, marked with where it comes from.

    Layers with shapes and parameters, data and split, initial values, training, what is unstated with its readings,
    what smaller budgets depart in, and the claims. LaTeX is written to be taken into a paper with \\input; a comment
    on its first line names the packages it needs.

    Example: specit appendix coordconv/classification --to latex -o appendix.tex
    """
    from specit.records.atomic import write_atomically
    from specit.report.appendix import compose_appendix, to_html, to_latex, to_markdown
    from specit.studies import find

    if to not in FORMS:
        raise SpecItError(f"An appendix is written --to latex, markdown or html, not '{to}'; {nearest(to, FORMS)}")
    if standalone and to != "latex":
        raise SpecItError(f"--standalone is for latex; {to} always stands by itself.")
    content = compose_appendix(find(spec), arm)
    if to == "latex":
        text = to_latex(content, standalone=standalone)
    else:
        text = to_html(content) if to == "html" else to_markdown(content)
    if output is None:
        typer.echo(text, nl=False)
        return
    if not output.parent.is_dir():
        raise SpecItError(f"There is no folder '{output.parent}' to write '{output.name}' into.")
    write_atomically(output, text.encode())
    typer.echo(str(output))
