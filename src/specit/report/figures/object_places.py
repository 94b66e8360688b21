"""Where objects are in real pictures and in made ones: a network that has collapsed puts them where it always does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from specit.claims.wording import number
from specit.report import style
from specit.report.pictures import upright
from specit.spec.datasets.sort_of_clevr import COLOURS

from .runs import Array, Run
from .shown import LINE, Shown, in_rows, lead, shown, titled

COLUMNS, INCHES = 4, 2.35
DOTS_PER_INCH = 216  # the dots are drawn as a picture: thousands of them as shapes would fill the page

SAID: dict[str, tuple[str, Callable[[float], str]]] = {
    "position_coverage": ("{} of the cells reached (real {})", style.percent),
    "position_divergence": ("divergence {} bits (real {})", lambda bits: number(bits, digits=2)),
}
"""The measures that a caption says, each beside what other real pictures get."""


class Places(NamedTuple):
    """What a column shows: its title, the centres (N, C, 2) as (x, y), NaN where an object is missing, a canvas,
    and of each object its colour, its mark and its name."""

    title: str
    centres: Array
    canvas: tuple[int, int]
    looks: list[tuple[str, str]]
    names: list[str]

    @property
    def differences(self) -> Array:
        """The centre of each further object minus that of the first, (N, C - 1, 2)."""
        found: Array = self.centres[:, 1:] - self.centres[:, :1]
        return found


@style.styled
def object_places(runs: Sequence[Run]) -> Figure | None:
    """The centres of objects in real pictures and in those of the median run of every arm; below, the differences."""
    together = _shown(runs)
    if not together:
        return None
    columns = [_columns(group) for group in together]
    rows = [row for own in columns for row in in_rows(own, COLUMNS)]
    across = max(2, *(len(row) for row in rows))
    parts = [(row, differs) for row in rows for differs in ((False, True) if len(row[0].looks) > 1 else (False,))]
    high = [
        INCHES * style.tallness(np.array(one.canvas) for one in row) + LINE * (2 if differs else 3.2)
        for row, differs in parts
    ]
    figure = Figure(figsize=(INCHES * across + 0.4, sum(high) + 0.45), layout="constrained", dpi=DOTS_PER_INCH)
    grid = figure.subplots(len(parts), across, squeeze=False, height_ratios=high)
    for line, (row, differs) in zip(grid, parts, strict=True):
        for axes in line[len(row) :]:
            axes.set_axis_off()
        for axes, one in zip(line, row, strict=False):
            _draw_differences(axes, one) if differs else _draw_centres(axes, one)
        if differs:
            first, *others = row[0].names
            line[0].set_title(f"{', '.join(others)} minus {first}")
    figure.legend(handles=_legend(rows), loc="outside lower left", ncols=4)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say how many objects are missing, and how much of where real ones are is reached."""
    together = _shown(runs)
    everyone = [one for group in together for one in group]
    pictures = " or ".join(f"{number:,}" for number in sorted({len(one.run.arrays["places"]) for one in everyone}))
    what = f"Where the objects of {pictures} pictures are; below, the place of each further object minus the first's"
    return "\n".join([lead(everyone, what), *(one.said(*_numbers(one)) for one in everyone)])


def _shown(runs: Sequence[Run]) -> list[list[Shown]]:
    return shown(runs, "samples", "places", "real_places")


def _numbers(one: Shown) -> list[str]:
    final = one.run.record.final
    return [
        _missing(one.run.arrays["places"]) or "no object missing",
        *(
            words.format(written(final[name]), written(final[f"real_{name}"]))
            for name, (words, written) in SAID.items()
            if name in final and f"real_{name}" in final
        ),
    ]


def _missing(centres: Array) -> str:
    """Return how many objects are missing, where any are."""
    gone = int(np.isnan(centres).any(2).sum())
    return f"{gone:,} of {centres[..., 0].size:,} objects missing" if gone else ""


def _columns(group: Sequence[Shown]) -> list[Places]:
    first = group[0].run
    height, width = map(int, first.arrays["samples"].shape[-2:])
    own = _colours(first)
    known = {colour: name for name, colour in COLOURS.items()}
    names = [known.get(colour, f"object {place}") for place, colour in enumerate(own, start=1)]
    looks = [(style.seen(colour), style.mark(place)) for place, colour in enumerate(own)]
    told = [("real pictures", first.arrays["real_places"]), *((one.title, one.run.arrays["places"]) for one in group)]
    return [Places(title, centres, (height, width), looks, names) for title, centres in told]


def _colours(run: Run) -> list[tuple[int, int, int]]:
    """Return the colour of each object: that which most real pictures have at its centre."""
    pictures = upright(run.arrays["real_samples"])
    places = run.arrays["real_places"][: len(pictures)]
    found = []
    for each in places.swapaxes(0, 1):
        there = np.flatnonzero(np.isfinite(each).all(1))
        x, y = each[there].round().astype(int).T
        colours = [(int(red), int(green), int(blue)) for red, green, blue in pictures[there, y, x]]
        found.append(max(colours, key=colours.count) if colours else (128, 128, 128))
    return found


def _legend(rows: Sequence[Sequence[Places]]) -> list[Line2D]:
    looks = {name: look for row in rows for name, look in zip(row[0].names, row[0].looks, strict=True)}
    return [
        Line2D([], [], color=colour, marker=mark, linestyle="", markersize=4.5, label=name)
        for name, (colour, mark) in looks.items()
    ]


def _draw_centres(axes: Axes, one: Places) -> None:
    height, width = one.canvas
    _dots(axes, one.centres, one.looks)
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal")
    axes.set_xticks([0, width - 1])
    axes.set_yticks([0, height - 1])
    titled(axes, one.title, INCHES)
    axes.set_xlabel(_missing(one.centres), loc="left", labelpad=1)


def _draw_differences(axes: Axes, one: Places) -> None:
    height, width = one.canvas
    axes.axhline(0, color=style.RULE, linewidth=0.8, zorder=0)
    axes.axvline(0, color=style.RULE, linewidth=0.8, zorder=0)
    _dots(axes, one.differences, one.looks[1:])
    axes.set(xlim=(0.5 - width, width - 0.5), ylim=(height - 0.5, 0.5 - height), aspect="equal")
    axes.set_xticks([1 - width, 0, width - 1])
    axes.set_yticks([1 - height, 0, height - 1])


def _dots(axes: Axes, places: Array, looks: Sequence[tuple[str, str]]) -> None:
    """Draw every place with the colour and the mark of its object."""
    size = float(np.clip(2500 / max(len(places), 1), 1.5, 7.0))
    for (x, y), (colour, mark) in zip(places.transpose(1, 2, 0), looks, strict=True):
        axes.scatter(x, y, s=size, color=colour, marker=mark, alpha=0.6, linewidths=0, rasterized=True)
    for spine in axes.spines.values():
        spine.set_visible(True)
