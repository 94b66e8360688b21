"""Optimisers, with PyTorch's names, arguments and defaults."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..model import Model
from .numbers import NotNegative, Rate

Beta = Annotated[float, Field(ge=0, lt=1)]


class Adam(Model):
    """`torch.optim.Adam`. `weight_decay` is coupled (added to the gradient). Switches of speed are left out."""

    torch_name: ClassVar[str] = "torch.optim.Adam"

    lr: Rate = 1e-3
    betas: tuple[Beta, Beta] = (0.9, 0.999)
    eps: Rate = 1e-8
    weight_decay: NotNegative = 0.0
    amsgrad: bool = False
    maximize: Literal[False] = False
    decoupled_weight_decay: bool = False


OPTIMIZERS: dict[str, type[Adam]] = {"Adam": Adam}
