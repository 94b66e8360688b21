"""Which runs are shown of what networks have learned to make, and panels for them beside the real pictures."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from specit.report import style
from specit.report.pictures import Bytes
from specit.report.quantities import headline

from .runs import Run, grouped, having, kinds, middle, where

T = TypeVar("T")

LETTER, LINE = 0.078, 0.19
"""About the width of a letter and the height of a line of a title, in inches."""


@dataclass(frozen=True)
class Shown:
    """The run that is shown of a kind: of `runs` the one of median quality, and of two the less good."""

    name: str
    run: Run
    runs: int

    @property
    def title(self) -> str:
        """The kind and the seed."""
        return f"{self.name}, seed {self.run.seed}"

    @property
    def quality(self) -> str:
        """What the run is foremost judged by, at its end; nothing where that was never measured."""
        quantity = headline(self.run.record)
        final = quantity.final(self.run.record)
        return "" if final is None else f"{quantity.said} {quantity.written(final)}"

    def said(self, *more: str) -> str:
        """Return a line of a caption: the kind, what its run is judged by, more of it, and which of the runs it is."""
        number = f"the median of {self.runs} runs" if self.runs > 1 else "the only run"
        told = "; ".join(filter(None, (self.quality, *more)))
        return f"{self.name}{told and f': {told}'} (seed {self.run.seed}, {number})"


def shown(runs: Sequence[Run], *names: str) -> list[list[Shown]]:
    """Return a run of every kind that left these arrays; those that learned from the same pictures stand together."""
    runs = having(runs, "real_samples", *names)
    data = [(run.arrays["real_samples"].shape, run.arrays["real_samples"].tobytes()) for run in runs]
    named = [where(kind, run) for kind, run in zip(kinds(runs), runs, strict=True)]
    together: dict[Hashable, list[Shown]] = {}
    for (pictures, name), some in grouped(runs, zip(data, named, strict=True)).items():
        together.setdefault(pictures, []).append(Shown(name, middle(some, headline(some[0].record)), len(some)))
    return list(together.values())


def lead(runs: Sequence[Shown], what: str) -> str:
    """Return the first line of a caption: what is shown, and of which runs."""
    chosen = " Of each kind the run of median quality, as it ended:" if any(one.runs > 1 for one in runs) else ""
    return f"{what}.{chosen}" if chosen else f"{what}:"


@dataclass(frozen=True)
class Panel:
    """A picture with its title, and what stands beneath it."""

    title: str
    picture: Bytes
    beneath: str = ""


def in_rows(panels: Sequence[T], most: int) -> list[Sequence[T]]:
    """Return panels in rows of so many at most, as even as can be.

    >>> in_rows("abcde", 4), in_rows("abcd", 4)
    (['abc', 'de'], ['abcd'])
    """
    each = math.ceil(len(panels) / math.ceil(len(panels) / most))
    return [panels[at : at + each] for at in range(0, len(panels), each)]


def titled(axes: Axes, title: str, inches: float) -> None:
    """Write a title in as many lines as it needs over so many inches."""
    axes.set_title("\n".join(_wrapped(title, inches)), linespacing=1.35)


def tiled(groups: Sequence[Sequence[Panel]], columns: int, inches: float) -> Figure:
    """Draw panels so many a row, each of about so many inches; every group begins a row of its own."""
    rows = [row for group in groups for row in in_rows(group, columns)]
    across = max(2, *(len(row) for row in rows))
    high = [_high(row, inches) for row in rows]
    figure = Figure(figsize=(inches * across + 0.2, sum(high) + 0.2), layout="constrained")
    grid = figure.subplots(len(rows), across, squeeze=False, height_ratios=high)
    for axes_of, row in zip(grid, rows, strict=True):
        for axes in axes_of[len(row) :]:
            axes.set_axis_off()
        for axes, panel in zip(axes_of, row, strict=False):
            axes.imshow(panel.picture, interpolation="none")
            titled(axes, panel.title, inches)
            axes.set_xlabel(panel.beneath, loc="left")
            style.bare(axes)
    return figure


def _high(row: Sequence[Panel], inches: float) -> float:
    picture = style.tallness(np.array(panel.picture.shape[:2]) for panel in row)
    lines = max(len(_wrapped(panel.title, inches)) for panel in row) + any(panel.beneath for panel in row)
    return inches * picture + LINE * lines


def _wrapped(title: str, inches: float) -> list[str]:
    together = title.replace(", seed ", ", seed\N{NO-BREAK SPACE}")
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrap(together, int(inches / LETTER))]
