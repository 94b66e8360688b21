"""How fast this machine multiplies matrices: the yardstick for a network's steps."""

from __future__ import annotations

import time

import torch

SQUARE = (2048, 2048, 2048)
SKINNY = (131_072, 64, 64)
"""A batch of 32 pictures of 64 × 64 pixels through a layer of 64 channels."""


def measure() -> dict[str, float]:
    """Return GFLOP/s of either shape in float32, the best of some, into memory that is there already."""
    return {" × ".join(map(str, shape)): _rate(*shape) for shape in (SQUARE, SKINNY)}


def _rate(m: int, k: int, n: int) -> float:
    a, b, out = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    best = float("inf")
    for _ in range(15):
        begun = time.perf_counter()
        torch.mm(a, b, out=out)
        best = min(best, time.perf_counter() - begun)
    return 2 * m * k * n / best / 1e9
