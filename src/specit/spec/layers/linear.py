"""Layers that connect everything with everything."""

from __future__ import annotations

from typing import ClassVar

from .layer import Layer, Positive, Shape, ShapeError, show


class Linear(Layer):
    """`torch.nn.Linear`, on the last axis: (..., in_features) to (..., out_features). Images: `Flatten` first."""

    torch_name: ClassVar[str] = "Linear"

    in_features: Positive
    """How many numbers come in, along the last axis."""
    out_features: Positive
    """How many go out."""
    bias: bool = True
    """Whether a number is added to each that goes out."""

    def output(self, shape: Shape) -> Shape:
        if not shape or shape[-1] != self.in_features:
            raise ShapeError(f"expected {self.in_features} numbers along the last axis, but gets {show(shape)}")
        return (*shape[:-1], self.out_features)

    def parameters(self) -> dict[str, Shape]:
        weight = (self.out_features, self.in_features)
        return {"weight": weight, **({"bias": (self.out_features,)} if self.bias else {})}
