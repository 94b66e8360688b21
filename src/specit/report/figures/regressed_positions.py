"""Where networks see the pixel that they are shown (figure 10 of the CoordConv paper)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from specit.report import style
from specit.report.quantities import DISTANCE

from .runs import Array, Run, grouped, having, kinds, middle, split_title, splits, where

DOTS_PER_INCH = 216  # the dots are drawn as a picture: thousands of them as shapes would fill the page


@style.styled
def regressed_positions(runs: Sequence[Run]) -> Figure | None:
    """The true centres and, one column an arm, where the median run of the arm sees them; one row a split."""
    chosen = _chosen(runs)
    if not chosen:
        return None
    rows, arms = splits(chosen.values()), list(dict.fromkeys(arm for arm, _ in chosen))
    names = dict(zip(map(id, runs), kinds(runs), strict=True))
    panel = 2.6 if len(arms) <= 3 else 2.1
    high = panel * style.tallness(run.arrays["canvas"] for run in chosen.values()) + 0.55
    size = (panel * (len(arms) + 1) + 0.7, high * len(rows) + 0.5)
    figure = Figure(figsize=size, layout="constrained", dpi=DOTS_PER_INCH)
    grid = figure.subplots(len(rows), len(arms) + 1, squeeze=False)
    for row, split in zip(grid, rows, strict=True):
        shown = [chosen.get((arm, split)) for arm in arms]
        first = next(run for run in shown if run is not None)
        _dots(row[0], first, first.arrays["centres"])
        row[0].set_title(f"{split_title(split)}\ntrue centres", linespacing=1.35)
        for axes, run in zip(row[1:], shown, strict=True):
            if run is None:
                axes.set_axis_off()
                continue
            _dots(axes, run, run.arrays["predicted_xy"])
            axes.set_title(f"{names[id(run)]}, seed {run.seed}\n{_errors(run)}", linespacing=1.35)
            outside = _outside(run)
            if outside:
                axes.set_xlabel(f"{outside:,} beyond the canvas", loc="left")
    handles = [
        Line2D([], [], color=colour, marker="o", linestyle="", markersize=4, label=f"{part} centres")
        for part, colour in (("train", style.TRAIN), ("test", style.TEST))
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=2)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say how far off the median prediction of each run shown is."""
    names = dict(zip(map(id, runs), kinds(runs), strict=True))
    said = []
    for run in _chosen(runs).values():
        outside = _outside(run)
        beyond = f"; {outside:,} of {len(run.arrays['centres']):,} beyond the canvas" if outside else ""
        said.append(f"{where(names[id(run)], run)}: {_errors(run)}{beyond} (seed {run.seed})")
    lead = "The run of each arm with the median test distance, at its final weights. The median error of a prediction:"
    return "\n".join([lead, *said])


def _chosen(runs: Sequence[Run]) -> dict[tuple[str, str], Run]:
    runs = having(runs, "canvas", "centres", "in_test", "predicted_xy")
    groups = grouped(runs, [(run.arm, run.split) for run in runs])
    return {key: middle(members, DISTANCE) for key, members in groups.items()}


def _dots(axes: Axes, run: Run, places: Array) -> None:
    height, width = (int(length) for length in run.arrays["canvas"])
    in_test = run.arrays["in_test"]
    for part, colour in ((~in_test, style.TRAIN), (in_test, style.TEST)):
        x, y = places[part].T
        axes.scatter(x, y, s=2.2, color=colour, linewidths=0, rasterized=True)
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), aspect="equal")
    for spine in axes.spines.values():
        spine.set_visible(True)
    axes.set_xticks([0, width - 1])
    axes.set_yticks([0, height - 1])


def _errors(run: Run) -> str:
    """Return the median distance in pixels over the examples of each part."""
    off = run.arrays["predicted_xy"].astype(float) - run.arrays["centres"]
    distance = np.nan_to_num(np.hypot(off[:, 0], off[:, 1]), nan=np.inf)
    in_test = run.arrays["in_test"]
    parts = (("train", distance[~in_test]), ("test", distance[in_test]))
    return ", ".join(f"{part} {DISTANCE.written(float(np.median(own)))}" for part, own in parts if own.size)


def _outside(run: Run) -> int:
    """Return how many predictions lie beyond the canvas, where they cannot be drawn."""
    height, width = (int(length) for length in run.arrays["canvas"])
    x, y = run.arrays["predicted_xy"].T
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)  # a number that is none is outside
    return int((~inside).sum())
