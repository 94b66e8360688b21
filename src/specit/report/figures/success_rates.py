"""How often each reading of a regression comes within a pixel, and how far off every seed stays."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from specit.report import style
from specit.report.quantities import DISTANCE

from .runs import Run, grouped, kinds, split_title, splits, stacked, where

BOUND = 1.0
"""The greatest mean test distance, in pixels, of a run that counts as a success."""
ABOVE, BELOW, BAR, GAP, LETTER = 0.42, 0.68, 1.3, 0.25, 0.072
"""Spaces above and below the rows, the width of a bar's panel, a gap, and about the width of a letter, in inches."""


@style.styled
def success_rates(runs: Sequence[Run]) -> Figure | None:
    """How many seeds of each reading come within a pixel on average, and each seed's best distance, by split."""
    runs = _measured(runs)
    if not runs:
        return None
    rows, names = grouped(runs, kinds(runs)), ["\n".join(lines) for lines in stacked(runs).values()]
    panels, colours = splits(runs), style.colours([run.arm for run in runs])
    left = 0.3 + LETTER * max(len(line) for name in names for line in name.split("\n"))
    dots = {1: 4.0, 2: 2.5}.get(len(panels), 1.9)
    row = 0.2 + 0.15 * max(name.count("\n") + 1 for name in names)
    width, height = left + (BAR + dots + 2 * GAP) * len(panels), ABOVE + row * len(rows) + BELOW
    figure = Figure(figsize=(width, height))
    values = [DISTANCE.drawn(value) for value in _bests(runs)]
    for place, split in enumerate(panels):
        start = left + (BAR + dots + 2 * GAP) * place
        low, high = BELOW / height, row * len(rows) / height
        rates = figure.add_axes((start / width, low, BAR / width, high))
        errors = figure.add_axes(((start + BAR + GAP) / width, low, dots / width, high))
        figure.text(start / width, 1 - 0.12 / height, split_title(split), va="top", fontsize=10)
        errors.set_xscale("log")
        errors.set_xlim(min([*values, BOUND / 2]) / 1.5, max([*values, 2 * BOUND]) * 1.5)
        _frame(rates, errors, len(rows))
        for y, members in enumerate(rows.values()):
            _draw(rates, errors, y, [run for run in members if run.split == split], colours[members[0].arm])
        if place == 0:
            rates.set_yticks(range(len(rows)), names, color=style.INK, fontsize=8.5)
            rates.tick_params(axis="y", length=0, pad=6)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say for every reading and split how many seeds succeed, and how far off the middle one is."""
    runs = _measured(runs)
    groups = grouped(runs, list(zip(kinds(runs), [run.split for run in runs], strict=True)))
    said = []
    for (label, _), members in groups.items():
        bests = _bests(members)
        spread = (
            f" ({DISTANCE.written(min(bests))} to {DISTANCE.written(max(bests))})" if min(bests) < max(bests) else ""
        )
        said.append(f"{where(label, members[0])}: {_rate(bests)}; {DISTANCE.written(median(bests))}{spread}")
    lead = (
        f"How many seeds ever had a mean test distance of at most {BOUND:g} pixel, "
        "and the median over seeds of the lowest each had:"
    )
    return "\n".join([lead, *said])


def _measured(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if DISTANCE.best(run.record) is not None]


def _bests(runs: Sequence[Run]) -> list[float]:
    return [value for run in runs if (value := DISTANCE.best(run.record)) is not None]


def _rate(bests: Sequence[float]) -> str:
    return f"{sum(value <= BOUND for value in bests)} of {len(bests)}"


def _frame(rates: Axes, errors: Axes, rows: int) -> None:
    for axes in (rates, errors):
        axes.set_ylim(rows - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    rates.set_xlim(0, 1.6)
    rates.set_xticks([0, 1], ["0", "all"])
    rates.spines["bottom"].set_bounds(0, 1)
    rates.set_xlabel(f"seeds with a mean test\ndistance ≤ {BOUND:g} px", loc="left", linespacing=1.3)
    style.log_ticks(errors.xaxis)
    errors.grid(axis="x")
    errors.axvline(BOUND, color=style.MUTED, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1)
    errors.set_xlabel("lowest mean test distance of each\nseed (pixels, log scale)", loc="left", linespacing=1.3)


def _draw(rates: Axes, errors: Axes, y: int, runs: Sequence[Run], colour: str) -> None:
    errors.axhline(y, color=style.RULE, linewidth=0.6, zorder=0)
    bests = _bests(runs)
    if not bests:
        rates.text(0.02, y, "not run", va="center", color=style.MUTED)
        return
    share = sum(value <= BOUND for value in bests) / len(bests)
    rates.barh(y, 1, height=0.5, color="none", edgecolor=style.RULE, linewidth=0.8)
    rates.barh(y, share, height=0.5, color=colour, alpha=0.85)
    rates.text(1.06, y, _rate(bests), va="center")
    for place, value in enumerate(bests):  # seeds stand a little apart
        beside = y + 0.5 * ((place + 0.5) / len(bests) - 0.5)
        errors.plot(DISTANCE.drawn(value), beside, "o", color=colour, markersize=4.6, alpha=0.85)
