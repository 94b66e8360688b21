"""What happens along a path in latent space: do objects move, jump or fade, and does anything stay on the canvas?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError

from .amounts import amounts
from .expected import Expected
from .find_objects import find_objects
from .fixed_to_canvas import fixed_to_canvas
from .movement import cross_fade


class Paths(NamedTuple):
    """P paths of T pictures with C colours; fields are (P, C) unless they say otherwise."""

    steps: NDArray[np.float64]
    """(P, T - 1, C): how far each object's centre moves, in pixels; NaN where it is missing before or after."""
    teleports: NDArray[np.bool_]
    """(P, T - 1, C): the steps at which an object is gone from here and appears there."""
    least_mass: NDArray[np.float64]
    """The least amount of the colour along the path, divided by its median, in [0, 1]: 0 if it vanishes on the way.
    Higher is better."""
    least_strength: NDArray[np.float64]
    """The least strength along the path, in [0, 1]: a cross-fade has ½ in its middle, though nothing of its mass is
    lost. Higher is better."""
    cross_fade: NDArray[np.float64]
    """0 if the object moves, 1 if it fades here and there instead; NaN if it never gets to another place."""
    unexplained: NDArray[np.float64]
    """(P,): the share of the pixels' variance along the path that no motion of the objects explains; lower is better.
    NaN where nothing changes."""
    fixed: NDArray[np.float64]
    """(P,): what is not objects and stays in place on the canvas, as a share of the objects' own squares; lower is
    better, 0 is a clean canvas."""

    def summary(self) -> dict[str, float]:
        """Return every measure as one number: means over paths and colours, leaving out NaN; NaN if there is none."""
        moved = np.isfinite(self.steps)
        return {
            "step": _mean(self.steps),
            "teleports": float(self.teleports.sum() / moved.sum()) if moved.any() else float("nan"),
            "least_mass": _mean(self.least_mass),
            "least_strength": _mean(self.least_strength),
            "cross_fade": _mean(self.cross_fade),
            "unexplained": _mean(self.unexplained),
            "fixed": _mean(self.fixed),
        }


def measure_paths(pictures: NDArray[Any], expected: Expected, jump: float | None = None) -> Paths:
    """Measure `pictures`, (P, T, 3, H, W), T ≥ 3 pictures along each of P paths, closely spaced.

    A step is a teleport if the centre moves by more than `jump` pixels (half a whole object's width, if none is
    stated) and more than half of what was there is gone from its place: where two pieces only take turns in being the
    larger one, nothing is gone. A `SpecItError` for arrays of another kind.
    """
    if pictures.ndim != 5 or pictures.shape[1] < 3:
        raise SpecItError(
            "Paths are pictures (P, T, 3, H, W), at least three along each path, and these have the shape "
            f"{pictures.shape}."
        )
    paths, frames = pictures.shape[:2]
    jump = expected.masks.shape[2] / 2 if jump is None else jump
    found = find_objects(pictures.reshape(-1, *pictures.shape[2:]), expected)
    centres = found.centres.reshape(paths, frames, -1, 2)
    mass, strength = (field.reshape(paths, frames, -1) for field in (found.mass, found.strength))
    median = np.median(mass, axis=1)
    steps = np.sqrt(((centres[:, 1:] - centres[:, :-1]) ** 2).sum(-1))

    gone = np.zeros(steps.shape)
    fading = np.full(median.shape, np.nan)
    unexplained, fixed = np.full(paths, np.nan), np.full(paths, np.nan)
    for path in range(paths):
        planes = amounts(pictures[path], expected)
        gone[path] = _gone(planes)
        for colour in range(planes.shape[1]):
            fading[path, colour] = cross_fade(planes[:, colour], centres[path, :, colour])
        unexplained[path], fixed[path] = fixed_to_canvas(pictures[path], planes, centres[path], expected)
    return Paths(
        steps,
        (steps > jump) & (gone > 0.5),
        mass.min(1) / np.where(median > 0, median, 1),
        strength.min(1),
        fading,
        unexplained,
        fixed,
    )


def _gone(planes: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the share of each colour's amount that the next frame has no longer in place, (T - 1, C)."""
    before, after = planes[:-1], planes[1:]
    lost = np.maximum(before - after, 0).sum((2, 3), dtype=np.float64)
    share: NDArray[np.float64] = lost / np.maximum(before.sum((2, 3), dtype=np.float64), 1e-12)
    return share


def _mean(numbers: NDArray[np.float64]) -> float:
    finite = numbers[np.isfinite(numbers)]
    return float(finite.mean()) if finite.size else float("nan")
