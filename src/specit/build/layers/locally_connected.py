"""A convolution without shared weights."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FEW = 8
"""Up to this many inputs to an output, multiplying and adding up is faster than a matrix product for each pixel."""


class LocallyConnected2d(nn.Module):
    """`LocallyConnected2d` of the vocabulary: another kernel for every pixel of the output, of stride 1."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        size: tuple[int, int],
        kernel_size: tuple[int, int],
        padding: tuple[int, int],
        bias: bool,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels, self.size = in_channels, out_channels, size
        self.kernel_size, self.padding = kernel_size, padding
        self.made = tuple(n + 2 * p - k + 1 for n, p, k in zip(size, padding, kernel_size, strict=True))
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *kernel_size, *self.made))
        self.bias = nn.Parameter(torch.empty(out_channels, *self.made)) if bias else None
        self.reset_parameters()

    @property
    def fan_in(self) -> int:
        """How many numbers an output is made of."""
        return self.in_channels * math.prod(self.kernel_size)

    def reset_parameters(self) -> None:
        """Start as a convolution does: uniform in ±1/√fan-in."""
        bound = 1 / math.sqrt(self.fan_in)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight.flatten(1, 3).flatten(2)  # (out, fan-in, pixels)
        windows = F.unfold(x, self.kernel_size, padding=self.padding)  # (N, fan-in, pixels)
        if self.fan_in <= FEW:
            made = (windows[:, None] * weight).sum(dim=2)
        else:
            made = torch.einsum("nfp,ofp->nop", windows, weight)
        made = made.view(len(x), self.out_channels, *self.made)
        return made if self.bias is None else made + self.bias

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, size={self.size}, kernel_size={self.kernel_size}"
        return f"{text}, padding={self.padding}, bias={self.bias is not None}"
