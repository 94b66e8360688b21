"""A torch module for every layer of the vocabulary."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from coordconv import CoordConv2d
from specit.spec import layers


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


_MODULES: dict[str, type[nn.Module]] = {
    "BatchNorm2d": nn.BatchNorm2d,
    "Conv2d": nn.Conv2d,
    "ConvTranspose2d": nn.ConvTranspose2d,
    "CoordConv2d": CoordConv2d,
    "Crop2d": Crop2d,
    "Flatten": nn.Flatten,
    "ReLU": nn.ReLU,
    "Tile": Tile,
    "Unflatten": nn.Unflatten,
}


def make_module(name: str, layer: layers.Layer) -> nn.Module:
    """Return the module of one layer, with every argument as stated."""
    if name == "Input":
        return nn.Identity()
    arguments: dict[str, Any] = {field: getattr(layer, field) for field in type(layer).model_fields}
    return _MODULES[name](**arguments)


def dtype(name: str) -> torch.dtype:
    """Return the torch type that a spec calls `name`."""
    return {"float32": torch.float32}[name]
