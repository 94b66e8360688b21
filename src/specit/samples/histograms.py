"""Two sets of points on a plane, compared by the cells they fall into."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def divergence(a: NDArray[np.floating], b: NDArray[np.floating], cell: float) -> float:
    """Return the Jensen-Shannon divergence of the histograms of `a` (N, 2) and `b` (M, 2), in bits.

    Cells are squares of `cell` pixels. 0: the same histogram; 1: no cell in common, or one set is empty. Lower is
    better, but two samples of one distribution do not reach 0: with k cells about (k - 1) (1/N + 1/M) / (8 ln 2), so
    a second real set of the same size is what to compare with.

    >>> a = np.array([[0, 0], [1, 1], [9, 9], [8, 8]])
    >>> divergence(a, a + 0.4, cell=4), divergence(a, a + 100, cell=4)
    (0.0, 1.0)
    >>> round(divergence(a, a[:2], cell=4), 4)
    0.3113
    """
    if not (len(a) and len(b)):
        return 1.0
    _, which = np.unique(np.concatenate([_cells(a, cell), _cells(b, cell)]), axis=0, return_inverse=True)
    cells = int(which.max()) + 1
    p = np.bincount(which[: len(a)], minlength=cells) / len(a)
    q = np.bincount(which[len(a) :], minlength=cells) / len(b)
    middle = (p + q) / 2
    terms = [
        (share[share > 0] * np.log2(share[share > 0] / middle[share > 0])).sum() / 2 for share in (p, q)
    ]  # 0 log 0 is 0
    return float(np.clip(sum(terms), 0, 1))


def coverage(points: NDArray[np.floating], real: NDArray[np.floating], cell: float) -> float:
    """Return which share of the cells that `real` (M, 2) reaches `points` (N, 2) reach too: in [0, 1], 1 is best.

    >>> real = np.array([[0, 0], [9, 0], [0, 9], [9, 9]])
    >>> coverage(np.array([[1, 1], [2, 2], [8, 9], [50, 50]]), real, cell=4)
    0.5
    """
    reached = {tuple(cell) for cell in _cells(points, cell).tolist()}
    wanted = {tuple(cell) for cell in _cells(real, cell).tolist()}
    return len(reached & wanted) / len(wanted)


def _cells(points: NDArray[np.floating], cell: float) -> NDArray[np.int64]:
    """Return the cell of every point; pixel 0 is all of [-½, ½), so a pixel's centre is never on an edge."""
    cells: NDArray[np.int64] = np.floor((points + 0.5) / cell).astype(np.int64)
    return cells
