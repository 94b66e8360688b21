"""A measure against training time, one panel a split, one line a run (figures 2, 4 and 8 of the CoordConv paper)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from specit.report import style
from specit.report.quantities import ACCURACY, DISTANCE, IOU, Quantity

from .runs import Run, grouped, kinds, options, split_title, where


@style.styled
def accuracy_against_time(runs: Sequence[Run]) -> Figure | None:
    """Test (and, dotted, train) accuracy against training time, one panel a split, one line a run."""
    return _drawn(runs, ACCURACY)


@style.styled
def iou_against_time(runs: Sequence[Run]) -> Figure | None:
    """Test (and, dotted, train) IOU against training time, one panel a split, one line a run."""
    return _drawn(runs, IOU)


@style.styled
def distance_against_time(runs: Sequence[Run]) -> Figure | None:
    """Test (and, dotted, train) distance in pixels against training time, one panel a split, one line a run."""
    return _drawn(runs, DISTANCE)


def accuracy_caption(runs: Sequence[Run]) -> str:
    """Say the highest test accuracy that the runs of each kind reached."""
    return _said(runs, ACCURACY)


def iou_caption(runs: Sequence[Run]) -> str:
    """Say the highest test IOU that the runs of each kind reached."""
    return _said(runs, IOU)


def distance_caption(runs: Sequence[Run]) -> str:
    """Say the lowest test distance that the runs of each kind reached."""
    return _said(runs, DISTANCE)


def _drawn(runs: Sequence[Run], quantity: Quantity) -> Figure | None:
    runs = _measured(runs, quantity)
    if not runs:
        return None
    panels = grouped(runs, [run.split for run in runs])
    colours = style.colours([run.arm for run in runs])
    told = _told(runs)
    lines = dict(zip(filter(None, dict.fromkeys(told)), style.LINES, strict=False))
    line_of = dict(zip([run.record.name for run in runs], [lines.get(chosen, "-") for chosen in told], strict=True))
    figure = Figure(figsize=(4.8 * max(len(panels), 1.4), 3.7), layout="constrained")
    row = figure.subplots(1, len(panels), sharey=True, sharex=True, squeeze=False)[0]
    for axes, (split, members) in zip(row, panels.items(), strict=True):
        axes.set_title(split_title(split))
        for run in members:
            _draw(axes, run, quantity, colours[run.arm], line_of[run.record.name])
        _frame(axes, quantity)
    row[0].set_ylabel(quantity.axis)
    handles = _legend(colours, lines, runs, quantity)
    figure.legend(handles=handles, loc="outside lower left", ncols=4, handlelength=2.6)
    return figure


def _said(runs: Sequence[Run], quantity: Quantity) -> str:
    runs = _measured(runs, quantity)
    groups = grouped(runs, list(zip([run.split for run in runs], kinds(runs), strict=True)))
    said = []
    for (_, label), members in groups.items():
        tops = [top for run in members if (top := quantity.best(run.record)) is not None]
        low, high = quantity.written(min(tops)), quantity.written(max(tops))
        spread = f"{low} to {high} over " if min(tops) < max(tops) else ""
        number = f"{len(tops)} runs" if len(tops) > 1 else "1 run"
        said.append(f"{where(label, members[0])}: {quantity.written(median(tops))} ({spread}{number})")
    lead = f"The {quantity.extreme} test {quantity.noun} that each run reached; the median over runs of a kind:"
    return "\n".join([lead, *said])


def _measured(runs: Sequence[Run], quantity: Quantity) -> list[Run]:
    return [run for run in runs if any(seconds > 0 for seconds, _ in quantity.series(run.record))]


def _told(runs: Sequence[Run]) -> list[str]:
    """Return what each run's line style tells: all its options, or only "tile" where there are too many."""
    told = options(runs)
    few = len(set(told) - {""}) <= len(style.LINES)
    return told if few else [f"tile: {run.tile}" if run.tile else "" for run in runs]


def _draw(axes: Axes, run: Run, quantity: Quantity, colour: str, line: Any) -> None:
    for part, pattern, width, alpha in (("train", ":", 0.9, 0.65), ("test", line, 1.3, 0.95)):
        series = [(seconds, quantity.drawn(value)) for seconds, value in quantity.series(run.record, part)]
        x, y = [x for x, _ in series if x > 0], [y for x, y in series if x > 0]
        dot = "." if len(x) == 1 and part == "test" else ""  # one moment makes no line
        axes.plot(x, y, marker=dot, color=colour, linestyle=pattern, linewidth=width, alpha=alpha)
    perfect = _perfect(run, quantity)
    if perfect:
        height = quantity.drawn(1.0)
        axes.plot(perfect[0], height, "o", markersize=5, color=colour, zorder=3, clip_on=False)


def _perfect(run: Run, quantity: Quantity) -> list[float]:
    """Return when a run stood at 100 %."""
    series = quantity.series(run.record)
    return [] if quantity.log else [seconds for seconds, value in series if value == 1.0 and seconds > 0]


def _frame(axes: Axes, quantity: Quantity) -> None:
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    if high < 2 * low:  # all at about the same time, around which ticks of 1, 2 and 5 need room
        axes.set_xlim(low / 3, high * 3)
    style.log_ticks(axes.xaxis)
    axes.set_xlabel("training time (seconds, log scale)")
    if quantity.log:
        axes.set_yscale("log")
        style.log_ticks(axes.yaxis)
    else:
        top = quantity.drawn(1.0)
        axes.set_ylim(-0.02 * top, 1.02 * top)
        axes.set_yticks([top * fifth / 5 for fifth in range(6)])
    axes.grid(axis="y")


def _legend(colours: dict[str, str], lines: dict[str, Any], runs: Sequence[Run], quantity: Quantity) -> list[Line2D]:
    handles = [Line2D([], [], color=colour, linewidth=2.2, label=arm) for arm, colour in colours.items()]
    if len(lines) > 1:
        handles += [Line2D([], [], color=style.INK, linestyle=line, label=told) for told, line in lines.items()]
    if any(quantity.series(run.record, "train") for run in runs):
        label = f"train {quantity.noun}"
        handles.append(Line2D([], [], color=style.INK, linestyle=":", linewidth=0.9, label=label))
    if any(_perfect(run, quantity) for run in runs):
        label = "first at 100 % test" if quantity is ACCURACY else f"first at test {quantity.noun} 1"
        handles.append(Line2D([], [], color=style.INK, marker="o", linestyle="", label=label))
    return handles
