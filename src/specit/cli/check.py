"""`specit check`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError, nearest

from .app import app
from .options import AsJson, SpecName

if TYPE_CHECKING:
    from specit.check import Finding
    from specit.spec.document import Spec


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


@app.command()
def check(
    spec: SpecName,
    as_json: AsJson = False,
    form: Annotated[
        Format, typer.Option("--format", help="sarif: what code review shows beside the lines; json is --json.")
    ] = Format.TEXT,
    select: Annotated[
        list[str] | None, typer.Option("--select", help="Only these findings: codes or their beginnings, S2,S301.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help="Not these findings: S101,S4.")] = None,
    fingerprints: Annotated[
        bool, typer.Option("--fingerprints", help="Make the data and print the fingerprints to state; nothing else.")
    ] = False,
) -> None:
    """Check a spec whole: every arm, tier and option; count its details; find what will not hold before it is run.

    Of a study, every spec is checked, and told in a line; a list as JSON. Exit code 0: nothing above a note, 1: a
    warning or an error, 2: a mistake, so that the spec cannot be read. Each finding has a code: docs/check.
    """
    from specit.check.codes import pick
    from specit.check.finding import exit_code, mistake

    if fingerprints:
        _print_fingerprints(spec, as_json=as_json)
        return
    form = Format.JSON if as_json else form
    codes = pick(_split(select), _split(ignore))
    try:
        title, specs, facts, found = _check(spec, codes)
    except SpecItError as error:
        if error.at and form is not Format.TEXT:
            _print_for_programs([mistake(error)], form, {"findings": [mistake(error).as_data()]})
        raise
    code = exit_code(found)
    if form is Format.TEXT:
        if title:
            _print_all(title, facts)
        else:
            _print(specs[0], facts[0])
        _print_findings(found)
    else:
        _print_for_programs(found, form, facts if title else facts[0])
    if code:
        raise typer.Exit(code)


def _check(name: str, codes: frozenset[str]) -> tuple[str | None, list[Spec], list[dict[str, Any]], list[Finding]]:
    """Return the title, if it is a study, its specs, what is to be told of each, and all findings."""
    from specit.check import findings
    from specit.studies import find_all, find_study

    study = find_study(name)
    specs = list(study.specs) if study else find_all(name)
    facts, every = [], list["Finding"]()
    for spec in specs:
        counted = _facts(spec)
        found = [finding for finding in findings(spec) if finding.code in codes]
        facts.append(counted | {"findings": [finding.as_data() for finding in found]})
        every += found
    return study.title if study else None, specs, facts, every


def _print_fingerprints(name: str, *, as_json: bool) -> None:
    """Print the fingerprint of every data that some point has, with the first arm and options that have them.

    Of data that are not in the data folder say so, on stderr.
    """
    from specit.data import data_of
    from specit.data.folder import MissingDataError
    from specit.studies import find_all

    from .output import print_json

    found: dict[Any, dict[str, Any]] = {}
    for spec in find_all(name):
        for point in spec.every_point:
            data = point.lock.data
            if data and data[:2] not in found:
                try:
                    written = data_of(point.lock).fingerprint()
                except MissingDataError as missing:
                    found[data[:2]] = {"fingerprint": None, "spec": spec.name, "arm": point.arm, **point.selection}
                    typer.echo(f"{spec.name}: {missing.message}", err=True)
                    continue
                found[data[:2]] = {"fingerprint": written, "spec": spec.name, "arm": point.arm, **point.selection}
                if not as_json:
                    typer.echo(f"{written}  {spec.name} · {point.label}")
    if as_json:
        print_json(list(found.values()))


def _split(words: Sequence[str] | None) -> list[str]:
    return [code.strip() for word in words or () for code in word.split(",")]


def _print_for_programs(found: Sequence[Finding], form: Format, facts: Any) -> None:
    from pathlib import Path

    from specit.check.finding import exit_code
    from specit.check.sarif import as_sarif

    from .output import print_json

    print_json(as_sarif(found, exit_code(found), Path.cwd()) if form is Format.SARIF else facts)


def _facts(spec: Spec) -> dict[str, Any]:
    _check_figures(spec)
    parameters: dict[str, list[int]] = {}
    for point in spec.every_point:
        counts = parameters.setdefault(point.arm, [])
        if point.lock.parameters not in counts:
            counts.append(point.lock.parameters)
    return {
        "spec": spec.name,
        "title": spec.title,
        "details": {source.value: count for source, count in spec.sources().items()},
        "unstated": [
            {"axis": axis.name, "options": list(axis.options), "code": axis.code, "line": axis.mark.line}
            for axis in spec.axes().values()
            if axis.kind == "reading"
        ],
        "completed": spec.completed(),
        "parameters": parameters,
        "claims": [claim.id for claim in spec.claims],
        "points": {tier: len(spec.plan(tier)) for tier in spec.tiers},
    }


def _check_figures(spec: Spec) -> None:
    from specit.report.figures import FIGURES

    for figure, node in zip(
        spec.figures, spec.sections["figures"].sequence("figures") if spec.figures else (), strict=True
    ):
        if figure.draw not in FIGURES:
            raise SpecItError(f"There is no figure '{figure.draw}'; {nearest(figure.draw, FIGURES)}", at=node.mark)


def _print_all(title: str, found: Sequence[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from .output import console

    table = Table("spec", "details", "unstated", "by default", "arms", "claims", "points", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for facts in found:
        counted = [len(facts[part]) for part in ("unstated", "completed", "parameters", "claims")]
        tiers = ", ".join(f"{tier} {count}" for tier, count in facts["points"].items())
        table.add_row(facts["spec"], str(sum(facts["details"].values())), *map(str, counted), tiers)
    out = console()
    out.print(Text.assemble((title, "bold"), "\n"))
    out.print(table)
    claims = sum(len(facts["claims"]) for facts in found)
    out.print(
        f"\n{len(found)} specs with {claims} claims. Every shape fits. More of one: specit check {found[0]['spec']}",
        soft_wrap=True,
    )


def _print(spec: Spec, found: dict[str, Any]) -> None:
    from rich.table import Table

    from specit.spec.tree import Source

    from .output import console

    out = console()
    out.print(f"[bold]{spec.title}[/bold]  {spec.name}")
    if spec.paper:
        out.print(spec.paper.cite)
    details = Table("details", "come from", "tag", box=None, pad_edge=False)
    details.columns[0].justify = "right"
    for source in Source:
        count = found["details"][source.value]
        if source is not Source.UNSTATED and count:
            details.add_row(str(count), source.says, "" if source is Source.PAPER else f"!{source.value}")
    out.print()
    out.print(details)
    out.print()
    readings = 1
    unstated = Table("unstated", "readings", "the code takes", "line", box=None, pad_edge=False)
    for axis in found["unstated"]:
        readings *= len(axis["options"])
        unstated.add_row(axis["axis"], ", ".join(axis["options"]), axis["code"] or "unknown", str(axis["line"]))
    out.print(f"{len(found['unstated'])} unstated, which makes {readings} readings")
    out.print(unstated)
    out.print()
    if found["completed"]:
        out.print(f"{len(found['completed'])} left to a default.")
    else:
        out.print("Nothing is left to a framework's default.")
    out.print()
    arms = Table("arm", "parameters", box=None, pad_edge=False)
    for arm, counts in found["parameters"].items():
        arms.add_row(arm, " or ".join(f"{count:,}" for count in counts))
    out.print(arms)
    tiers = ", ".join(f"{tier} {count}" for tier, count in found["points"].items())
    out.print(f"\n{len(found['claims'])} claims; points to run: {tiers}. Every shape fits.")


_COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def _print_findings(found: Sequence[Finding]) -> None:
    """Print the findings file by file, a line each, and how many there are of each level."""
    from itertools import groupby

    from rich.text import Text

    from .output import console

    out = console()
    for _, of_a_file in groupby(found, key=lambda finding: finding.mark.file if finding.mark else ""):
        out.print()
        for finding in of_a_file:
            place = f"{_relative(finding.mark.file)}:{finding.mark.line}: " if finding.mark else ""
            level = (finding.level, _COLOURS[finding.level])
            out.print(Text.assemble((place, "dim"), finding.code, " ", level, ": ", finding.message), soft_wrap=True)
    counts = {level: sum(finding.level == level for finding in found) for level in _COLOURS}
    told = [f"{count} {level}{'' if count == 1 else 's'}" for level, count in counts.items() if count]
    out.print(f"\n{', '.join(told)}. What a code means: docs/check." if told else "\nNo findings.", soft_wrap=True)


def _relative(file: str) -> str:
    """Return a file's path from here, if it lies below."""
    from pathlib import Path

    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file
