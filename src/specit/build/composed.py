"""Neighbouring 1×1 convolutions without a ReLU between them, composed into one.

    (x W₁ᵀ + p₁) W₂ᵀ + p₂  =  x (W₂ W₁)ᵀ + (p₁ W₂ᵀ + p₂)

The small matrices are multiplied once a call in place of the pixels' channels, and the chain rule takes the gradients
back to the parameters as they are stated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Pixelwise:
    """y = x Wᵀ + b + g Cᵀ at every pixel, then perhaps a ReLU; the weight is [W C], perhaps 1 × 1."""

    weight: Tensor
    """(out, in + coords), or with two more axes of 1."""
    bias: Tensor | None
    """(out,)"""
    grid: Tensor | None
    """The coordinates g, (pixels, coords)."""
    relu: bool

    @property
    def inputs(self) -> int:
        """Return how many channels x has."""
        return self.weight.shape[1] - (0 if self.grid is None else self.grid.shape[1])


def compose(layers: Iterable[Pixelwise]) -> list[Pixelwise]:
    """Return as few layers that compute the same, wherever fewer have less to multiply."""
    composed: list[Pixelwise] = []
    for layer in layers:
        if composed and not composed[-1].relu and _saves(composed[-1], layer):
            composed.append(_after(composed.pop(), layer))
        else:
            composed.append(layer)
    return composed


def _saves(one: Pixelwise, other: Pixelwise) -> bool:
    between, outputs = len(one.weight), len(other.weight)
    return one.inputs * outputs <= one.inputs * between + between * outputs


def _after(one: Pixelwise, other: Pixelwise) -> Pixelwise:
    """Return the layer that is `other` after `one`."""
    matrix, own = other.weight.flatten(1).tensor_split([other.inputs], dim=1)
    columns = [matrix @ one.weight.flatten(1), own]
    grids = [layer.grid for layer in (one, other) if layer.grid is not None]
    biases = [] if one.bias is None else [matrix @ one.bias]
    biases += [] if other.bias is None else [other.bias]
    return Pixelwise(
        weight=torch.cat(columns, 1),
        bias=torch.stack(biases).sum(0) if biases else None,
        grid=torch.cat(grids, 1) if grids else None,
        relu=other.relu,
    )
