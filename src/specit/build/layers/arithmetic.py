"""Sums and constant factors."""

from __future__ import annotations

from torch import Tensor, nn


class Sum(nn.Module):
    """`Sum` of the vocabulary: over the axes `dim` of (N, ...), which then are gone."""

    def __init__(self, dim: tuple[int, ...]) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.sum(dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Scale(nn.Module):
    """`Scale` of the vocabulary: factor · x."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x

    def extra_repr(self) -> str:
        return f"factor={self.factor}"
