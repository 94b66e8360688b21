"""What a network makes along straight paths through its latent space: whether objects move, or fade and jump."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from specit.claims.wording import number
from specit.report import style
from specit.report.content import Animation
from specit.report.film import film
from specit.report.pictures import Bytes, edge_for, reduced, sheet, upright

from .runs import Run
from .shown import LINE, Shown, lead, shown, titled

WIDTH, LARGEST = 9.6, 0.8
"""The width of a row of pictures, and of a picture at most, in inches."""
PATHS = 4
"""How many paths of each run stand still; all of them are in the film."""
SAID: dict[str, tuple[str, Callable[[float], str]]] = {
    "path_step": ("objects move", lambda pixels: f"{number(pixels, digits=2)} pixels a step"),
    "path_teleports": ("teleports", style.percent),
    "path_cross_fade": ("cross-fading", style.percent),
    "path_dissolve": ("dissolving", style.percent),
}
"""The measures that a caption says, where they are known."""


@style.styled
def latent_paths(runs: Sequence[Run]) -> Figure | None:
    """Pictures along straight latent paths, a row a path, for the median run of every arm; on a page they play, too."""
    everyone = _shown(runs)
    if not everyone:
        return None
    strips = [_strip(one) for one in everyone]
    wide = [min(WIDTH, LARGEST * one.run.arrays["paths"].shape[1]) for one in everyone]
    high = [inches * strip.shape[0] / strip.shape[1] + 2 * LINE for inches, strip in zip(wide, strips, strict=True)]
    figure = Figure(figsize=(max(*wide, 4.5), sum(high) + 0.3), layout="constrained")
    grid = figure.subplots(len(everyone), 1, squeeze=False, height_ratios=high)[:, 0]
    for axes, one, strip in zip(grid, everyone, strips, strict=True):
        axes.imshow(strip, interpolation="none")
        axes.set_anchor("W")
        axes.set_axis_off()
        titled(axes, one.title, max(*wide, 4.5))
    figure.supxlabel(
        "each row: from one latent vector (left) to another (right), in equal steps",
        x=0.006,
        ha="left",
        color=style.MUTED,
        fontsize=8.5,
    )
    return figure


def films(runs: Sequence[Run]) -> list[Animation]:
    """Return a film of all paths of every run that is shown."""
    return [film(one.title, one.run.arrays["paths"]) for one in _shown(runs)]


def caption(runs: Sequence[Run]) -> str:
    """Say how far objects move along the paths, and how much jumps, fades or dissolves, where that is known."""
    everyone = _shown(runs)
    paths, steps = (sorted({one.run.arrays["paths"].shape[axis] for one in everyone}) for axis in (0, 1))
    still = "" if max(paths) <= PATHS else f"The first {PATHS} of "
    what = f"{still}{_either(paths)} straight paths through the latent space, {_either(steps)} pictures each"
    return "\n".join([lead(everyone, what), *(one.said(*_measured(one)) for one in everyone)])


def _shown(runs: Sequence[Run]) -> list[Shown]:
    return [one for group in shown(runs, "paths") for one in group]


def _strip(one: Shown) -> Bytes:
    paths = reduced(upright(one.run.arrays["paths"][:PATHS]))
    return sheet(paths.reshape(-1, *paths.shape[2:]), paths.shape[1], edge_for(*paths.shape[2:4]))


def _measured(one: Shown) -> list[str]:
    final = one.run.record.final
    return [f"{words} {written(final[name])}" for name, (words, written) in SAID.items() if name in final]


def _either(numbers: Sequence[int]) -> str:
    return " or ".join(map(str, numbers))
