"""Which stage of a pipeline a network can do: the table that the authors' retrospective tells of."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from specit.report import style
from specit.report.quantities import ACCURACY, DISTANCE, IOU, Quantity, headline

from .runs import Run, choices, grouped, kinds, where

AXIS = "stage"
WIDE, HIGH, GAP, TOP = 0.88, 0.64, 0.1, 0.12
"""The least width and the height of a cell, the gap between two arms or stages, and the upper margin, in inches."""
LETTER, SMALL, LINE = 0.08, 0.064, 0.175
"""About how wide a letter is, large and small, and how high a line, in inches."""
NOTE = "Large: median test accuracy. Small: the same of the training examples, and of what else a stage is judged by."
MINOR: dict[str, Any] = {"fontsize": 7.5, "color": style.MUTED, "linespacing": 1.25}


@dataclass(frozen=True)
class Band:
    """A row or a column of the table, from `start` to `end` in inches.

    A row is a stage, under the options of those axes that not all stages have. A column is an arm and a split, under
    the options of those that all have.
    """

    name: tuple[str, ...]
    options: tuple[str, ...]
    start: float = 0.0
    end: float = 0.0

    def holds(self, other: Band) -> bool:
        """Return whether the other is of the same name and says as much or more."""
        return self.name == other.name and set(self.options) <= set(other.options)


@dataclass(frozen=True)
class Table:
    """The rows, the columns, and the runs that belong in each row and column."""

    rows: list[Band]
    columns: list[Band]
    cells: dict[tuple[Band, Band], list[Run]]


@style.styled
def pipeline_matrix(runs: Sequence[Run]) -> Figure | None:
    """The median test accuracy at every stage of a pipeline, one row a stage, one column an arm and split."""
    runs = _staged(runs)
    if not runs:
        return None
    table = _table(runs)
    names = {row.name: textwrap.wrap(row.name[0], max(20, *map(len, row.name[0].split()))) for row in table.rows}
    aside = max(SMALL * max(len(option) for option in row.options) + 0.12 if row.options else 0 for row in table.rows)
    left = 0.25 + LETTER * max(len(line) for lines in names.values() for line in lines) + aside
    heads = max(len(_folded(column)) for column in table.columns)
    above = TOP + LINE * (1.7 + any(column.name[1] for column in table.columns) + 0.8 * heads)
    rows = _placed(table.rows, above, lambda _, __: HIGH)
    columns = _placed(table.columns, left, lambda arm, count: max(WIDE, 1.12 * LETTER * len(arm) / count))
    width = max(columns[-1].end + 0.1, 4.0)
    note = textwrap.wrap(NOTE, int((width - 0.2) / SMALL))
    height = rows[-1].end + 0.2 + 0.8 * LINE * len(note)
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))  # one unit is one inch, from the top left
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    _draw_heads(axes, columns)
    for name, lines in names.items():
        own = [row for row in rows if row.name == name]
        middle = (own[0].start + own[-1].end) / 2
        axes.text(left - 0.12 - aside, middle, "\n".join(lines), ha="right", va="center", linespacing=1.25)
        for row in own:
            told = "\n".join(row.options)
            axes.text(left - 0.12, (row.start + row.end) / 2, told, ha="right", va="center", **MINOR)
    _draw_cells(axes, rows, columns, table.cells)
    axes.text(0.1, height - 0.08, "\n".join(note), va="bottom", **MINOR)
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say every number of the table, stage by stage."""
    runs = _staged(runs)
    labels = kinds(runs, besides=[AXIS])
    cells = grouped(runs, [(run.record.point[AXIS], label, run.split) for run, label in zip(runs, labels, strict=True)])
    said = []
    for stage in _stages(runs):
        parts = [
            f"{where(label, members[0])} {', '.join(_written(members))} ({len(members)} run{'s' * (len(members) > 1)})"
            for (own, label, _), members in cells.items()
            if own == stage
        ]
        said.append(f"{stage}: " + "; ".join(parts))
    return "\n".join(["The best that each run ever had of each number; the median over seeds:", *said])


def _staged(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if AXIS in run.record.point and headline(run.record).series(run.record)]


def _stages(runs: Sequence[Run]) -> list[str]:
    """Return the stages in the order of the arm that has most of them; what others add comes last."""
    arms = grouped(runs, [run.arm for run in runs]).values()
    stages = [list(dict.fromkeys(run.record.point[AXIS] for run in members)) for members in arms]
    return list(dict.fromkeys(stage for own in sorted(stages, key=len, reverse=True) for stage in own))


def _table(runs: Sequence[Run]) -> Table:
    """Sort the runs into a table; a run that lacks an axis of its stage's other runs has no row of its own."""
    shared = {
        arm: set.intersection(*(set(run.record.point) for run in members))
        for arm, members in grouped(runs, [run.arm for run in runs]).items()
    }
    keys = []
    for run, told in zip(runs, choices(runs, besides=[AXIS]), strict=True):
        aside, above = (
            tuple(f"{axis}: {option}" for axis, option in told.items() if (axis in shared[run.arm]) is full)
            for full in (False, True)
        )
        keys.append((Band((run.record.point[AXIS],), aside), Band((run.arm, run.split), above)))
    rows, columns = list(dict.fromkeys(row for row, _ in keys)), list(dict.fromkeys(column for _, column in keys))
    stages, arms = _stages(runs), [column.name[0] for column in columns]
    parts = [column.name[1] for column in columns]
    rows = [row for row in rows if not any(row.holds(other) for other in rows if other != row)]
    rows.sort(key=lambda row: stages.index(row.name[0]))
    columns.sort(key=lambda column: (arms.index(column.name[0]), parts.index(column.name[1])))
    return Table(rows, columns, grouped(runs, keys))


def _folded(column: Band) -> list[str]:
    """Return the options of a column in lines that are no wider than it."""
    return [line for option in column.options for line in textwrap.wrap(option, int(WIDE / SMALL))]


def _placed(bands: Sequence[Band], start: float, size: Callable[[str, int], float]) -> list[Band]:
    """Return the bands side by side from `start`, with a gap wherever the arm or the stage changes.

    `size` tells from the name of an arm or a stage, and the number of its bands, how much room each of them takes.
    """
    placed: list[Band] = []
    for name in dict.fromkeys(band.name[0] for band in bands):
        own = [band for band in bands if band.name[0] == name]
        for band in own:
            placed.append(replace(band, start=start, end=start + size(name, len(own))))
            start = placed[-1].end
        start += GAP
    return placed


def _draw_heads(axes: Axes, columns: Sequence[Band]) -> None:
    """Write over each arm its name, over each of its splits that, and over each column its options."""
    for arm in dict.fromkeys(column.name[0] for column in columns):
        own = [column for column in columns if column.name[0] == arm]
        axes.text(own[0].start, TOP, arm, va="top", fontweight="bold")
        axes.plot([own[0].start, own[-1].end - 0.04], [TOP + LINE * 1.15] * 2, color=style.RULE, linewidth=0.8)
        for split in dict.fromkeys(column.name[1] for column in own):
            first = next(column for column in own if column.name[1] == split)
            axes.text(first.start, TOP + LINE * 1.4, split, va="top", color=style.MUTED)
    for column in columns:
        top = TOP + LINE * (1.5 + bool(column.name[1]))
        axes.text(column.start, top, "\n".join(_folded(column)), va="top", **MINOR)


def _draw_cells(
    axes: Axes, rows: Sequence[Band], columns: Sequence[Band], cells: Mapping[tuple[Band, Band], Sequence[Run]]
) -> None:
    """Draw every cell; one of a stage that an axis does not divide spans the rows of that axis."""
    for column in columns:
        filled: set[Band] = set()
        for (stage, arm), members in cells.items():
            own = [row for row in rows if stage.holds(row) and row not in filled]
            if own and (arm.name, arm.options) == (column.name, column.options):
                filled |= set(own)
                _draw_cell(axes, _box(column, own[0], own[-1]), members)
        for row in rows:
            if row not in filled:
                box = _box(column, row, row)
                box.set(fill=False, hatch="////", edgecolor=style.RULE, linewidth=0.6)
                axes.add_patch(box)
                x, y = box.get_center()
                axes.text(x, y, "not run", ha="center", va="center", **MINOR)


def _box(column: Band, first: Band, last: Band) -> Rectangle:
    return Rectangle((column.start, first.start), column.end - column.start - 0.04, last.end - first.start - 0.04)


def _draw_cell(axes: Axes, box: Rectangle, members: Sequence[Run]) -> None:
    quantity, _ = _main(members)
    value = _median(members, quantity)
    share = 1 / (1 + value) if quantity.log else value  # a distance of 0 is as good as an accuracy of 1
    colour = matplotlib.colormaps[style.PROBABILITY](share)
    ink = style.ON_BRIGHT if sum(w * c for w, c in zip((0.3, 0.6, 0.1), colour, strict=False)) > 0.42 else style.ON_DARK
    box.set(facecolor=colour, linewidth=0)
    axes.add_patch(box)
    main, *small = _written(members)
    x, y = box.get_center()
    y -= 0.08 * len(small)
    axes.text(x, y, main, ha="center", va="center", fontsize=10, color=ink)
    for place, text in enumerate(small, 1):
        axes.text(x, y + 0.165 * place, text, ha="center", va="center", fontsize=7.5, color=ink)


def _written(members: Sequence[Run]) -> list[str]:
    """Return the lines of a cell: the main number, then the others."""
    main, others = _main(members)
    lines = [main.written(_median(members, main))]
    lines += [f"train {main.written(_median(members, main, 'train'))}"] if _values(members, main, "train") else []
    for other in others:
        value = other.written(_median(members, other))
        lines.append(f"{value} off" if other is DISTANCE else f"{other.noun} {value}")
    return lines


def _main(members: Sequence[Run]) -> tuple[Quantity, list[Quantity]]:
    """Return the accuracy, where it was measured, and what else these runs are judged by or paint."""
    judged = headline(members[0].record)
    main = ACCURACY if _values(members, ACCURACY) else judged
    return main, [one for one in (IOU, DISTANCE) if one is not main and _values(members, one) and one in (IOU, judged)]


def _values(members: Sequence[Run], quantity: Quantity, part: str = "test") -> list[float]:
    return [value for run in members if (value := quantity.best(run.record, part)) is not None]


def _median(members: Sequence[Run], quantity: Quantity, part: str = "test") -> float:
    return median(_values(members, quantity, part))
