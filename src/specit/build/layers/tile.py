"""A vector repeated over a canvas."""

from __future__ import annotations

from torch import Tensor, nn


class Tile(nn.Module):
    """`Tile` of the vocabulary: (N, n) -> (N, n, H, W) into channels, or (N, 1, H, W) into one plane."""

    def __init__(self, size: tuple[int, int], into: str) -> None:
        super().__init__()
        self.size, self.into = size, into

    def forward(self, x: Tensor) -> Tensor:
        height, width = self.size
        if self.into == "channels":
            return x[:, :, None, None].expand(-1, -1, height, width)
        return x.repeat(1, height * width // x.shape[1]).view(-1, 1, height, width)

    def extra_repr(self) -> str:
        return f"{self.size}, into={self.into}"
