"""The figures, one a file: each draws what records hold and computes nothing beyond what drawing needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Drawing

from specit.errors import SpecItError, nearest

from . import accuracy_against_time, neighbourhood, split_map, whole_output
from .runs import Run as Run


@dataclass(frozen=True)
class Kind:
    """A kind of figure: how to draw it (None: nothing to draw), and how to say in numbers what it shows."""

    draw: Callable[[Sequence[Run]], Drawing | None]
    caption: Callable[[Sequence[Run]], str]

    @property
    def doc(self) -> str:
        """One line on what it shows."""
        return (self.draw.__doc__ or "").splitlines()[0]


FIGURES: dict[str, Kind] = {
    "accuracy_against_time": Kind(accuracy_against_time.accuracy_against_time, accuracy_against_time.caption),
    "neighbourhood": Kind(neighbourhood.neighbourhood, neighbourhood.caption),
    "split_map": Kind(split_map.split_map, split_map.caption),
    "whole_output": Kind(whole_output.whole_output, whole_output.caption),
}


def kind(name: str) -> Kind:
    """Return the figure of that name, or say which there are."""
    if name not in FIGURES:
        raise SpecItError(f"There is no figure '{name}'; {nearest(name, FIGURES)}")
    return FIGURES[name]
