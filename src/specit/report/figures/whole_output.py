"""The whole output for one probe under each reading of "tile": one of them can only draw crosses."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from specit.report import style

from .runs import Run, best, grouped, having, softmax


@style.styled
def whole_output(runs: Sequence[Run]) -> Figure | None:
    """The whole softmax output and the logits for one probe, one column per reading of "tile"."""
    chosen = _chosen(runs)
    if not chosen:
        return None
    figure = Figure(figsize=(3.5 * max(len(chosen), 1.25), 7.2), layout="constrained")
    grid = figure.subplots(2, len(chosen), squeeze=False)
    for column, run in enumerate(chosen):
        x, y = _target(chosen, run)
        index = run.probe(x, y)
        plane = run.arrays["probe_logits"][index]
        chances = softmax(plane)
        # Each panel has its own scale: a failing network spreads what a good one puts on a single pixel.
        scale = PowerNorm(0.5, vmin=0, vmax=float(chances.max()))
        for row, (values, colours, norm) in enumerate(
            ((chances, style.PROBABILITY, scale), (plane, style.LOGIT, None))
        ):
            axes = grid[row, column]
            shown = axes.imshow(values, interpolation="none", cmap=colours, norm=norm)
            style.bare(axes)
            style.outline(axes, x, y, size=max(5, values.shape[0] / 12))
            bar = figure.colorbar(shown, ax=axes, shrink=0.8, aspect=24, pad=0.03)
            bar.outline.set_visible(False)
            if row == 0:
                top = float(chances.max())
                bar.set_ticks([0, top / 4, top], labels=["0", f"{top / 4:.2g}", f"{top:.2g}"])
        grid[0, column].set_title(f"{run.label}\nsoftmax", linespacing=1.35)
        grid[1, column].set_title("logits")
        grid[1, column].set_xlabel(f"target ({x}, {y}), seed {run.seed}", loc="left")
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say how much probability each reading puts on the target, and at most on any pixel."""
    chosen = _chosen(runs)
    said = []
    for run in chosen:
        x, y = _target(chosen, run)
        chances = softmax(run.arrays["probe_logits"][run.probe(x, y)])
        said.append(f"{run.label}: {chances[y, x]:.2g} on the target ({x}, {y}), {chances.max():.2g} at the most")
    alone = " Only one reading was run." if len(chosen) == 1 else ""
    return "\n".join([f"The best run under each reading; the target lies in the square.{alone} Softmax:", *said])


def _chosen(runs: Sequence[Run]) -> list[Run]:
    """Return the best run under each reading of "tile", of the arm and split with the most readings."""
    runs = having(runs, "centres", "probe", "probe_logits")
    runs = [
        run for run in runs if run.tile and run.arrays["probe"].size
    ]  # an arm that tiles nothing shows nothing here
    if not runs:
        return []
    kinds = grouped(runs, [(run.arm, run.split) for run in runs])
    most = max(kinds.values(), key=lambda members: len({run.tile for run in members}))
    return [best(members) for members in grouped(most, [run.tile for run in most]).values()]


def _target(chosen: Sequence[Run], run: Run) -> tuple[int, int]:
    """Return a target that every chosen run has a probe for; the run's own first where there is none."""
    targets = [(int(x), int(y)) for x, y in run.arrays["centres"][run.arrays["probe"]]]
    common = [pixel for pixel in targets if all(other.probe(*pixel) is not None for other in chosen)]
    return (common or targets)[0]
