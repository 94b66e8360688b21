"""What generative networks have made, beside real pictures (figures 9 and 10 of the CoordConv paper)."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from specit.report import style
from specit.report.pictures import Bytes, columns_for, edge_for, reduced, reduction, sheet, upright

from .runs import Array, Run
from .shown import Panel, Shown, lead, shown, tiled

COLUMNS, INCHES = 3, 3.25


@style.styled
def sample_grid(runs: Sequence[Run]) -> Figure | None:
    """Real pictures, and beside them those that the median run of every arm makes of its first latent vectors."""
    together = shown(runs, "samples")
    if not together:
        return None
    return tiled([_panels(group) for group in together], COLUMNS, INCHES)


def caption(runs: Sequence[Run]) -> str:
    """Say how many pictures there are, of what size, and how good the runs are."""
    together = shown(runs, "samples")
    everyone = [one for group in together for one in group]
    sizes = list(dict.fromkeys(one.run.arrays["samples"].shape[-2:] for one in everyone))
    told = ", ".join(f"{width} × {height}" + _drawn_at(height, width) for height, width in sizes)
    numbers = " or ".join(map(str, sorted({_number(group) for group in together})))
    what = f"The first {numbers} pictures, real and of each run, {told} pixels"
    return "\n".join([lead(everyone, what), *(one.said() for one in everyone)])


def _panels(group: Sequence[Shown]) -> list[Panel]:
    number = _number(group)
    real = Panel("real pictures", _sheet(group[0].run.arrays["real_samples"][:number]))
    return [real, *(Panel(one.title, _sheet(one.run.arrays["samples"][:number]), one.quality) for one in group)]


def _number(group: Sequence[Shown]) -> int:
    """Return of how many pictures there are as many real ones and made ones of every run."""
    return min(len(one.run.arrays[name]) for one in group for name in ("samples", "real_samples"))


def _sheet(pictures: Array) -> Bytes:
    made = reduced(upright(pictures))
    size = made.shape[1:3]
    return sheet(made, columns_for(len(made), *size), edge_for(*size))


def _drawn_at(height: int, width: int) -> str:
    factor = reduction(height, width)
    return f" (drawn at 1/{factor} of that)" if factor > 1 else ""
