"""What networks paint where a square should be (figures 2 and 8 of the CoordConv paper)."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from specit.report import style
from specit.report.quantities import IOU

from .runs import Array, Run, best, grouped, having, kinds, splits, where

Pixel = tuple[int, int]
SHOWN = 3
"""Probes shown of each run."""


@style.styled
def painted_squares(runs: Sequence[Run]) -> Figure | None:
    """The painted probability and the true square for a few probes of the best run of every arm and split."""
    chosen = _chosen(runs)
    if not chosen:
        return None
    arms, probes = list(dict.fromkeys(arm for arm, _ in chosen)), _probes(chosen)
    names = dict(zip(map(id, runs), kinds(runs), strict=True))
    columns = sum(len(places) for places in probes.values())
    widths = [width for places in probes.values() for width in (*[1.0] * len(places), 0.12)][:-1]
    panel = 1.6 if columns > SHOWN else 2.1
    high = panel * style.tallness(run.arrays["canvas"] for run in chosen.values()) + 0.5
    figure = Figure(figsize=(panel * max(columns, 2.2) + 0.3, high * len(arms) + 0.7), layout="constrained")
    grid = figure.add_gridspec(len(arms), len(widths), width_ratios=widths)
    shown = None
    for row, arm in enumerate(arms):
        column = 0
        for split, places in probes.items():
            run = chosen.get((arm, split))
            for place, centre in enumerate(places):
                if run is not None and (index := run.probe(*centre)) is not None:
                    axes = figure.add_subplot(grid[row, column + place])
                    shown = _draw(axes, run, index)
                    if place == 0:
                        axes.set_title(f"{where(names[id(run)], run)}, seed {run.seed}", pad=5)
            column += len(places) + 1
    if shown is not None:
        bar = figure.colorbar(shown, ax=figure.axes, location="bottom", shrink=0.35, aspect=32, pad=0.05, anchor=(0, 1))
        bar.set_label("painted probability (the true square is outlined)", loc="left")
        bar.outline.set_visible(False)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say the IOU of each probe shown, and the mean over the examples of each part."""
    chosen = _chosen(runs)
    probes = _probes(chosen)
    names = dict(zip(map(id, runs), kinds(runs), strict=True))
    said = []
    for run in chosen.values():
        shown = [(pixel, i) for pixel in probes[run.split] if (i := run.probe(*pixel)) is not None]
        places = ", ".join(f"{IOU.written(_iou(run, i))} at {pixel} [{_part(run, i)}]" for pixel, i in shown)
        said.append(f"{where(names[id(run)], run)}: {_means(run)}; {places}")
    lead = (
        "The run of each arm with the best last test IOU, at its final weights. The mean IOU, and that of each picture:"
    )
    return "\n".join([lead, *said])


def _chosen(runs: Sequence[Run]) -> dict[tuple[str, str], Run]:
    runs = having(runs, "canvas", "centres", "in_test", "iou", "probe", "probe_output")
    groups = grouped([run for run in runs if run.arrays["probe"].size], [(run.arm, run.split) for run in runs])
    return {key: best(members, IOU) for key, members in groups.items()}


def _probes(chosen: dict[tuple[str, str], Run]) -> dict[str, list[Pixel]]:
    """Return a few centres for each split: those that most of its runs have, of both parts of the data if they can."""
    found = {}
    for split in splits(chosen.values()):
        members = [run for run in chosen.values() if run.split == split]
        counts: dict[Pixel, int] = {}
        for run in members:
            for x, y in run.arrays["centres"][run.arrays["probe"]]:
                counts[int(x), int(y)] = counts.get((int(x), int(y)), 0) + 1
        common = [pixel for pixel, count in counts.items() if count == max(counts.values())]
        parts = {pixel: _part(run, i) for run in members for pixel in common if (i := run.probe(*pixel)) is not None}
        taken = [pixel for pixel in common if parts[pixel] == "test"][: SHOWN - 1]
        taken += [pixel for pixel in common if parts[pixel] == "train"][: SHOWN - len(taken)]
        taken += [pixel for pixel in common if pixel not in taken][: SHOWN - len(taken)]
        found[split] = sorted(taken, key=common.index)
    return found


def _draw(axes: Axes, run: Run, index: int) -> AxesImage:
    arrays = run.arrays
    x, y = (int(place) for place in arrays["centres"][arrays["probe"][index]])
    painted = arrays["probe_output"][index].astype(float)
    shown = axes.imshow(painted, interpolation="none", cmap=style.PROBABILITY, vmin=0, vmax=1)
    style.bare(axes)
    left, top, width, height = _square(run)
    corner = (x - left - 0.5, y - top - 0.5)
    axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=style.TARGET, linewidth=1.3))
    axes.set_xlabel(f"({x}, {y}) {_part(run, index)}, IOU {IOU.written(_iou(run, index))}", loc="left", fontsize=8)
    return shown


def _square(run: Run) -> tuple[int, int, int, int]:
    """Return how far a square reaches left of and above its centre, its width and its height.

    Every fully visible square is an example, so the outermost centres tell.
    """
    height, width = (int(length) for length in run.arrays["canvas"])
    (left, top), (right, bottom) = run.arrays["centres"].min(axis=0), run.arrays["centres"].max(axis=0)
    return int(left), int(top), int(left + width - right), int(top + height - bottom)


def _iou(run: Run, index: int) -> float:
    return float(run.arrays["iou"][run.arrays["probe"][index]])


def _part(run: Run, index: int) -> str:
    return "test" if run.arrays["in_test"][run.arrays["probe"][index]] else "train"


def _means(run: Run) -> str:
    iou: Array = run.arrays["iou"].astype(float)
    in_test = run.arrays["in_test"]
    parts = (("test", iou[in_test]), ("train", iou[~in_test]))
    return ", ".join(f"{part} {IOU.written(float(values.mean()))}" for part, values in parts if values.size)
