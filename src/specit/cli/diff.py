"""`specit diff`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from specit.errors import SpecItError, nearest

from .app import app
from .options import AsJson, TierName, Where, parse_where

if TYPE_CHECKING:
    from specit.spec.diff import Diff, Difference, Side
    from specit.spec.document import Spec

_SIDE = (
    "A spec, by name or file, perhaps with an arm: SPEC#ARM. Or a lock: a .json file. Or a model: "
    "package.module:attribute, path/to/file.py:attribute, or an .onnx file."
)


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help=_SIDE)],
    b: Annotated[str, typer.Argument(metavar="B", help=_SIDE)],
    arm: Annotated[
        str | None, typer.Option("--arm", help="This arm, of a spec that names none.", metavar="ARM")
    ] = None,
    where: Where = None,
    tier: TierName = "full",
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            help="What goes into a model, as for `specit extract`; without it, what goes into the other side.",
            metavar="TYPE[AXES]",
        ),
    ] = None,
    training: Annotated[
        str | None,
        typer.Option("--training", help="What a model is trained with, as for `specit extract`.", metavar="SETUP"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how two experiments differ: in what runs, and in what is stated. Exit code 0: they run the same; 1: not so.

    The names of layers and arms and the order in which things are written make no difference. Each side is one point:
    --arm and --where choose it; of a reading or a sweep that neither names, the default option is taken.

    Examples: specit diff mine.yaml theirs.yaml

    specit diff paper.yaml#model mypackage.model:build

    specit diff coordconv/classification#coordconv coordconv/regression#coordconv_maxpool --where split=uniform
    """
    from specit.spec.diff import compare

    from .output import print_json

    chosen = parse_where(where)
    _check_models([a, b], inputs, training)
    found: dict[str, tuple[Side, list[str]]] = {}
    for name in sorted((a, b), key=_needs_inputs):
        if _is_model(name):
            others = [text for side, _ in found.values() for text in _inputs(side)] if _needs_inputs(name) else []
            found[name] = _extract(name, inputs or others, training), []
        else:
            found[name] = _read(name, arm, chosen, tier)
    sides = [found[name] for name in (a, b)]
    known = {axis for _, axes in sides for axis in axes}
    for axis in chosen:
        if axis not in known:
            says = nearest(axis, known) if known else "nothing varies in them."
            raise SpecItError(f"--where: neither side has an axis '{axis}'; {says}")
    difference = compare(sides[0][0], sides[1][0])
    if as_json:
        print_json(_data(difference))
    else:
        _print(difference)
    if not difference.same:
        raise typer.Exit(1)


def _is_onnx(name: str) -> bool:
    return name.lower().endswith(".onnx")


def _is_model(name: str) -> bool:
    """Return whether a side is somebody's model: an ONNX file, or an attribute of a module and no file of that name."""
    return _is_onnx(name) or _needs_inputs(name)


def _needs_inputs(name: str) -> bool:
    """Return whether a side is code, which does not say what goes into it: the other side may."""
    return not _is_onnx(name) and ":" in name and "#" not in name and not Path(name).exists()


def _check_models(names: Sequence[str], inputs: list[str] | None, training: str | None) -> None:
    models = [name for name in names if _is_model(name)]
    for option, given in (("--input", inputs), ("--training", training)):
        if given and not models:
            raise SpecItError(f"{option} is about a model, and neither side is one (package.module:attribute).")
    if training and len(models) > 1:
        raise SpecItError("--training does not say which of the two models it trains; extract each, and compare those.")


def _inputs(side: Side) -> list[str]:
    """Return what goes into a side's first network, as it is written on the command line."""
    network = next(iter(side.statement["networks"].values()))
    layers = network["layers"] if isinstance(network, dict) else network
    shapes = [layer["Input"]["shape"] for layer in layers if "Input" in layer]
    return [f"float32[{','.join(map(str, (1, *shape)))}]" for shape in shapes]


def _extract(name: str, inputs: list[str], training: str | None) -> Side:
    """Return a model as a side: the spec that `specit extract` would write."""
    from dataclasses import replace

    from specit.extract.describe import describe
    from specit.spec.diff import side_of
    from specit.spec.document import Spec
    from specit.spec.load import parse
    from specit.spec.origins import traced

    found = describe(name, inputs, training)
    spec = traced(Spec(name, parse(found.text, name)))
    side = side_of(name, spec, spec.plan()[0])
    if found.compared.same:
        return side
    return replace(side, notes=(*side.notes, f"What was extracted from {name} does not compute the same as it does."))


def _read(name: str, arm: str | None, where: Mapping[str, Sequence[str]], tier: str) -> tuple[Side, list[str]]:
    """Return one side, and the axes that it has."""
    from specit.spec.diff import read_lock_file, side_of
    from specit.spec.origins import traced
    from specit.studies import find

    if name.endswith(".json"):
        return read_lock_file(Path(name)), []
    source, _, own = name.partition("#")
    if "#" in name and not own:
        raise SpecItError(f"'{name}' names no arm after the #.")
    spec = traced(find(source))
    axes = _axes(spec, own or arm, tier)
    choose = {axis: options for axis, options in where.items() if axis in axes}
    chosen = own or arm
    points = spec.plan(tier, arms=[chosen] if chosen else None, choose=choose)
    if len(points) != 1:
        shown = "".join(f"\n  {point.label}" for point in points[:12]) + ("\n  ..." if len(points) > 12 else "")
        left = f"A side of a diff is one point; {name} leaves {len(points)}."
        raise SpecItError(f"{left} Say which with {source}#ARM and --where:{shown}")
    label = " · ".join([spec.name, points[0].label])
    return side_of(label, spec, points[0]), axes


def _axes(spec: Spec, arm: str | None, tier: str) -> list[str]:
    from specit.spec.choices import axes

    return [axis.name for axis in axes(spec.stated(arm, tier))] if arm else list(spec.axes(tier))


def _data(found: Diff) -> dict[str, Any]:
    def row(one: Difference) -> dict[str, Any]:
        return {
            "what": one.what,
            "says": one.says,
            "a": {"value": one.a.value, "source": one.a.source},
            "b": {"value": one.b.value, "source": one.b.source},
            "layers": [list(pair) for pair in one.layers],
        }

    return {
        "a": found.a,
        "b": found.b,
        "same": found.same,
        "runs": [row(one) for one in found.runs],
        "unstated": [row(one) for one in found.unstated],
        "notes": list(found.notes),
    }


def _print(found: Diff) -> None:
    from rich.text import Text

    from .output import console

    out = console()
    out.print(Text(f"A  {found.a}\nB  {found.b}\n"))
    groups = (
        ("What runs differently", [one.says for one in found.runs]),
        ("What one side leaves unstated", [one.says for one in found.unstated]),
        ("Notes", list(found.notes)),
    )
    for title, sentences in groups:
        if sentences:
            out.print(Text(title, style="bold"))
            for says in sentences:
                out.print(Text(f"  {says}"), soft_wrap=True)
            out.print()
    if found.same:
        out.print("They run the same.")
    else:
        count = len(found.runs)
        out.print(f"{count} difference{'' if count == 1 else 's'} in what runs.")
