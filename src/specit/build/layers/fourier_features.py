"""Sines and cosines of octaves: of coordinates, and of vectors."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from coordconv import coordinate_grid
from specit.spec.layers.layer import Anchor


class FourierFeatures2d(nn.Module):
    """`FourierFeatures2d` of the vocabulary: (N, C, H, W) -> (N, C + 4 · frequencies, H, W)."""

    def __init__(self, frequencies: int, span: tuple[float, float], anchor: Anchor) -> None:
        super().__init__()
        self.frequencies, self.span, self.anchor = frequencies, span, anchor

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[-2:]
        columns = self._waves(width, x)[:, :, None, :].expand(-1, -1, height, -1)
        rows = self._waves(height, x)[:, :, :, None].expand(-1, -1, -1, width)
        maps = torch.cat([columns, rows], dim=1).flatten(0, 1)
        return torch.cat([x, maps.expand(len(x), -1, -1, -1)], dim=1)

    def _waves(self, n: int, like: Tensor) -> Tensor:
        """Return sines and cosines along an axis of n pixels, (frequencies, 2, n), rounded once, at the end."""
        precise = torch.float64
        line = coordinate_grid((n,), span=self.span, anchor=self.anchor, dtype=precise, device=like.device)[0]
        phase = math.pi * _octaves(self.frequencies, precise, like.device) * line
        return torch.stack([phase.sin(), phase.cos()], dim=1).to(like.dtype)

    def extra_repr(self) -> str:
        return f"frequencies={self.frequencies}, span={self.span}, anchor={self.anchor}"


class FourierFeatures(nn.Module):
    """`FourierFeatures` of the vocabulary: (N, m) -> (N, m + 2 · frequencies · m)."""

    def __init__(self, frequencies: int) -> None:
        super().__init__()
        self.frequencies = frequencies

    def forward(self, x: Tensor) -> Tensor:
        phase = math.pi * _octaves(self.frequencies, x.dtype, x.device) * x[:, None, :]
        waves = torch.stack([phase.sin(), phase.cos()], dim=2).flatten(1)
        return torch.cat([x, waves], dim=1)

    def extra_repr(self) -> str:
        return f"frequencies={self.frequencies}"


def _octaves(count: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """Return 1, 2, 4, ... one below the other."""
    return 2.0 ** torch.arange(count, dtype=dtype, device=device)[:, None]
