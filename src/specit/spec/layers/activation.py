"""Activations."""

from __future__ import annotations

from typing import ClassVar

from .layer import Layer, Shape


class ReLU(Layer):
    """`torch.nn.ReLU`: max(0, x), any shape."""

    torch_name: ClassVar[str] = "ReLU"

    inplace: bool = False

    def output(self, shape: Shape) -> Shape:
        return shape
