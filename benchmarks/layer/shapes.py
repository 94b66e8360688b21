"""The convolutions people use, as arguments of `torch.nn` layers and sizes of inputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Shape:
    """One convolution and its input."""

    name: str
    where: str  # what uses it
    in_channels: int
    out_channels: int
    kernel: int
    size: tuple[int, ...]
    stride: int = 1
    padding: int = 0
    groups: int = 1
    transposed: bool = False
    batch: int = 32

    @property
    def rank(self) -> int:
        return len(self.size)

    @property
    def is_first(self) -> bool:
        """Whether its input is data, of which no gradient is asked."""
        return self.in_channels <= 4

    @property
    def products(self) -> int:
        """Multiplications for each output value."""
        taps = self.kernel / self.stride if self.transposed else self.kernel
        return round(self.in_channels / self.groups * math.pow(taps, self.rank))

    def make(self, layer: Callable[..., nn.Module], extra_channels: int = 0) -> nn.Module:
        """Return `layer` with these arguments and that many more channels in each group."""
        return layer(
            self.in_channels + self.groups * extra_channels,
            self.out_channels,
            self.kernel,
            stride=self.stride,
            padding=self.padding,
            groups=self.groups,
        )


# What people convolve with, and where the layer is used: first layers, heads of detectors, the paper's networks.
SHAPES = [
    Shape("first 7×7/2 at 224", "ResNet", 3, 64, 7, (224, 224), stride=2, padding=3),
    Shape("first 3×3/2 at 224", "MobileNet", 3, 32, 3, (224, 224), stride=2, padding=1),
    Shape("first 16×16/16 at 224", "ViT", 3, 384, 16, (224, 224), stride=16),
    Shape("3×3 at 56", "ResNet", 64, 64, 3, (56, 56), padding=1),
    Shape("3×3 at 28", "ResNet", 128, 128, 3, (28, 28), padding=1),
    Shape("3×3 at 14", "ResNet", 256, 256, 3, (14, 14), padding=1),
    Shape("1×1 at 56", "ResNet bottleneck", 64, 256, 1, (56, 56)),
    Shape("1×1 at 64", "the paper's painter", 32, 32, 1, (64, 64)),
    Shape("1×1 at 38", "PP-YOLO neck", 256, 128, 1, (38, 38)),
    Shape("3×3 at 36", "SOLO head", 256, 128, 3, (36, 36), padding=1, batch=8),
    Shape("8×8/4 at 84", "A2C on Atari, first", 4, 32, 8, (84, 84), stride=4, batch=80),
    Shape("4×4/2 at 20", "A2C on Atari, second", 32, 64, 4, (20, 20), stride=2, batch=80),
    Shape("depthwise 3×3 at 56", "MobileNet", 128, 128, 3, (56, 56), padding=1, groups=128),
    Shape("depthwise 7×7 at 56", "ConvNeXt", 96, 96, 7, (56, 56), padding=3, groups=96),
    Shape("rank 1, 9 at 4096", "audio", 64, 64, 9, (4096,), padding=4),
    Shape("rank 3, 3×3×3 at 32", "3-d U-Net", 16, 32, 3, (32, 32, 32), padding=1, batch=4),
    Shape("transposed 4×4/2 at 16", "DCGAN", 256, 128, 4, (16, 16), stride=2, padding=1, transposed=True),
    Shape("transposed 2×2/2 at 56", "U-Net", 128, 64, 2, (56, 56), stride=2, transposed=True),
]
