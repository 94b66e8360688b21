"""Softmax and logits around three adjacent target pixels (figures 5 and 9 of the CoordConv paper)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from specit.report import style

from .runs import Array, Run, best, grouped, having, softmax

Pixel = tuple[int, int]
REACH = 4
"""Pixels shown to each side of the target."""


@style.styled
def neighbourhood(runs: Sequence[Run]) -> Figure | None:
    """Softmax and logits around three adjacent target pixels, for the best run of every arm."""
    chosen = _chosen(runs)
    if not chosen:
        return None
    figure = Figure(figsize=(4.8 * max(len(chosen), 1.4), 6.6), layout="constrained")
    parts = figure.subfigures(1, len(chosen), squeeze=False, wspace=0.04)[0]
    for part, (run, pixels) in zip(parts, chosen, strict=True):
        part.suptitle(
            f"{run.label}{f', {run.split} split' if run.split else ''}, seed {run.seed}", x=0.02, ha="left", fontsize=10
        )
        grid = part.subplots(len(pixels), 2)
        planes = [_plane(run, pixel) for pixel in pixels]
        crops = [_crop(plane, pixel) for plane, pixel in zip(planes, pixels, strict=True)]
        low, high = min(np.nanmin(crop) for crop in crops), max(np.nanmax(crop) for crop in crops)
        for row, (plane, crop, pixel) in enumerate(zip(planes, crops, pixels, strict=True)):
            chances = softmax(plane)
            left, right = grid[row]
            # The square root lifts the small probabilities: leakage beside the target is what to look for.
            scale = PowerNorm(0.5, vmin=0, vmax=1)
            shown = left.imshow(_crop(chances, pixel), interpolation="none", cmap=style.PROBABILITY, norm=scale)
            logits = right.imshow(crop, interpolation="none", cmap=style.LOGIT, vmin=low, vmax=high)
            for axes in (left, right):
                style.bare(axes)
                style.outline(axes, REACH, REACH)
            left.set_ylabel(f"({pixel[0]}, {pixel[1]})\n{_set(run, pixel)} set", color=style.INK, linespacing=1.35)
            left.yaxis.label.set(rotation=0, ha="right", va="center")
            left.set_xlabel(f"at the target: {_probability(chances[pixel[1], pixel[0]])}", loc="left")
        grid[0, 0].set_title("softmax")
        grid[0, 1].set_title("logits")
        for column, drawn in enumerate((shown, logits)):
            bar = part.colorbar(drawn, ax=list(grid[:, column]), location="bottom", shrink=0.9, aspect=28, pad=0.02)
            bar.outline.set_visible(False)
            if column == 0:
                bar.set_ticks([0, 0.05, 0.25, 0.5, 1])
                bar.ax.set_xticklabels(["0", "0.05", "0.25", "0.5", "1"])
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say how probable each arm holds the three targets."""
    said = []
    for run, pixels in _chosen(runs):
        chances = [_probability(softmax(_plane(run, pixel))[pixel[1], pixel[0]]) for pixel in pixels]
        places = [
            f"{chance} at ({x}, {y}) [{_set(run, (x, y))}]" for chance, (x, y) in zip(chances, pixels, strict=True)
        ]
        said.append(f"{run.label}: " + ", ".join(places))
    lead = "The best run of each arm; 9 × 9 pixels around each target, which is outlined. Softmax at the target:"
    return "\n".join([lead, *said])


def _chosen(runs: Sequence[Run]) -> list[tuple[Run, tuple[Pixel, ...]]]:
    """Return the best run of every arm on one split, and three targets that all have, if they do."""
    runs = [run for run in having(runs, "centres", "in_test", "probe", "probe_logits") if _triples(run)]
    if not runs:
        return []
    splits = grouped(runs, [run.split for run in runs])
    on_one = max(splits.values(), key=lambda members: len({run.arm for run in members}))
    picked = [best(members) for members in grouped(on_one, [run.arm for run in on_one]).values()]
    common = [triple for triple in _triples(picked[0]) if all(triple in _triples(run) for run in picked)]
    return [(run, (common or _triples(run))[0]) for run in picked]


def _triples(run: Run) -> list[tuple[Pixel, ...]]:
    """Return every three probes in a row or a column; those with both sets among them first."""
    targets = [(int(x), int(y)) for x, y in run.arrays["centres"][run.arrays["probe"]]]
    found = [
        triple
        for x, y in targets
        for triple in (((x, y), (x + 1, y), (x + 2, y)), ((x, y), (x, y + 1), (x, y + 2)))
        if all(pixel in targets for pixel in triple)
    ]
    return sorted(found, key=lambda triple: len({_set(run, pixel) for pixel in triple}) == 1)


def _index(run: Run, pixel: Pixel) -> int:
    index = run.probe(*pixel)
    assert index is not None, "a triple is made of probes"
    return index


def _plane(run: Run, pixel: Pixel) -> Array:
    plane: Array = run.arrays["probe_logits"][_index(run, pixel)]
    return plane


def _set(run: Run, pixel: Pixel) -> str:
    return "test" if run.arrays["in_test"][run.arrays["probe"][_index(run, pixel)]] else "train"


def _crop(plane: Array, pixel: Pixel) -> Array:
    """Return the pixels around `pixel`; nothing (NaN) beyond the canvas."""
    padded = np.pad(plane.astype(np.float64), REACH, constant_values=np.nan)
    x, y = pixel
    return padded[y : y + 2 * REACH + 1, x : x + 2 * REACH + 1]


def _probability(value: float) -> str:
    return f"{value:.2f}" if value >= 0.005 else f"{value:.0e}"
