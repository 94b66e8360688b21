"""A value of the training as far as the setup says it, ready to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specit.spec.write import filled, flow


@dataclass(frozen=True)
class Said:
    """A value as plain data, with what is to be said beside it. `open`: the setup does not say it."""

    value: Any = None
    comments: tuple[str, ...] = ()
    open: bool = False
    unstated: str = ""
    """The text of a part of the value that the setup does not say, such as `by: epoch`."""

    def lines(self, name: str, indent: str) -> Iterator[str]:
        """Yield the lines of `name: value`."""
        yield from (f"{indent}# {comment}" for comment in self.comments)
        if self.open:
            yield f"{indent}{name}: !unstated null"
        elif name == "groups":
            yield f"{indent}{name}:"
            for group in self.value:
                yield from filled(f"{indent}  - ", group)
        else:
            for line in self._value(name, indent):
                key, _, value = self.unstated.partition(": ")
                yield line.replace(self.unstated, f"{key}: !unstated {value}") if self.unstated else line

    def _value(self, name: str, indent: str) -> list[str]:
        if isinstance(self.value, Mapping) and len(self.value) == 1:  # a variant
            ((kind, arguments),) = self.value.items()
            if not arguments:
                return [f"{indent}{name}: {kind}"]
            lines = filled(f"{indent}{name}: {{{kind}: ", arguments)
            return [*lines[:-1], lines[-1] + "}"]
        if isinstance(self.value, dict | list) and self.value:
            return filled(f"{indent}{name}: ", self.value)
        return [f"{indent}{name}: {flow(self.value)}"]


OPEN = Said(open=True)


def open_because(*comments: str) -> Said:
    """Return that the setup does not say a value in a way that the language has, and what it says instead."""
    return Said(comments=comments, open=True)


def name_of(thing: Any) -> str:
    """Return what a class, a function, or the class of any other object is called, without where it lies in memory.

    >>> from functools import partial
    >>> name_of(print), name_of(partial(print)), name_of(3)
    ('print', 'print', 'int')
    """
    inner = getattr(thing, "func", thing)
    name = getattr(inner, "__qualname__", None) or type(inner).__qualname__
    return str(name).replace("<locals>.", "")
