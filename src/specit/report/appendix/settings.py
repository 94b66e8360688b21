"""Data, initial values and training as rows: a setting, its value, and which experiments it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specit.spec.diff.words import argument, setting, show
from specit.spec.document import Point
from specit.spec.origins import Path
from specit.spec.tree import Source

from .content import Row, Table, cell
from .marks import mark
from .points import described

HEAD = ("Setting", "Value", "For")
WIDTHS = (6, 8, 6)

Sources = Mapping[Path, Source]


def settings_table(caption: str, section: str, points: Sequence[tuple[Point, Sources]]) -> Table:
    """Return the table of one section of the statements of some points."""
    held: dict[str, dict[tuple[str, str], list[Point]]] = {}
    for point, sources in points:
        for path, value in _leaves((section,), point.lock.statement().get(section, {})):
            source = _source(path, value, sources)
            text = "nobody states it" if value is None and source is Source.UNSTATED else show(value)
            held.setdefault(_name(path), {}).setdefault((text, mark(source)), []).append(point)
    every = [point for point, _ in points]
    rows = [
        Row((cell(name), cell(text, letter), cell(described(holding, every))))
        for name, values in held.items()
        for (text, letter), holding in values.items()
    ]
    return Table(caption, HEAD, rows, WIDTHS)


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield every value with its path; a variant's name is a value, at the path it stands at."""
    if path[0] == "initialise" and len(path) == 3:
        yield path, value
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        for place, item in enumerate(value):
            yield from _leaves((*path, place), item)
    elif isinstance(value, dict):
        if _holds_variant(path):
            for name in value:
                yield path, name
        for name, below in value.items():
            if below != {}:
                yield from _leaves((*path, name), below)
    else:
        yield path, value


def _holds_variant(path: Path) -> bool:
    """Return whether a one-key mapping here is a name with its arguments."""
    slots = ("loss", "likelihood", "latent", "optimizer", "schedule", "then")
    return path in (("train",), ("data", "dataset"), ("data", "split")) or path[-1] in slots


def _source(path: Path, value: Any, sources: Sources) -> Source | None:
    found = sources.get(path)
    if found is None and isinstance(value, str):  # the name of a variant has the place of the variant
        found = sources.get((*path, value))
    return found


def _name(path: Path) -> str:
    match path:
        case ("train",):
            return "procedure"
        case ("data", "dataset"):
            return "data set"
        case ("initialise", kind, parameter):
            return f"{kind} {parameter}"
        case ("train", _, "intermediate_losses", int(place), *rest):
            return f"intermediate loss {place + 1}: {' '.join(argument(str(step)) for step in rest)}"
        case ("train", _, "groups", int(place), *rest):
            return f"group {place + 1}: {' '.join(argument(str(step)) for step in rest)}"
    return setting(path)
