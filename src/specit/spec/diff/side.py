"""One side of a comparison: what it states, and where each value comes from, if it knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from specit.errors import SpecItError, nearest

from ..blocks import BESIDE
from ..document import Point, Spec
from ..layers import LAYERS
from ..lock import FORMAT, identity
from ..origins import Path, origins
from ..tree import Source

SILENT, UNKNOWN = "silent", "unknown"


@dataclass(frozen=True)
class Side:
    """What is compared, under the name it goes by. `sources` is None for a lock, which keeps none."""

    name: str
    statement: Mapping[str, Any]
    sources: Mapping[Path, Source] | None = None
    completed: frozenset[str] = frozenset()
    """What a lock left to a default, as `network[2].CoordConv2d.stride`."""
    notes: tuple[str, ...] = field(default=())

    def source(self, path: Path) -> str:
        """Return the source tag of a value, or that it was not said, or that nobody knows."""
        if self.sources is not None:
            found = self.sources.get(path)
            return found.value if found else SILENT
        return SILENT if self._as_completed(path) in self.completed else UNKNOWN

    def _as_completed(self, path: Path) -> str:
        """Return a path as a lock writes what it completed."""
        match path:
            case ("networks", name, int(place), *rest):
                layers = self.statement["networks"][name]
                layer = (layers["layers"] if isinstance(layers, dict) else layers)[place]
                kind = next(key for key in layer if key in LAYERS)
                return ".".join([f"{name}[{place}].{kind}", *map(str, rest)])
            case ("train", procedure, part, _, argument):
                return f"train.{procedure}.{part}.{argument}"
        return ".".join(map(str, path))


def side_of(name: str, spec: Spec, point: Point) -> Side:
    """Return a point of a `traced` spec as a side."""
    return Side(name, point.lock.statement(), origins(spec, point))


def read_lock_file(path: FilePath) -> Side:
    """Read what `specit lock -o` or a run has written. Whatever else is in the file is a `SpecItError`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except FileNotFoundError:
        raise SpecItError(f"There is no lock file '{path}'.") from None
    except IsADirectoryError:
        raise SpecItError(f"'{path}' is a folder; a lock is one JSON file.") from None
    except OSError as error:
        raise SpecItError(f"Cannot read '{path}': {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise SpecItError(f"'{path}' is not valid JSON, and a lock is.") from None
    statement = content.get("statement") if isinstance(content, dict) else None
    if not isinstance(statement, dict):
        raise SpecItError(f"'{path}' is not a lock: it has no 'statement', as what `specit lock -o` writes has.")
    if statement.get("format") != FORMAT:
        raise SpecItError(f"'{path}' has the format {statement.get('format')!r}; this version reads {FORMAT}.")
    _check(statement, str(path))
    listed = content.get("completed")
    lines = [line for line in listed if isinstance(line, str)] if isinstance(listed, list) else []
    notes = []
    if content.get("lock") != identity(statement):
        notes.append(f"{path} was changed by hand: its statement is not the one its hash was taken of.")
    return Side(str(path), statement, None, frozenset(line.split(" = ")[0] for line in lines), tuple(notes))


def _refuse(constant: str) -> None:
    """Refuse NaN and infinities, which Python would read and JSON does not have."""
    raise ValueError(constant)


def _check(statement: Mapping[str, Any], file: str) -> None:
    """Refuse a statement that no lock could hold, as far as comparing relies on it."""

    def require(holds: bool, what: str) -> None:
        if not holds:
            raise SpecItError(f"'{file}' is not a lock: {what}.")

    for section in ("data", "initialise", "train"):
        require(isinstance(statement.get(section, {}), dict), f"its section '{section}' is no mapping")
    for kind, how in statement.get("initialise", {}).items():
        require(isinstance(how, dict), f"it does not say how {kind} starts, parameter by parameter")
    for procedure, settings in statement.get("train", {}).items():
        require(isinstance(settings, dict), f"its procedure {procedure} has no settings")
        between = settings.get("intermediate_losses", [])
        named = isinstance(between, list) and all(isinstance(one, dict) and "at" in one for one in between)
        require(named, "its intermediate losses do not say where they are")
    networks = statement.get("networks")
    require(isinstance(networks, dict) and bool(networks), "it has no networks")
    for name, network in (networks or {}).items():
        listed = network.get("layers") if isinstance(network, dict) else network
        require(isinstance(listed, list) and bool(listed), f"the network {name} has no layers")
        layers: list[Any] = listed or []
        for place, layer in enumerate(layers):
            what = f"layer {place} of the network {name}"
            require(isinstance(layer, dict), f"{what} is no mapping")
            kinds = [key for key in layer if key not in BESIDE]
            require(len(kinds) == 1, f"{what} has {len(kinds)} names")
            require(kinds[0] in LAYERS, f"{what} is an unknown '{kinds[0]}'; {nearest(kinds[0], LAYERS)}")
            require(isinstance(layer[kinds[0]], dict), f"{what} has no arguments")
            require(isinstance(layer.get("initialise", {}), dict), f"{what} does not say how it starts")
            before = layer.get("from", [])
            shared = [layer["share"]] if "share" in layer else []
            require(
                isinstance(before, list) and all(type(at) is int and 0 <= at < place for at in [*before, *shared]),
                f"{what} takes what does not stand before it",
            )
        outputs = network.get("outputs", [0]) if isinstance(network, dict) else [0]
        require(
            isinstance(outputs, list) and all(type(at) is int and 0 <= at < len(layers) for at in outputs),
            f"the network {name} returns what is not there",
        )
