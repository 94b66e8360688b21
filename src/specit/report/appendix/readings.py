"""What varies: conditions, sweeps, and what is unstated with its readings and what each of them sets."""

from __future__ import annotations

from collections.abc import Iterator

from specit.spec.choices import Axis, axes
from specit.spec.diff import Difference, compare, side_of
from specit.spec.diff.words import show
from specit.spec.document import Point, Spec

from .content import Row, Table, cell

HEAD = ("Detail", "Option", "Sets", "For")
WIDTHS = (4, 4, 12, 4)


def readings_table(spec: Spec, arms: list[str], kind: str, caption: str) -> Table:
    """Return the axes of one kind, each option with what it sets; `spec` is traced."""
    rows = [
        Row(
            (
                cell(axis.name if first else ""),
                cell(option + (" (the authors' code)" if option == axis.code else "")),
                cell(sets),
                cell(", ".join(holding) if holding != arms else ""),
            )
        )
        for axis in spec.axes().values()
        if axis.kind == kind
        for first, option, sets, holding in _options(spec, arms, axis)
    ]
    return Table(caption, HEAD, rows, WIDTHS)


def _options(spec: Spec, arms: list[str], axis: Axis) -> Iterator[tuple[bool, str, str, list[str]]]:
    """Yield every option with what it sets, and the arms in which it sets that; the first row of an axis is told."""
    having = [arm for arm in arms if axis.name in {one.name for one in axes(spec.stated(arm))}]
    first = True
    for option in axis.options:
        said: dict[str, list[str]] = {}
        for arm in having:
            said.setdefault(_sets(spec, arm, axis, option), []).append(arm)
        for text, holding in said.items():
            if text:
                yield first, option, text, holding
                first = False


def _sets(spec: Spec, arm: str, axis: Axis, option: str) -> str:
    """Return what an option sets in an arm, as compared with another one."""
    other = next((one for one in axis.options if one != option), option)
    pair = [_point(spec, arm, {axis.name: [one]}) for one in (option, other)]
    if pair[0] is None or pair[1] is None:
        return ""
    found = compare(*(side_of("", spec, point) for point in pair if point))
    said = (_set(one) for one in [*found.runs, *found.unstated])
    return "; ".join(dict.fromkeys(said)) if found.runs else "nothing more"


def _set(one: Difference) -> str:
    if one.what == "layers":
        layers = [show(layer) for layer in one.a.value or ()]
        return f"layers: {', '.join(layers) or 'none'}"
    return f"{one.what} {show(one.a.value)}" if one.a.source != "absent" else f"no {one.what}"


def _point(spec: Spec, arm: str, choose: dict[str, list[str]]) -> Point | None:
    """Return the first point with these options; None where another option leaves no such axis."""
    points = spec.plan(arms=[arm], choose=choose)
    ((axis, (option,)),) = choose.items()
    return next((point for point in points if point.selection.get(axis) == option), None)
