"""`Add`, `Multiply` and `Concatenate`: one output of several inputs."""

from __future__ import annotations

import functools
import operator

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """See `specit.spec.layers.joining.Add`."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(operator.add, inputs)


class Multiply(nn.Module):
    """See `specit.spec.layers.joining.Multiply`."""

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(operator.mul, inputs)


class Concatenate(nn.Module):
    """See `specit.spec.layers.joining.Concatenate`."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        return torch.cat(inputs, self.dim)
