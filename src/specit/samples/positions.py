"""Where generated objects are, against where real ones are: divergence, coverage, effective dimension."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from specit.errors import SpecItError

from .dimension import effective_dimension
from .histograms import coverage, divergence

CELLS = 16
"""How many cells a canvas has along a side; twice as large are those of differences, which reach twice as far."""
LEAST = 2.0
"""From so many pixels on dimensions are taken: places are whole pixels, of which nearer ones know nothing."""


class Compared(NamedTuple):
    """One kind of place, generated and real. Each `real_` number is what a second real set of the same size gets:
    no generator can be expected to do better."""

    compared: int
    """How many places were compared."""
    divergence: float
    """Jensen-Shannon divergence from the real histogram, in bits, in [0, 1]; lower is better."""
    real_divergence: float
    coverage: float
    """Share of the cells with real places that are reached, in [0, 1]; higher is better."""
    real_coverage: float
    dimension: float
    """Effective dimension, 0 to 2; as high as the real one is best, 1 is a curve, 0 a spot."""
    real_dimension: float


class Positions(NamedTuple):
    """How places are distributed, against real ones."""

    objects: tuple[Compared, ...]
    """The centres of each object."""
    differences: tuple[Compared, ...]
    """The centre of each further object minus that of the first, where both are found."""
    joint_dimension: float
    """The effective dimension of all centres together: of two objects at most 4 (real ones 3.1 of 1,000 pictures)."""
    real_joint_dimension: float


def measure_positions(centres: NDArray[np.floating], real: NDArray[np.floating], canvas: tuple[int, int]) -> Positions:
    """Compare `centres`, (N, C, 2) as (x, y) in pixels, NaN for what is missing, with `real`, (M, C, 2).

    Both are found in pictures of the same `canvas`, (H, W), by `find_objects`. Cells are 1/16 of the canvas' smaller
    side (of differences 1/8); dimensions are taken from 1/16 to 1/8 of it (joint ones from 1/8 to 1/4), but from no
    less than 2 pixels, for places are whole pixels. M is at least twice N: half of the real set is compared with, the
    other shows what is chance. Less is a `SpecItError`.
    """
    if len(real) < 2 * len(centres):
        raise SpecItError(
            f"There are {len(real):,} real pictures for {len(centres):,} generated ones; twice as many are needed, "
            "so that two real sets of the same size can be compared as well."
        )
    unit = min(canvas) / CELLS
    near = max(unit, LEAST)
    objects = tuple(compare(centres[:, i], real[:, i], unit, near) for i in range(centres.shape[1]))
    differences = tuple(
        compare(centres[:, i] - centres[:, 0], real[:, i] - real[:, 0], 2 * unit, near)
        for i in range(1, centres.shape[1])
    )
    joint, real_joint = (
        effective_dimension(present(places.reshape(len(places), -1)), 2 * unit, 4 * unit)
        for places in (centres, real[: len(centres)])
    )
    return Positions(objects, differences, joint, real_joint)


def compare(places: NDArray[np.floating], real: NDArray[np.floating], cell: float, near: float) -> Compared:
    """Compare `places` (N, 2) with `real` (M, 2): histograms with cells of `cell` pixels, dimension from `near` on.

    The dimension is taken from `near` to twice that. Rows with NaN are left out; of the real ones as many are taken
    as there are places (half of them if there are none), and as many more to compare with those.

    >>> real = np.random.default_rng(0).uniform(0, 44, (2000, 2))
    >>> line = np.stack([real[:1000, 0], 0.5 * real[:1000, 0]], axis=1)
    >>> found = compare(line, real, cell=4, near=4)
    >>> found.compared, round(found.divergence, 2), round(found.real_divergence, 2), round(found.coverage, 2)
    (1000, 0.75, 0.05, 0.12)
    >>> round(found.dimension, 1), round(found.real_dimension, 1)
    (0.9, 1.8)
    """
    places, real = present(places), present(real)
    half = len(real) // 2
    count = min(len(places), half) or half
    places, one, other = places[:count], real[:count], real[count : 2 * count]
    return Compared(
        len(places),
        divergence(places, one, cell) if len(places) else 1.0,
        divergence(other, one, cell),
        coverage(places, one, cell) if len(places) else 0.0,
        coverage(other, one, cell),
        effective_dimension(places, near, 2 * near),
        effective_dimension(one, near, 2 * near),
    )


def present(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the rows of `points`, (N, d), that have no NaN."""
    found: NDArray[np.floating] = points[np.isfinite(points).all(1)]
    return found
