"""The figures for people: tables in Markdown, which also reads well in a terminal."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator

import torch

from benchmarks.layer.results import Row, gain_without_depthwise, goals, shortfalls, with_addition

COMMAND = "python -m benchmarks.layer --write docs/layer/speed.md"
HEAD = (
    "A CoordConv layer beside the plain layer of `torch.nn` and the usual way, which concatenates (`coordinate_grid`, "
    "`torch.cat`, the plain layer): shapes people use, in both memory formats, in training (forward and backward) and "
    f"in inference. This page is written by `{COMMAND}`.",
    "The layers take turns within each round, so that whatever else the machine does falls on all of them; times are "
    "medians, ratios are medians over the rounds of the ratio within a round. Memory is the most that PyTorch's "
    "allocator holds at once while layer and input are made and the step is done twice, everything included.",
)


def write(rows: list[Row], rounds: int) -> str:
    """Return the page."""
    parts = ["# Speed and memory", *HEAD, _machine(rounds), *_summary(rows)]
    for training in (True, False):
        parts += [f"## {_mode(training).capitalize()}", _table([row for row in rows if row.training is training])]
    parts += ["## Shapes that fall short on their own", *_shortfalls(rows)]
    return "\n\n".join(parts) + "\n"


def _machine(rounds: int) -> str:
    return (
        f"Here: PyTorch {torch.__version__}, {torch.get_num_threads()} threads of a shared {platform.machine()} CPU, "
        f"float32, {rounds} rounds."
    )


def _summary(rows: list[Row]) -> Iterator[str]:
    yield "## Geometric means"
    lines = ["| | mean | to reach | |", "| --- | --- | --- | --- |"]
    for training in (True, False):
        those = [row for row in rows if row.training is training]
        if not those:
            continue
        for goal in goals(those):
            bound = f"{'at most' if goal.at_most else 'at least'} {goal.goal}"
            lines.append(
                f"| {_mode(training)}: {goal.what} | {goal.reached:.3f} × | {bound} | {'✓' if goal.met else '✗'} |"
            )
        lines += [
            f"| {_mode(training)}: faster than concatenating, without depthwise | "
            f"{gain_without_depthwise(those):.3f} × | | |",
            f"| {_mode(training)}: a plain layer and {_addition(training)}, alone | {with_addition(those):.3f} × | | |",
        ]
    yield "\n".join(lines)


def _table(rows: list[Row]) -> str:
    if not rows:
        return "Not measured."
    peers = [name for name in rows[0].seconds if name not in ("plain", "ours", "concatenating")]
    head = ["shape", "used by", "batch", "format", "plain", "ours", "concatenating", *peers, "faster", "memory"]
    lines = [_line(head), _line(["---", "---", "---", "---", *["---:"] * (len(head) - 4)])]
    for row in rows:
        ratios = [
            f"{row.time_ratio[name]:.2f} ×" if name in row.time_ratio else ""
            for name in ("ours", "concatenating", *peers)
        ]
        lines.append(
            _line(
                [
                    row.shape.name,
                    row.shape.where,
                    str(row.shape.batch),
                    row.format,
                    f"{row.seconds['plain'] * 1e3:.2f} ms",
                    *ratios,
                    f"{row.faster_than_concatenating:.2f} ×",
                    f"{row.memory_ratio['ours']:.3f} ×",
                ]
            )
        )
    note = "Times and memory (ours) as multiples of the plain layer's; faster: than concatenating."
    return note + "\n\n" + "\n".join(lines)


def _shortfalls(rows: list[Row]) -> Iterator[str]:
    lines = [
        f"- {row.shape.name}, {row.format}, {_mode(row.training)}: {reason}."
        for row in rows
        for reason in shortfalls(row)
    ]
    yield "\n".join(lines) if lines else "None."


def _addition(training: bool) -> str:
    return "adding a map and summing its gradient" if training else "adding a map"


def _mode(training: bool) -> str:
    return "training" if training else "inference"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
