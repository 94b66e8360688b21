"""What every typed part of the language shares: strict models, and errors that point into the file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from specit.errors import SpecItError, nearest

from .tree import Node, plain


class Model(BaseModel):
    """A typed part of a spec: frozen, strict about types, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


M = TypeVar("M", bound=Model)


def read(model: type[M], node: Node, what: str) -> M:
    """Validate `node` as `model`; the first thing wrong becomes one sentence with its line.

    `what` names the part in messages: "Adam", "the data set not_so_clevr".
    """
    node.mapping(what)
    try:
        return model.model_validate(_tuples(plain(node)))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        # An unknown key explains a missing one better than the other way round.
        problems.sort(key=lambda problem: problem["type"] != "extra_forbidden")
        raise _sentence(model, node, what, dict(problems[0])) from None


def known_keys(node: Node, known: Collection[str], what: str) -> None:
    """Refuse a key that `what` does not have."""
    for key, child in node.mapping(what).items():
        if key not in known:
            raise SpecItError(f"{what} has no argument '{key}'; {nearest(key, known)}", at=child.mark)


def _sentence(model: type[Model], node: Node, what: str, problem: dict[str, Any]) -> SpecItError:
    path = tuple(step for step in problem["loc"])
    # Union branches add steps of their own to the path: keep those that exist in the file.
    here, real = node, list[str]()
    for step in path:
        deeper = here.at((step,))
        if deeper is not here:
            here, real = deeper, [*real, str(step)]
    where = f"{what}: {'.'.join(real)}" if real else what
    kind = problem["type"]
    if kind == "extra_forbidden":
        known = _fields(model, path[:-1])
        owner = f"{what}: {'.'.join(real[:-1])}" if real[:-1] else what
        return SpecItError(f"{owner} has no argument '{path[-1]}'; {nearest(str(path[-1]), known)}", at=here.mark)
    if kind == "missing" and isinstance(path[-1], int):
        return SpecItError(f"{where}: the list is too short, it has only {path[-1]}.", at=here.mark)
    if kind == "missing":
        return SpecItError(f"{where} needs the argument '{path[-1]}', which is missing.", at=here.mark)
    said = str(problem["msg"])
    if kind == "value_error":
        said = str(problem["ctx"]["error"])
    said = said.replace("tuple", "list").replace("Tuple", "List").replace(" after validation", "")
    got = "" if kind == "value_error" or isinstance(problem["input"], dict) else f", not {_short(problem['input'])}"
    end = "" if (said + got).endswith("?") else "."
    return SpecItError(f"{where}: {said[0].lower() + said[1:]}{got}{end}", at=here.mark)


def _short(value: object) -> str:
    text = repr(list(value)) if isinstance(value, tuple) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields(model: type[Model], path: tuple[Any, ...]) -> list[str]:
    """Return the field names of the model at `path`, as far as the path leads through nested models."""
    for step in path:
        field = model.model_fields.get(str(step))
        stated = field.annotation if field else None
        inner = [kind for kind in (stated, *get_args(stated)) if isinstance(kind, type) and issubclass(kind, Model)]
        if not inner:
            break
        model = inner[0]
    return list(model.model_fields)


def _tuples(value: Any) -> Any:
    """Turn lists into tuples: stated values never change, and strict tuples accept no list."""
    if isinstance(value, dict):
        return {key: _tuples(child) for key, child in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(child) for child in value)
    return value
