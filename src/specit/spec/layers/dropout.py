"""Dropout: numbers left out by chance in training, and nothing at all afterwards."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from .layer import Layer, Shape


class _Dropout(Layer):
    draws: ClassVar[bool] = True

    p: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How likely something is left out."""
    inplace: bool = False
    """Whether it overwrites its input; what comes out is the same."""

    def output(self, shape: Shape) -> Shape:
        return shape


class Dropout(_Dropout):
    """`torch.nn.Dropout`: in training every number is 0 with probability `p`, else x / (1 - p); any shape."""

    torch_name: ClassVar[str] = "Dropout"


class Dropout2d(_Dropout):
    """`torch.nn.Dropout2d`: as `Dropout`, but a channel is left out as a whole."""

    torch_name: ClassVar[str] = "Dropout2d"
