"""The canvas with every centre coloured by split and by whether the network found it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from specit.report import style

from .runs import Array, Run, grouped, having, kinds, middle

# Hue tells the split, darkness the mistake, and all four are visible on a white page and on a black one.
KINDS = (
    ("train, right", "#a9cdf0"),
    ("train, wrong", "#1f4e8c"),
    ("test, right", "#fbc98b"),
    ("test, wrong", "#c2410c"),
)


@style.styled
def split_map(runs: Sequence[Run]) -> Figure | None:
    """Where training and test centres are found or missed, one panel per split, arm and reading."""
    chosen = _chosen(runs)
    if not chosen:
        return None
    rows = list(dict.fromkeys(split for split, _ in chosen))
    columns = list(dict.fromkeys(label for _, label in chosen))
    size = 3.1 if len(columns) <= 3 else 2.5
    figure = Figure(figsize=(size * max(len(columns), 2), (size + 0.55) * len(rows) + 0.3), layout="constrained")
    grid = figure.subplots(len(rows), len(columns), squeeze=False)
    for row, split in enumerate(rows):
        for column, label in enumerate(columns):
            if (split, label) in chosen:
                _draw(grid[row, column], chosen[split, label], label)
            else:
                grid[row, column].set_axis_off()
    figure.legend(
        handles=[Patch(color=colour, label=name) for name, colour in KINDS], loc="outside lower left", ncols=4
    )
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say which run each panel shows, and what share of each part it got right."""
    said = []
    names = dict(zip([run.record.name for run in runs], kinds(runs), strict=True))
    for run in _chosen(runs).values():
        train, test = _shares(run)
        name = names[run.record.name]
        where = f"{name} on {run.split}" if run.split else name
        said.append(f"{where}: train {style.percent(train)}, test {style.percent(test)} (seed {run.seed})")
    return "\n".join(["Each panel shows the run with the median test accuracy of its kind:", *said])


def _chosen(runs: Sequence[Run]) -> dict[tuple[str, str], Run]:
    runs = having(runs, "canvas", "centres", "in_test", "predicted", "target")
    canvases = {tuple(map(int, run.arrays["canvas"])) for run in runs}
    groups = grouped(runs, [(run.split, _panel(run, len(canvases) > 1)) for run in runs])
    return {key: middle(members) for key, members in groups.items()}


def _panel(run: Run, sized: bool) -> str:
    height, width = (int(length) for length in run.arrays["canvas"])
    return f"{run.label}, {width} × {height}" if sized else run.label


def _right(run: Run) -> Array:
    return np.asarray(run.arrays["predicted"] == run.arrays["target"])


def _shares(run: Run) -> tuple[float, float]:
    right, in_test = _right(run), run.arrays["in_test"]
    return _share(right[~in_test]), _share(right[in_test])


def _share(right: Array) -> float:
    return float(right.mean()) if right.size else 0.0


def _draw(axes: Axes, run: Run, label: str) -> None:
    height, width = (int(length) for length in run.arrays["canvas"])
    x, y = run.arrays["centres"].T
    kind = 2 * run.arrays["in_test"].astype(int) + ~_right(run)
    image = np.zeros((height, width, 4))  # transparent where no centre can be
    image[y, x] = np.array([to_rgba(colour) for _, colour in KINDS])[kind]
    axes.imshow(image, interpolation="none")
    style.bare(axes)
    train, test = _shares(run)
    axes.set_title(f"{label}\ntrain {style.percent(train)}, test {style.percent(test)}", linespacing=1.35)
    axes.set_xlabel(f"{run.split} split, seed {run.seed}" if run.split else f"seed {run.seed}", loc="left")
