"""The average of many pictures: what a network makes again and again stands out, and what it never makes is missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from specit.report import style
from specit.report.pictures import Bytes, upright

from .runs import Array, Run
from .shown import Panel, Shown, lead, shown, tiled

COLUMNS, INCHES = 4, 2.4


@style.styled
def average_pictures(runs: Sequence[Run]) -> Figure | None:
    """The average of the real pictures and of all that the median run of every arm makes, contrast stretched alike."""
    together = _shown(runs)
    if not together:
        return None
    figure = tiled([_panels(group) for group in together], COLUMNS, INCHES)
    ranges = list(dict.fromkeys(_range(group) for group in together))
    stretched = " or ".join(f"{low} to {high}" for low, high in ranges)
    figure.supxlabel(
        f"contrast stretched alike: {stretched} (of 255) fill the whole range, and what is beyond is cut off",
        x=0.006,
        ha="left",
        color=style.MUTED,
        fontsize=8.5,
    )
    return figure


def caption(runs: Sequence[Run]) -> str:
    """Say how far each average is from the real one, and how the contrast is stretched."""
    together = _shown(runs)
    everyone = [one for group in together for one in group]
    what = "The average picture, and by how much its colours differ from the real one's in the mean (of 255)"
    return "\n".join([lead(everyone, what), *(one.said(f"off by {_apart(one.run):.1f}") for one in everyone)])


def _shown(runs: Sequence[Run]) -> list[list[Shown]]:
    return shown(runs, "average", "real_average")


def _apart(run: Run) -> float:
    made, real = (run.arrays[name].astype(float) for name in ("average", "real_average"))
    return float(np.abs(made - real).mean())


def _range(group: Sequence[Shown]) -> tuple[int, int]:
    """Return the darkest and the brightest that the real average has, in any colour."""
    real = group[0].run.arrays["real_average"]
    return int(real.min()), int(real.max())


def _panels(group: Sequence[Shown]) -> list[Panel]:
    averages = [("real pictures", group[0].run.arrays["real_average"])]
    averages += [(one.title, one.run.arrays["average"]) for one in group]
    return [Panel(title, _stretched(average, *_range(group))) for title, average in averages]


def _stretched(average: Array, low: int, high: int) -> Bytes:
    share = (upright(average).astype(float) - low) / max(high - low, 1)
    found: Bytes = (255 * share.clip(0, 1)).round().astype(np.uint8)
    return found
