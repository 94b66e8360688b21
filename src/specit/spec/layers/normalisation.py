"""Normalisation."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from .layer import Layer, Positive, Shape, expect_image


class BatchNorm2d(Layer):
    """`torch.nn.BatchNorm2d`. `momentum` is PyTorch's: the weight of the new batch (TensorFlow's is 1 - this)."""

    torch_name: ClassVar[str] = "BatchNorm2d"
    mixes_examples: ClassVar[bool] = True

    num_features: Positive
    eps: Annotated[float, Field(gt=0)] = 1e-5
    momentum: Annotated[float, Field(ge=0, le=1)] | None = 0.1
    affine: bool = True
    track_running_stats: bool = True

    def output(self, shape: Shape) -> Shape:
        return expect_image(shape, self.num_features)

    def parameters(self) -> dict[str, Shape]:
        return {"weight": (self.num_features,), "bias": (self.num_features,)} if self.affine else {}
