"""`specit check`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from specit.errors import SpecItError, nearest

from .app import app
from .options import AsJson, SpecName

if TYPE_CHECKING:
    from specit.spec.document import Spec


@app.command()
def check(spec: SpecName, as_json: AsJson = False) -> None:
    """Check a spec whole: every arm, tier and option, and count its details by where they come from.

    Of a study, every spec is checked, and told in a line; a list as JSON.
    """
    from specit.studies import find_all, find_study

    from .output import print_json

    study = find_study(spec)
    specs = list(study.specs) if study else find_all(spec)
    found = [_facts(read) for read in specs]
    if study and not as_json:
        _print_all(study.title, found)
    elif as_json:
        print_json(found if study else found[0])
    else:
        _print(specs[0], found[0])


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
        out.print(f"{len(found['completed'])} left to a default:")
        for line in found["completed"]:
            out.print(f"  {line}")
    else:
        out.print("Nothing is left to a framework's default.")
    out.print()
    arms = Table("arm", "parameters", box=None, pad_edge=False)
    for arm, counts in found["parameters"].items():
        arms.add_row(arm, " or ".join(f"{count:,}" for count in counts))
    out.print(arms)
    tiers = ", ".join(f"{tier} {count}" for tier, count in found["points"].items())
    out.print(f"\n{len(found['claims'])} claims; points to run: {tiers}. Every shape fits.")
