"""Accuracy against training time, one panel a split, one line a run (figure 4 of the CoordConv paper)."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from specit.report import style

from .runs import Run, grouped, kinds


@style.styled
def accuracy_against_time(runs: Sequence[Run]) -> Figure | None:
    """Test (and, dotted, train) accuracy against training time, one panel a split, one line a run."""
    runs = _measured(runs)
    if not runs:
        return None
    panels = grouped(runs, [run.split for run in runs])
    colours = style.colours([run.arm for run in runs])
    tiles = list(dict.fromkeys(run.tile for run in runs if run.tile))
    figure = Figure(figsize=(4.8 * max(len(panels), 1.4), 3.7), layout="constrained")
    row = figure.subplots(1, len(panels), sharey=True, sharex=True, squeeze=False)[0]
    for axes, (split, members) in zip(row, panels.items(), strict=True):
        axes.set_title(f"{split} split" if split else "all runs")
        for run in members:
            line = style.LINES[tiles.index(run.tile) % len(style.LINES)] if run.tile else "-"
            _draw(axes, run, colours[run.arm], line)
        _frame(axes)
    row[0].set_ylabel("accuracy (%)")
    figure.legend(handles=_legend(colours, tiles, runs), loc="outside lower left", ncols=4, handlelength=2.6)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say the highest test accuracy that the runs of each kind reached."""
    runs = _measured(runs)
    groups = grouped(runs, list(zip([run.split for run in runs], kinds(runs), strict=True)))
    said = []
    for (split, label), members in groups.items():
        tops = [max(value for _, value in run.record.series("test_accuracy")) for run in members]
        spread = f"{style.percent(min(tops))} to {style.percent(max(tops))} over " if min(tops) < max(tops) else ""
        number = f"{len(tops)} runs" if len(tops) > 1 else "1 run"
        where = f"{label} on {split}" if split else label
        said.append(f"{where}: {style.percent(median(tops))} ({spread}{number})")
    return "\n".join(["The highest test accuracy that each run reached; the median over runs of a kind:", *said])


def _measured(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if any(e.seconds > 0 for e, _ in run.record.series("test_accuracy"))]


def _draw(axes: Axes, run: Run, colour: str, line: Any) -> None:
    for measure, pattern, width, alpha in (
        ("train_accuracy", ":", 0.9, 0.65),
        ("test_accuracy", line, 1.3, 0.95),
    ):
        series = [(e.seconds, 100 * value) for e, value in run.record.series(measure) if e.seconds > 0]
        x, y = [x for x, _ in series], [y for _, y in series]
        axes.plot(x, y, color=colour, linestyle=pattern, linewidth=width, alpha=alpha)
    perfect = [e.seconds for e, value in run.record.series("test_accuracy") if value == 1.0 and e.seconds > 0]
    if perfect:
        axes.plot(perfect[0], 100, "o", markersize=5, color=colour, zorder=3, clip_on=False)


def _frame(axes: Axes) -> None:
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high / low < 200 else (1.0,)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:,g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(which="minor", length=0)
    axes.set_xlabel("training time (seconds, log scale)")
    axes.set_ylim(-2, 102)
    axes.set_yticks([0, 20, 40, 60, 80, 100])
    axes.grid(axis="y")


def _legend(colours: dict[str, str], tiles: list[str], runs: Sequence[Run]) -> list[Line2D]:
    handles = [Line2D([], [], color=colour, linewidth=2.2, label=arm) for arm, colour in colours.items()]
    if len(tiles) > 1:
        for tile, line in zip(tiles, style.LINES, strict=False):
            handles.append(Line2D([], [], color=style.INK, linestyle=line, label=f"tile: {tile}"))
    if any(run.record.series("train_accuracy") for run in runs):
        handles.append(Line2D([], [], color=style.INK, linestyle=":", linewidth=0.9, label="train accuracy"))
    if any(value == 1.0 for run in runs for _, value in run.record.series("test_accuracy")):
        handles.append(Line2D([], [], color=style.INK, marker="o", linestyle="", label="first at 100 % test"))
    return handles
