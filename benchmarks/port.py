"""The yardstick: the CoordConv painter as one would write it first. Tile, concatenate, five Conv2d, NCHW."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class StraightforwardPort(nn.Module):
    """(N, 2) coordinates -> (N, 4096) logits, on a 64 × 64 canvas; 7,553 parameters."""

    def __init__(self) -> None:
        super().__init__()
        widths = [4, 32, 32, 64, 64, 1]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(widths[i], widths[i + 1], kernel_size=1) for i in range(len(widths) - 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        tiled = x[:, :, None, None].repeat(1, 1, 64, 64)
        row = torch.linspace(-1, 1, 64).view(1, 1, 64, 1).expand(len(x), 1, 64, 64)
        column = torch.linspace(-1, 1, 64).view(1, 1, 1, 64).expand(len(x), 1, 64, 64)
        h = torch.cat([tiled, column, row], dim=1)
        for convolution in self.convolutions[:-1]:
            h = torch.relu(convolution(h))
        return self.convolutions[-1](h).flatten(1)  # type: ignore[no-any-return]
