"""An entry of a page: a heading, what the thing is, its arguments, and an example."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from functools import cache

from pydantic_core import PydanticUndefined

from specit.spec.model import Model

from .wording import kind, value_of

HEAD = "| argument | is | default | meaning |\n| --- | --- | --- | --- |"
Row = tuple[str, str, str, str]
"""An argument's name, what it may be, its default, and what it means."""


def entry(heading: str, model: type[Model], example: str, *, after: str = "", level: int = 2) -> str:
    """Return everything about a model: its docstring, its arguments, an example."""
    parts = [f"{'#' * level} {heading}", docstring(model), table(rows(model)), block(example), after]
    return "\n\n".join(part for part in parts if part)


def docstring(thing: object) -> str:
    """Return a docstring, its lines joined to paragraphs."""
    text = inspect.getdoc(thing) or ""
    return "\n\n".join(one_line(paragraph) for paragraph in text.split("\n\n") if ">>>" not in paragraph)


def one_line(text: str) -> str:
    """Return a text without line breaks."""
    return re.sub(r"\s+", " ", text).strip()


@cache
def rows(model: type[Model]) -> list[Row]:
    """Return the arguments of a model."""
    found = []
    for name, field in model.model_fields.items():
        default = "" if field.default is PydanticUndefined else f"`{value_of(field.default)}`"
        means = one_line(field.description or "").replace("None:", "Null:")
        found.append((name, kind(model, name), default, means))
    return found


def table(arguments: Iterable[Row]) -> str:
    """Return arguments as a table; one without a default must be stated."""
    lines = [
        f"| `{name}` | {_cell(what).rstrip(',')} | {default or 'must be stated'} | {_cell(meaning)} |"
        for name, what, default, meaning in arguments
    ]
    return "\n".join([HEAD, *lines]) if lines else ""


def plain_table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """Return a table of any columns."""
    rule = "| " + " | ".join("---" for _ in head) + " |"
    return "\n".join([f"| {' | '.join(head)} |", rule, *(f"| {' | '.join(map(_cell, line))} |" for line in lines)])


def block(example: str) -> str:
    """Return YAML as a block of a page."""
    return f"```yaml\n{example.strip()}\n```" if example else ""


def default_example(name: str, model: type[Model], examples: Mapping[str, str]) -> str:
    """Return the example of a name, or all its arguments with their defaults, if they have some."""
    if name in examples:
        return examples[name]
    missing = [key for key, field in model.model_fields.items() if field.is_required()]
    if missing:
        raise LookupError(
            f"{name} needs an example in docs/reference/examples.py, for {', '.join(missing)} have no default."
        )
    values = ", ".join(f"{key}: {value_of(field.default)}" for key, field in model.model_fields.items())
    return f"{name}: {{{values}}}"


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")
