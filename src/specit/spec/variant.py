"""Variants: one of several typed things, written `Adam: {lr: 0.1}`, or just its name when it has no arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from specit.errors import SpecItError, nearest

from .model import Model, read
from .tree import Node

M = TypeVar("M", bound=Model)


def variant(node: Node, known: Mapping[str, type[M]], what: str) -> tuple[str, M]:
    """Return the name and the typed arguments of the variant at `node`; `what` is "optimizer", "layer", ..."""
    if isinstance(node.value, str):
        name, arguments = node.value, Node({}, node.mark)
    else:
        name, arguments = node.only(f"{'An' if what[0] in 'aeio' else 'A'} {what}")
    if name not in known:
        raise SpecItError(f"Unknown {what} '{name}'; {nearest(name, known)}", at=arguments.mark)
    if arguments.value is None:
        arguments = Node({}, arguments.mark)
    return name, read(known[name], arguments, name)


def stated(name: str, model: Model) -> dict[str, Any]:
    """Return a variant as plain data with every argument, stated or completed."""
    return {name: model.model_dump(mode="json")}


def completed(model: Model, path: str) -> Iterator[str]:
    """Yield `path.argument = value` for every argument that the spec left to a default."""
    for name in type(model).model_fields:
        if name not in model.model_fields_set:
            yield f"{path}.{name} = {getattr(model, name)!r}"
