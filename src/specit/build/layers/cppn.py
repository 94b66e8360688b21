"""Activations of compositional pattern-producing networks."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Sin(nn.Module):
    """`Sin` of the vocabulary."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sin(x)


class Gaussian(nn.Module):
    """`Gaussian` of the vocabulary: exp(-x²)."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.exp(-x.square())
