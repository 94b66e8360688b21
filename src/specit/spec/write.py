"""A model's spec as YAML that people like to read: a layer a line, names only where an arrow needs one.

`x + f(x)` is written as a `residual`. What is read back is the same lock, provided that every layer which others take
out of turn has a name (`needs_name`); where one has none, it is given one, and the lock tells them apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from .initialise import Initialisers
from .initialisers import Constant, Values
from .layers import Layer
from .model import Model
from .network import Network, Placed

WIDTH = 120
DEEPEST = 8
"""How many residuals are written inside one another; a file may not nest without bound."""
_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_. -]*[A-Za-z0-9_.])?")
_WORDS = {"null", "true", "false"}


@dataclass(frozen=True)
class Remarks:
    """What is written beside a network's layers: a comment by place, and the initialisers that nobody states."""

    comments: Mapping[int, Sequence[str]] = field(default_factory=dict)
    unstated: Mapping[int, AbstractSet[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Residual:
    """Layers from place `start` to before `split`, those past them to before `end`, and the `Add` at `end`."""

    start: int
    split: int
    end: int


def write(
    title: str,
    network: Network,
    initialisers: Initialisers,
    *,
    tag: str = "",
    about: str = "",
    remarks: Remarks | None = None,
) -> str:
    """Return the spec of a model alone. `tag` is the source of all that is stated, such as `!code`."""
    mark = f" {tag}" if tag else ""
    lines = ["specit: 1", f"title: {_text(title)}"]
    if about:
        lines.append(f"about: {_text(about)}")
    if initialisers:
        lines += ["", f"initialise:{mark}"]
        for name, parameters in initialisers.items():
            lines += filled(f"  {name}: ", {key: _start(*how) for key, how in parameters.items()})
    lines += ["", "arms:", "  model:", f"    network:{mark}"]
    outline = _Outline(network)
    indent = "      "
    if network.outputs != (len(network.layers) - 1,):
        lines.append(f"{indent}layers:")
        lines += outline.lines(indent + "  ", remarks or Remarks())
        lines += filled(f"{indent}outputs: ", [outline.names[place] for place in network.outputs])
    else:
        lines += outline.lines(indent, remarks or Remarks())
    return "\n".join(lines) + "\n"


def needs_name(network: Network) -> list[int]:
    """Return the places of the layers that others must take, or share with, by name."""
    return sorted(_Outline(network).named)


class _Outline:
    """How a network is written: its layers in order, with residuals where they are ones."""

    def __init__(self, network: Network) -> None:
        self.layers = network.layers
        self.adds = _additions(network)
        self.explicit: set[int] = set()
        self.named: set[int] = set() if network.outputs == (len(self.layers) - 1,) else set(network.outputs)
        self.entries = self.sequence(0, len(self.layers), None, 0)
        used = {place for layer in self.layers for place in layer.takes} | set(network.outputs)
        for place, layer in enumerate(self.layers):
            if place in self.explicit:
                self.named.update(layer.takes)
            if layer.shares is not None:
                self.named.add(layer.shares)
            if place not in used:
                self.named.add(place)
        self.names = self.unique_names()

    def unique_names(self) -> dict[int, str]:
        names = {place: layer.called for place, layer in enumerate(self.layers) if layer.called}
        for place in sorted(self.named - names.keys()):
            name = f"{self.layers[place].name.lower()}_{place}"
            while name in names.values():
                name += "_"
            names[place] = name
        return names

    def sequence(self, start: int, stop: int, before: int | None, depth: int) -> list[_Entry]:
        """Return the entries for the layers from `start` to before `stop`, the first of which follows `before`."""
        entries: list[_Entry] = []
        place = start
        while place < stop:
            found = self.residual(place, stop, before) if depth < DEEPEST else None
            if found:
                body = self.sequence(place, found.split, before, depth + 1)
                entries.append(_Entry(found.end, body, self.sequence(found.split, found.end, before, depth + 1)))
                before, place = found.end, found.end + 1
                continue
            takes = self.layers[place].takes
            if takes != (() if before is None or self.layers[place].name == "Input" else (before,)):
                self.explicit.add(place)
            entries.append(_Entry(place))
            before, place = place, place + 1
        return entries

    def residual(self, place: int, stop: int, before: int | None) -> Residual | None:
        """Return the widest residual that begins at a place and ends before another one."""
        fitting = [found for found in self.adds.get(place, ()) if found.end < stop] if before == place - 1 else []
        return max(fitting, key=lambda found: found.end, default=None)

    def lines(self, indent: str, remarks: Remarks) -> list[str]:
        return list(self._lines(self.entries, indent, remarks))

    def _lines(self, entries: Sequence[_Entry], indent: str, remarks: Remarks) -> Iterator[str]:
        for entry in entries:
            if entry.body is None:
                yield from self.layer(entry.place, indent, remarks)
                continue
            if entry.shortcut:
                yield f"{indent}- residual:"
                yield f"{indent}    layers:"
                yield from self._lines(entry.body, indent + "      ", remarks)
                yield f"{indent}    shortcut:"
                yield from self._lines(entry.shortcut, indent + "      ", remarks)
            else:
                yield f"{indent}- residual:"
                yield from self._lines(entry.body, indent + "    ", remarks)
            if entry.place in self.names:
                yield f"{indent}  as: {_text(self.names[entry.place])}"

    def layer(self, place: int, indent: str, remarks: Remarks) -> Iterator[str]:
        placed = self.layers[place]
        unstated = remarks.unstated.get(place, frozenset())
        beside = self.beside(place, placed, unstated)
        comments = remarks.comments.get(place, ())
        arguments = _arguments(placed.layer)
        short = f"{indent}- {placed.name}: {flow(arguments)}"
        if beside:
            parts = ", ".join(f"{key}: {text}" for key, text in beside.items())
            short = f"{indent}- {{{placed.name}: {flow(arguments)}, {parts}}}"
        trailing = f"{short}  # {comments[0]}" if len(comments) == 1 else short
        if len(trailing) <= WIDTH and len(comments) <= 1:
            yield trailing
            return
        yield from (f"{indent}# {comment}" for comment in comments)
        if len(short) <= WIDTH:
            yield short
            return
        yield from filled(f"{indent}- {placed.name}: ", arguments)
        yield from (f"{indent}  {key}: {text}" for key, text in beside.items())

    def beside(self, place: int, placed: Placed, unstated: AbstractSet[str]) -> dict[str, str]:
        """Return what stands beside a layer, as text."""
        texts: dict[str, str] = {}
        if place in self.names:
            texts["as"] = _text(self.names[place])
        if place in self.explicit:
            takes = [self.names[taken] for taken in placed.takes]
            texts["from"] = _text(takes[0]) if len(takes) == 1 else flow(takes)
        if placed.initialise:
            starts = {
                key: ("!unstated " if key in unstated else "") + flow(_start(*how))
                for key, how in placed.initialise.items()
            }
            texts["initialise"] = "{" + ", ".join(f"{key}: {text}" for key, text in starts.items()) + "}"
        if placed.shares is not None:
            texts["share"] = _text(self.names[placed.shares])
        return texts


@dataclass(frozen=True)
class _Entry:
    """A layer at its place, or a residual: its layers, and those past them, before the `Add` at its place."""

    place: int
    body: list[_Entry] | None = None
    shortcut: list[_Entry] = field(default_factory=list)


def _additions(network: Network) -> dict[int, list[Residual]]:
    """Return every `Add` that may be the end of a residual, by the place of the residual's first layer."""
    found: dict[int, list[Residual]] = {}
    for end, placed in enumerate(network.layers):
        if placed.name != "Add" or len(placed.takes) != 2 or placed.initialise:
            continue
        through, past = placed.takes
        if through == end - 1 and past < through:  # x + f(x)
            found.setdefault(past + 1, []).append(Residual(past + 1, end, end))
        elif past == end - 1 and through < past and len(network.layers[through + 1].takes) == 1:  # g(x) + f(x)
            (start,) = network.layers[through + 1].takes
            if start < through and network.layers[start + 1].takes == (start,):
                found.setdefault(start + 1, []).append(Residual(start + 1, through + 1, end))
    return found


def _arguments(layer: Layer) -> dict[str, Any]:
    """Return a layer's arguments as plain data; what is the same along every axis is written once."""
    return {name: _once(layer, name, value) for name, value in layer.model_dump(mode="json").items()}


def _once(layer: Layer, name: str, value: Any) -> Any:
    if not isinstance(value, list) or not value or any(item != value[0] for item in value):
        return value
    try:
        short = type(layer).model_validate({**dict(layer), name: value[0]})
    except ValidationError:
        return value
    return value[0] if short == layer else value


def _start(name: str, how: Model) -> Any:
    """Return an initialiser as plain data: a number, numbers as nested lists, or a name with its arguments."""
    if isinstance(how, Constant):
        return how.value
    if isinstance(how, Values):
        return _nested(list(how.numbers), how.shape)
    arguments = how.model_dump(mode="json")
    return {name: arguments} if arguments else name


def _nested(numbers: list[float], shape: tuple[int, ...]) -> Any:
    if len(shape) == 1:
        return numbers
    step = len(numbers) // shape[0]
    return [_nested(numbers[at : at + step], shape[1:]) for at in range(0, len(numbers), step)]


def filled(head: str, value: dict[str, Any] | list[Any]) -> list[str]:
    """Return `head` and a mapping or list in flow style, in as many lines as it needs, hanging after its bracket."""
    parts = [f"{key}: {flow(item)}" for key, item in value.items()] if isinstance(value, dict) else map(flow, value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines, line = list[str](), head + opening
    for count, part in enumerate(parts):
        glue = ", " if count else ""
        if count and len(line) + len(glue) + len(part) + 1 > WIDTH:
            lines.append(line + ",")
            line, glue = " " * (len(head) + 1), ""
        line += glue + part
    return [*lines, line + closing]


def flow(value: Any) -> str:
    """Return plain data in flow style, in one line.

    >>> flow({"size": [2, 3], "mode": "nearest", "bias": True, "eps": 1e-05})
    '{size: [2, 3], mode: nearest, bias: true, eps: 1e-05}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """Return text as YAML writes it: plain where nothing else could be meant, else in quotes."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)
