"""Sums, means, factors and shifts, constant or learned."""

from __future__ import annotations

import torch
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


class Mean(nn.Module):
    """`Mean` of the vocabulary: over the axes `dim` of (N, ...), which then are gone."""

    def __init__(self, dim: tuple[int, ...]) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=self.dim)

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


class Shift(nn.Module):
    """`Shift` of the vocabulary: x + amount."""

    def __init__(self, amount: float) -> None:
        super().__init__()
        self.amount = amount

    def forward(self, x: Tensor) -> Tensor:
        return x + self.amount

    def extra_repr(self) -> str:
        return f"amount={self.amount}"


class LearnedScale(nn.Module):
    """`LearnedScale` of the vocabulary: weight · x, where `weight` belongs to the last axes."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape
        self.weight = nn.Parameter(torch.ones(shape))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x

    def extra_repr(self) -> str:
        return f"shape={self.shape}"


class LearnedShift(nn.Module):
    """`LearnedShift` of the vocabulary: x + bias, where `bias` belongs to the last axes."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape
        self.bias = nn.Parameter(torch.zeros(shape))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.bias

    def extra_repr(self) -> str:
        return f"shape={self.shape}"
