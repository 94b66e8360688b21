"""What `coordify` did: values for programs, and a text for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ._coordify_layer import Init

THE_MODEL = "the model itself"  # whose dotted name is empty


@dataclass(frozen=True)
class Changed:
    """One convolution that was swapped."""

    names: tuple[str, ...]
    """Every dotted name that the layer has in the model; several for a shared one, `""` for the model itself."""
    before: str
    """The class it was, such as `"Conv2d"`."""
    after: str
    """The class it is, such as `"CoordConv2d"`."""
    weight_before: tuple[int, ...]
    """The shape of the weight."""
    weight_after: tuple[int, ...]
    """The shape of the weight, with the coordinates."""
    frozen: bool
    """Whether the weight asks for no gradient, as before, so that the coordinates cannot learn."""

    @property
    def added(self) -> int:
        """How many parameters the layer has more than before."""
        return math.prod(self.weight_after) - math.prod(self.weight_before)


@dataclass(frozen=True)
class Left:
    """One convolution that stayed as it was."""

    names: tuple[str, ...]
    """Every dotted name that it has in the model."""
    kind: str
    """Its class, such as `"Conv2d"`."""
    reason: str
    """Why, in a few words: `"not the first convolution"`."""


@dataclass(frozen=True, repr=False)
class Summary:
    """Every convolution of the model, swapped or left, in the order of `named_modules`."""

    changed: tuple[Changed, ...]
    left: tuple[Left, ...]
    init: Init

    @property
    def added(self) -> int:
        """How many parameters the model has more than before."""
        return sum(change.added for change in self.changed)

    def __repr__(self) -> str:
        return f"<Summary: {len(self.changed)} changed, {len(self.left)} left, {self.added:,} parameters added>"

    def __str__(self) -> str:
        lines = [
            f"convolutions changed: {len(self.changed)} of {len(self.changed) + len(self.left)}, "
            f'parameters added: {self.added:,} (init="{self.init}")'
        ]
        lines += [f"  changed  {line}" for line in _table(self.changed)]
        frozen = [one.names[0] for one in self.changed if one.frozen]
        if frozen:
            lines.append(f"  frozen   {list_names(frozen)}: coordinates that learn once the weight requires a gradient")
        lines += [f"  left     {line}" for line in list_reasons(self.left)]
        return "\n".join(lines)


def list_names(names: Sequence[str], most: int = 3) -> str:
    """Return the first few names for a sentence, and how many there are more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(name or THE_MODEL for name in names[:most]) + more


def list_reasons(left: Iterable[Left]) -> list[str]:
    """Return each reason once, after the names of those that it holds for."""
    names: dict[str, list[str]] = {}
    for one in left:
        names.setdefault(one.reason, []).append(one.names[0])
    return [f"{list_names(group)}: {reason}" for reason, group in names.items()]


def _table(changed: Iterable[Changed]) -> list[str]:
    """Return a line for each layer, in columns."""
    rows = [
        (
            " = ".join(one.names) or THE_MODEL,
            f"{one.before} -> {one.after}",
            f"weight {one.weight_before} -> {one.weight_after}",
            f"+{one.added:,}",
        )
        for one in changed
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
