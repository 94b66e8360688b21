"""The place of the maximum, in a way that has a gradient."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from coordconv import coordinate_grid
from specit.spec.layers.layer import Anchor


class SoftArgmax2d(nn.Module):
    """`SoftArgmax2d` of the vocabulary: (N, C, H, W) -> (N, 2 · C), x and y of each channel."""

    def __init__(self, temperature: float, span: tuple[float, float], anchor: Anchor) -> None:
        super().__init__()
        self.temperature, self.span, self.anchor = temperature, span, anchor

    def forward(self, x: Tensor) -> Tensor:
        share = torch.softmax(x.flatten(2) / self.temperature, dim=2).view_as(x)
        across = self._mean(share.sum(dim=2))
        down = self._mean(share.sum(dim=3))
        return torch.stack([across, down], dim=2).flatten(1)

    def _mean(self, share: Tensor) -> Tensor:
        """Return the mean coordinate along the last axis, weighted with shares."""
        size = share.shape[-1:]
        line = coordinate_grid(size, span=self.span, anchor=self.anchor, dtype=share.dtype, device=share.device)[0]
        return (share * line).sum(dim=-1)

    def extra_repr(self) -> str:
        return f"temperature={self.temperature}, span={self.span}, anchor={self.anchor}"
