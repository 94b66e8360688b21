"""The best test value of every configuration against its size (figure 2 of the CoordConv paper)."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from specit.report import style
from specit.report.quantities import Quantity

from .runs import Run, foremost, grouped, split_title, splits, where


@style.styled
def best_against_parameters(runs: Sequence[Run]) -> Figure | None:
    """The best test value of every configuration against its number of parameters, one panel a split."""
    quantity, runs = foremost(runs)
    if not runs:
        return None
    colours = style.colours([run.arm for run in runs])
    marks = {arm: style.mark(place) for place, arm in enumerate(colours)}
    panels = splits(runs)
    figure = Figure(figsize=(4.8 * max(len(panels), 1.4), 3.7), layout="constrained")
    row = figure.subplots(1, len(panels), sharey=True, sharex=True, squeeze=False)[0]
    for axes, split in zip(row, panels, strict=True):
        axes.set_title(split_title(split))
        for members in _configurations(runs):
            if members[0].split != split:
                continue
            arm, size = members[0].arm, max(1, members[0].record.parameters)
            heights = [quantity.drawn(value) for value in _values(members, quantity)]
            axes.plot([size, size], [min(heights), max(heights)], color=colours[arm], linewidth=1.0, alpha=0.6)
            top = quantity.best_of(heights)
            axes.plot(size, top, marks[arm], color=colours[arm], markersize=6.5, alpha=0.9, clip_on=False, zorder=3)
        axes.set_xscale("log")
        axes.tick_params(which="minor", length=0)
        axes.set_xlabel("trainable parameters (log scale)")
        if quantity.log:
            axes.set_yscale("log")
        elif quantity.share:
            top = quantity.drawn(1.0)
            axes.set_ylim(-0.02 * top, 1.02 * top)
        axes.grid(axis="y")
    sizes = [max(1, run.record.parameters) for run in runs]
    row[0].set_xlim(min(sizes) / 1.6, max(sizes) * 1.6)
    style.log_ticks(row[0].xaxis)
    if quantity.log:
        style.log_ticks(row[0].yaxis)
    row[0].set_ylabel(quantity.best_axis)
    handles = [
        Line2D([], [], color=colour, marker=marks[arm], linestyle="", markersize=6.5, label=arm)
        for arm, colour in colours.items()
    ]
    if any(len(members) > 1 for members in _configurations(runs)):
        handles.append(Line2D([], [], color=style.INK, linewidth=1.0, label="from the best seed to the worst"))
    figure.legend(handles=handles, loc="outside lower left", ncols=4)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say the best that each arm reached on each split, and with how many parameters."""
    quantity, runs = foremost(runs)
    said = []
    for (arm, _), members in grouped(runs, [(run.arm, run.split) for run in runs]).items():
        top = max(members, key=lambda run: quantity.rank(quantity.best(run.record)))
        (value,) = _values([top], quantity)
        count = len(_configurations(members))
        tried = f"{count} configurations" if count > 1 else "1 configuration"
        seeds = f"{len(members)} runs" if len(members) > 1 else "1 run"
        size = f"{top.record.parameters:,} parameters"
        said.append(f"{where(arm, top)}: {quantity.written(value)} with {size} (the best of {tried}, {seeds})")
    lead = f"Each mark is a configuration at the {quantity.extreme} {quantity.said} any of its seeds ever reached:"
    return "\n".join([lead, *said])


def _configurations(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs of each configuration: what differs among them is the seed."""
    return list(grouped(runs, [(run.record.lock, run.arm, run.split) for run in runs]).values())


def _values(runs: Sequence[Run], quantity: Quantity) -> list[float]:
    return [value for run in runs if (value := quantity.best(run.record)) is not None]
