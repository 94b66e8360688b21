"""`specit report`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError

from .app import app
from .options import DEFAULT_STORE, AnyTier, AsJson, SpecName, StoreFolder
from .selection import select

if TYPE_CHECKING:
    from specit.claims.gather import Judged
    from specit.records.store import Store
    from specit.report.study import Contents
    from specit.studies import Study


@app.command()
def report(
    spec: SpecName,
    tier: AnyTier = None,
    to: Annotated[
        str,
        typer.Option(
            help="html; markdown: the verdict table alone; summary: how many verdicts of which kind, as Markdown.",
            metavar="FORMAT",
        ),
    ] = "html",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file to write; the pages of a study's specs go beside it. Markdown goes between its markers.",
            metavar="FILE",
        ),
    ] = None,
    store: StoreFolder = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Judge a spec or a study and write its report: pages that work offline, the verdicts first.

    A study has one page with all its verdicts, and one for each spec. With --tier, the specs that lack it are
    passed over. Markdown is printed, or put between `<!-- specit:SPEC -->` and `<!-- /specit:SPEC -->` in a file; a
    summary between `<!-- specit:SPEC:summary -->` and its end.

    Examples: specit report coordconv

    specit report coordconv --to markdown --output README.md
    """
    from specit.claims.gather import judge_specs
    from specit.records.store import Store
    from specit.studies import find, find_study

    from .output import print_json, print_passed_over, print_verdicts, verdicts_as_data

    if to not in ("html", "markdown", "summary"):
        raise SpecItError(f"A report is written --to html, markdown or summary, not '{to}'.")
    study = find_study(spec)
    selected, passed_over = select(list(study.specs) if study else [find(spec)], tier, None, {})
    records = Store(store)
    judged = judge_specs([one.spec for one in selected], records, tier)
    if as_json or to != "html":
        print_passed_over(passed_over, stderr=True)
    if to != "html":
        output = _write_markdown(study, judged, output, summary=to == "summary")
        if output is None:
            return
        pages = {judged[0].spec.name: output}
    elif study:
        output = output or Path("report") / f"{study.name}.html"
        pages = _write_study(study, judged, records, output)
    else:
        output = output or Path("report") / f"{judged[0].spec.name.replace('/', '-')}.html"
        pages = {judged[0].spec.name: output}
        _write_page(judged[0], records, output)
    if as_json:
        written: dict[str, Any] = {"report": str(output)}
        if study and to == "html":
            written |= {"pages": {name: str(path) for name, path in pages.items()}}
        print_json(written | {"verdicts": verdicts_as_data(judged)})
        return
    if to == "html":
        print_verdicts(judged, passed_over)
    typer.echo(str(output))


def _write_markdown(
    study: Study | None, judged: Sequence[Judged], output: Path | None, *, summary: bool
) -> Path | None:
    """Put the table between its markers in a file, or print it where no file is named."""
    from specit.records.atomic import write_atomically
    from specit.report.markdown import replace_between_markers, study_table, summary_table, verdict_table

    name = study.name if study else judged[0].spec.name
    titled = [(one.spec.title, one.verdicts) for one in judged]
    if summary:
        name, table = f"{name}:summary", summary_table(titled)
    else:
        table = study_table(titled) if study else verdict_table(judged[0].verdicts)
    if output is None:
        typer.echo(table)
        return None
    if not output.is_file():
        raise SpecItError(f"There is no file '{output}' to put the table into.")
    write_atomically(output, replace_between_markers(output.read_text(), name, table).encode())
    return output


def _write_study(study: Study, judged: Sequence[Judged], records: Store, index: Path) -> dict[str, Path]:
    """Write the page of the study, and beside it one for each spec; return where the latter are."""
    from specit.records.atomic import write_atomically
    from specit.report.compose import compose_study
    from specit.report.html import render_study
    from specit.report.study import Contents, Page

    def file(spec: str) -> str:
        return f"{index.stem}-{spec.rpartition('/')[2]}{index.suffix}"

    pages = [Page(one.spec.name, one.spec.title, file(one.spec.name)) for one in judged]
    contents = Contents(study.title, index.name, pages)
    for one, page in zip(judged, pages, strict=True):
        _write_page(one, records, index.parent / page.file, contents)
    report = compose_study(study.name, study.title, study.about, study.cite, judged, contents)
    write_atomically(index, render_study(report).encode())
    return {page.spec: index.parent / page.file for page in pages}


def _write_page(one: Judged, records: Store, output: Path, contents: Contents | None = None) -> None:
    from specit.records.atomic import write_atomically
    from specit.report.compose import compose
    from specit.report.html import render

    report = compose(one.spec, one.gathered, one.verdicts, records)
    write_atomically(output, render(report, contents).encode())
