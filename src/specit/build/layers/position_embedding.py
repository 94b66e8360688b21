"""A learned map of places."""

from __future__ import annotations

import torch
from torch import Tensor, nn

STD = 0.02
"""The standard deviation of its start."""


class PositionEmbedding2d(nn.Module):
    """`PositionEmbedding2d` of the vocabulary: `weight` (channels, H, W) after (N, C, H, W), or added to it."""

    def __init__(self, channels: int, size: tuple[int, int], combine: str) -> None:
        super().__init__()
        self.channels, self.size, self.combine = channels, size, combine
        self.weight = nn.Parameter(torch.empty(channels, *size))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Start small and random: normal with standard deviation `STD`."""
        nn.init.normal_(self.weight, std=STD)

    def forward(self, x: Tensor) -> Tensor:
        if self.combine == "add":
            return x + self.weight
        return torch.cat([x, self.weight.expand(len(x), -1, -1, -1)], dim=1)

    def extra_repr(self) -> str:
        return f"{self.channels}, size={self.size}, combine={self.combine}"
