"""Along how many dimensions a cloud of points spreads at a stated scale: mode collapse as a number."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree


def effective_dimension(points: NDArray[np.floating], near: float, far: float) -> float:
    """Return the mean local dimension of `points`, (N, d), between the distances `near` and `far`.

    Around each point the numbers n of points within `near` and within `far` (itself included) are counted; its
    dimension is log(n_far / n_near) / log(far / near): 2 on an area, 1 on a curve, 0 on one spot. Averaged over the
    points this is the information dimension, so of a mixture every part counts with its share. Both distances must be
    well above pixels and jitter, and below the extent of the cloud: what is thinner than `near` has no thickness
    here. At its border a cloud has less (a square 44 wide, from 4 to 8: 1.85 instead of 2), and more so in more
    dimensions; so compare with the same number for real points. 0 if there are fewer than two points.

    >>> line = np.stack([np.arange(100.0), np.full(100, 7.0)], axis=1)
    >>> round(effective_dimension(line, 4, 8), 2)
    0.88
    >>> effective_dimension(np.full((50, 2), 3.0), 4, 8)
    0.0
    """
    if len(points) < 2:
        return 0.0
    tree = cKDTree(points)
    within_near, within_far = (
        np.asarray(tree.query_ball_point(points, radius, return_length=True), dtype=np.float64)
        for radius in (near, far)
    )
    return float(np.log(within_far / within_near).mean() / math.log(far / near))
