"""The page of the procedures, whose arguments stand partly in models, partly in registries."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Collection, Iterator, Mapping
from typing import Any, get_args, get_origin, get_type_hints

from specit.spec.load import parse
from specit.spec.model import Model
from specit.spec.training import PROCEDURES
from specit.spec.training.described import NEEDED, Described
from specit.spec.training.described_losses import DESCRIBED_LOSSES
from specit.spec.training.groups import PARAMETER_KINDS, Group
from specit.spec.training.losses import LOSSES
from specit.spec.training.optimizers import OPTIMIZERS
from specit.spec.training.schedules import SCHEDULES
from specit.spec.tree import plain

from . import examples, said
from .entry import Row, block, docstring, entry, one_line, plain_table, rows, table

REGISTRIES: dict[str, Mapping[str, type[Model]]] = {
    "losses": LOSSES,
    "described_losses": DESCRIBED_LOSSES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
}
"""Page → what stands on it, for an argument that is one of several things."""


def procedures() -> str:
    """Return the page of the procedures."""
    known = {name: get_type_hints(read)["return"] for name, read in PROCEDURES.items()}
    parts = [said.PROCEDURES.strip()]
    for name, made in known.items():
        example = examples.PROCEDURES[name]
        parts.append(f"{_described(name, docstring(made), made, needed(example))}\n\n{block(example)}")
    parts.append(_described("supervised, where the data are elsewhere", said.DESCRIBED.strip(), Described, NEEDED))
    for nested in dict.fromkeys(nested for made in (*known.values(), Described) for nested in _nested(made)):
        if issubclass(nested, Model):
            parts.append(entry(nested.__name__, nested, ""))
        elif nested is not Group:
            parts.append(_described(nested.__name__, docstring(nested), nested, ("loss",)))
    kinds = plain_table(("kind", "holds"), [(f"`{kind}`", text) for kind, text in PARAMETER_KINDS.items()])
    return "\n\n".join([*parts, said.GROUP.strip(), block(examples.GROUPS), kinds])


def needed(example: str) -> list[str]:
    """Return the arguments in an example of a procedure, which holds those that must be stated and no others."""
    (arguments,) = plain(parse(example))["train"].values()
    return list(arguments)


def _described(heading: str, text: str, made: type, needed: Collection[str]) -> str:
    return f"## {heading}\n\n{text}\n\n{table(_arguments(made, needed))}"


def _arguments(made: type, needed: Collection[str]) -> Iterator[Row]:
    """Yield the plain arguments, then those that are something by themselves."""
    hints, docs = get_type_hints(made), attribute_docs(made)
    for field in dataclasses.fields(made):
        hint = hints[field.name]
        if field.name in ("settings", "extras"):
            yield from rows(hint)
        elif field.name not in ("open", "mark"):
            default = "" if field.name in needed else "none"
            yield (
                field.name,
                _what(hint),
                default,
                one_line(docs.get(field.name, _first(hint))).replace("None:", "Null:"),
            )


def _what(hint: Any) -> str:
    """Return what an argument may be that is no plain one."""
    models = set(_models(hint))
    for page, known in REGISTRIES.items():
        if models and models <= set(known.values()):
            return f"one of the [{page}]({page}.md)"
    names = " or ".join(f"[{model.__name__}](#{model.__name__.lower()})" for model in _models(hint))
    if not names:
        return "number > 0 or null"
    listed = f"a list of {names}" if get_origin(hint) is tuple else names
    return f"{listed} or null" if type(None) in get_args(hint) else listed


def _first(hint: Any) -> str:
    """Return the first sentence about what an argument holds, if that is one thing."""
    models = list(_models(hint))
    return docstring(models[0]).partition(". ")[0].rstrip(".") + "." if len(models) == 1 else ""


def _models(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and (issubclass(hint, Model) or dataclasses.is_dataclass(hint)):
        yield hint
    for inner in get_args(hint):
        yield from _models(inner)


def _nested(made: type) -> Iterator[type]:
    """Yield the parts of a procedure that no registry has, and their parts."""
    registered = {model for known in REGISTRIES.values() for model in known.values()}
    hints = get_type_hints(made)
    for name, hint in hints.items():
        for model in _models(hint):
            if name not in ("settings", "extras", "mark") and model not in registered:
                yield model
                if dataclasses.is_dataclass(model):
                    yield from _nested(model)


def attribute_docs(made: type) -> dict[str, str]:
    """Return the docstrings that stand below the fields of a class.

    >>> attribute_docs(Described).keys() <= {field.name for field in dataclasses.fields(Described)}
    True
    """
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(made))).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[ast.unparse(field.target)] = str(after.value.value)
    return found
