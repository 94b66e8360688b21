"""An image without some of its rows and columns."""

from __future__ import annotations

from torch import Tensor, nn


class Crop2d(nn.Module):
    """`Crop2d` of the vocabulary: cut rows and columns off (N, C, H, W)."""

    def __init__(self, left: int, right: int, top: int, bottom: int) -> None:
        super().__init__()
        self.left, self.right, self.top, self.bottom = left, right, top, bottom

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[-2:]
        return x[..., self.top : height - self.bottom, self.left : width - self.right]

    def extra_repr(self) -> str:
        return f"left={self.left}, right={self.right}, top={self.top}, bottom={self.bottom}"
