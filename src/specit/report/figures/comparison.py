"""Which fix solves it: every arm with its size, its time and what each of its seeds reached."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from specit.claims.wording import number as written
from specit.report import style
from specit.report.quantities import Quantity

from .runs import Run, foremost, grouped, kinds, split_title, splits, stacked

ROW, ABOVE, BELOW, HEAD = 0.34, 0.42, 0.55, 0.13
"""The height of a row, and of what stands above and below the rows, and how high above them the heads, in inches."""
LETTER, LINE, SIZES, TIMES, NUMBER = 0.078, 0.145, 1.25, 1.05, 0.85
"""About the width of a letter and the height of a line, and the widths of the columns of text, in inches."""

NEVER = "–"
"""The time to the best of what never got better."""


@style.styled
def comparison(runs: Sequence[Run]) -> Figure | None:
    """One row an arm, the best first: parameters, seconds to the best, and the best test value of every run."""
    quantity, rows = _ranked(runs)
    if not rows:
        return None
    everyone = [run for members in rows.values() for run in members]
    panels = sorted(splits(everyone), key=[run.split for run in runs].index)
    colours = style.colours([run.arm for run in runs])
    names = stacked(everyone)
    high = ROW + LINE * (max(map(len, names.values())) - 1)
    wide = 0.3 + LETTER * max(max(len(arm), 0.85 * max(map(len, told), default=0)) for arm, *told in names.values())
    text = wide + SIZES + TIMES + 0.25
    dots = {1: 4.4, 2: 2.3}.get(len(panels), 2.0)
    longest = max(len(_written(members, split, quantity)) for members in rows.values() for split in panels)
    beside = max(NUMBER, 0.05 * dots + LETTER * longest)
    width, height = text + (dots + beside) * len(panels), ABOVE + high * len(rows) + BELOW
    figure = Figure(figsize=(width, height))
    low, share = BELOW / height, high * len(rows) / height
    axes = figure.add_axes((0, low, text / width, share))
    axes.set(xlim=(0, text), ylim=(high * len(rows), 0))  # one unit is one inch
    axes.set_axis_off()
    ends = (wide + SIZES, wide + SIZES + TIMES)
    for x, head, align in ((0.3, "arm", "left"), (ends[0], "parameters", "right"), (ends[1], "to the best", "right")):
        axes.text(x, -HEAD, head, ha=align, va="baseline", color=style.MUTED, fontsize=8.5)
    for place, (name, members) in enumerate(rows.items()):
        said = (_parameters(members), _seconds(members, quantity))
        _draw_text(axes, high * (place + 0.5), names[name], dict(zip(ends, said, strict=True)), colours[members[0].arm])
    for place, split in enumerate(panels):
        start = text + (dots + beside) * place
        axes = figure.add_axes((start / width, low, dots / width, share))
        axes.set_title(split_title(split), pad=72 * HEAD)
        _draw_dots(axes, quantity, rows, split, colours)
    lowest = min(axes.get_xlim()[0] for axes in figure.axes[1:])
    highest = max(axes.get_xlim()[1] for axes in figure.axes[1:])
    for axes in figure.axes[1:]:
        axes.set_xlim(lowest, highest)
        if quantity.log:
            style.log_ticks(axes.xaxis)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say the numbers of every row."""
    quantity, rows = _ranked(runs)
    said = []
    for name, members in rows.items():
        parts = []
        for split, own in grouped(members, [run.split for run in members]).items():
            count = f"{len(own)} runs" if len(own) > 1 else "1 run"
            parts.append(f"{quantity.written(_median(own, quantity))}{f' on {split}' if split else ''} ({count})")
        seconds = _seconds(members, quantity)
        time = "" if seconds == NEVER else f", best after {seconds}"
        said.append(f"{name}: {', '.join(parts)}; {_parameters(members)} parameters{time}")
    lead = (
        f"The {quantity.extreme} {quantity.said} that each run reached, one dot a run, and the median beside it; "
        "the best arm first, by the mean of its splits:"
    )
    return "\n".join([lead, *said])


def _ranked(runs: Sequence[Run]) -> tuple[Quantity, dict[str, list[Run]]]:
    """Return the runs of each row, the best row first."""
    quantity, runs = foremost(runs)
    rows = grouped(runs, kinds(runs))

    def rank(members: list[Run]) -> float:
        parts = grouped(members, [run.split for run in members]).values()
        return quantity.rank(fmean(_median(own, quantity) for own in parts))

    return quantity, dict(sorted(rows.items(), key=lambda row: rank(row[1]), reverse=True))


def _bests(members: Sequence[Run], quantity: Quantity) -> list[float]:
    return [value for run in members if (value := quantity.best(run.record)) is not None]


def _median(members: Sequence[Run], quantity: Quantity) -> float:
    return median(_bests(members, quantity))


def _written(members: Sequence[Run], split: str, quantity: Quantity) -> str:
    own = [run for run in members if run.split == split]
    return quantity.written(_median(own, quantity)) if own else "not run"


def _parameters(members: Sequence[Run]) -> str:
    sizes = [run.record.parameters for run in members]
    return " to ".join(f"{size:,}" for size in sorted({min(sizes), max(sizes)}))


def _seconds(members: Sequence[Run], quantity: Quantity) -> str:
    """Return the median time of those that ever got better than they were before training."""
    times = [seconds for run in members if (seconds := quantity.seconds_to_best(run.record))]
    return f"{written(median(times))} s" if times else NEVER


def _draw_text(axes: Axes, y: float, name: Sequence[str], numbers: dict[float, str], colour: str) -> None:
    """Write a row: its name, of which only the first line is large, and each number to where it ends."""
    axes.plot(0.15, y, "o", color=colour, markersize=6)
    top = y - LINE * (len(name) - 1) / 2
    for place, line in enumerate(name):
        size, ink = (7.5, style.MUTED) if place else (9, style.INK)
        axes.text(0.3, top + LINE * place, line, va="center", fontsize=size, color=ink)
    for x, number in numbers.items():
        axes.text(x, y, number, ha="right", va="center")


def _draw_dots(axes: Axes, quantity: Quantity, rows: dict[str, list[Run]], split: str, colours: dict[str, str]) -> None:
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if quantity.log:
        axes.set_xscale("log")
    elif quantity.share:
        top = quantity.drawn(1.0)
        axes.set_xlim(-0.03 * top, 1.03 * top)
        axes.set_xticks([0, top / 2, top])
    axes.grid(axis="x")
    axes.set_xlabel(quantity.best_axis, loc="left")
    for y, members in enumerate(rows.values()):
        axes.axhline(y, color=style.RULE, linewidth=0.6, zorder=0)
        own = [run for run in members if run.split == split]
        values = _bests(own, quantity)
        for place, value in enumerate(values):  # seeds stand a little apart, for many reach the same
            beside = y + 0.44 * ((place + 0.5) / len(values) - 0.5)
            colour = colours[members[0].arm]
            axes.plot(quantity.drawn(value), beside, "o", color=colour, markersize=4.6, alpha=0.85, clip_on=False)
        colour = style.INK if values else style.MUTED
        said = _written(members, split, quantity)
        axes.text(1.05, y, said, transform=axes.get_yaxis_transform(), va="center", color=colour)
