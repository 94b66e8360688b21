"""Optimisers, with PyTorch's names, arguments and defaults. Switches of speed are left out: they change no number.

Below, g is the gradient, after `weight_decay` · w was added to it where the decay is coupled; t counts steps from 1. In
Keras, `weight_decay` is decoupled in every optimiser, as in `AdamW` here.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ..model import Model
from .numbers import NotNegative, Rate

Beta = Annotated[float, Field(ge=0, lt=1)]


class SGD(Model):
    """`torch.optim.SGD`: v ← momentum · v + (1 - dampening) · g, then w ← w - lr · v; the first v is g itself.

    The learning rate stands outside the momentum. In Caffe and Keras it stands inside, v ← momentum · v - lr · g: the
    same while the learning rate stays, but not where it changes, for old gradients keep the rate they came with.
    `weight_decay` is coupled: it is added to the gradient, and so goes into the momentum.
    """

    torch_name: ClassVar[str] = "torch.optim.SGD"

    lr: Rate = 1e-3
    """The learning rate."""
    momentum: NotNegative = 0.0
    """How much of v is kept from one step to the next."""
    dampening: float = 0.0
    """How much of the gradient is left out of v, from the second step on."""
    weight_decay: NotNegative = 0.0
    """Times the parameter, added to the gradient."""
    nesterov: bool = False
    """Whether the step is g + momentum · v, as if v had already been gone along."""
    maximize: Literal[False] = False
    """PyTorch can climb instead of descend; training here only descends."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            raise ValueError("nesterov needs a momentum above 0 and a dampening of 0")
        return self


class Adam(Model):
    """`torch.optim.Adam`: w ← w - lr · m̂ / (√v̂ + ε), with the bias-corrected m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ).

    So ε stands outside the root, after the correction, as in Kingma and Ba's algorithm 1. TensorFlow and Keras correct
    lr instead and add their ε to √v, which is the paper's ε̂: it counts for 1 / √(1 - β₂ᵗ) times as much as this one,
    32 times in the first step with the usual β₂. `weight_decay` is coupled (added to the gradient).
    """

    torch_name: ClassVar[str] = "torch.optim.Adam"

    lr: Rate = 1e-3
    """The learning rate."""
    betas: tuple[Beta, Beta] = (0.9, 0.999)
    """β₁ and β₂: how much of the mean gradient m and of the mean square v is kept from one step to the next."""
    eps: Rate = 1e-8
    """ε: added to the root of the corrected mean square."""
    weight_decay: NotNegative = 0.0
    """Times the parameter, added to the gradient."""
    amsgrad: bool = False
    """Whether the largest v so far takes the place of v."""
    maximize: Literal[False] = False
    """PyTorch can climb instead of descend; training here only descends."""
    decoupled_weight_decay: bool = False
    """Whether `weight_decay` shrinks the parameter itself instead, as `AdamW` does."""


class AdamW(Model):
    """`torch.optim.AdamW`: Adam, its ε included, where the parameter shrinks by lr · weight_decay of itself each step.

    The shrinking goes with the learning rate, as in PyTorch, Keras and Optax; in Loshchilov and Hutter's paper it goes
    with the schedule alone, so that theirs is lr times smaller than what is stated here.
    """

    torch_name: ClassVar[str] = "torch.optim.AdamW"

    lr: Rate = 1e-3
    """The learning rate."""
    betas: tuple[Beta, Beta] = (0.9, 0.999)
    """β₁ and β₂: how much of the mean gradient m and of the mean square v is kept from one step to the next."""
    eps: Rate = 1e-8
    """ε: added to the root of the corrected mean square."""
    weight_decay: NotNegative = 1e-2
    """Times lr, the share of itself by which a parameter shrinks in each step. Keras's default is 0.004."""
    amsgrad: bool = False
    """Whether the largest v so far takes the place of v."""
    maximize: Literal[False] = False
    """PyTorch can climb instead of descend; training here only descends."""


class RMSprop(Model):
    """`torch.optim.RMSprop`: v ← α · v + (1 - α) · g², then w ← w - lr · g / (√v + ε).

    TensorFlow 1's `RMSPropOptimizer` takes g / √(v + ε), begins with v = 1, and multiplies by lr what goes into the
    momentum: `eps_inside_root: true`, `initial_square: 1.0`, `lr_in_momentum: true`. Keras does the same from v = 0.
    The defaults here are PyTorch's; theirs are α (`decay`, `rho`) 0.9 and ε 1e-10 or, in Keras, 1e-7.
    """

    torch_name: ClassVar[str] = "torch.optim.RMSprop"

    lr: Rate = 1e-2
    """The learning rate."""
    alpha: Beta = 0.99
    """α: how much of the mean square is kept from one step to the next."""
    eps: Rate = 1e-8
    """ε: keeps the divisor from zero."""
    weight_decay: NotNegative = 0.0
    """Times the parameter, added to the gradient."""
    momentum: NotNegative = 0.0
    """How much of the last step is taken again."""
    centered: bool = False
    """Whether the square of the mean gradient is taken off v, which leaves the variance."""
    maximize: Literal[False] = False
    """PyTorch can climb instead of descend; training here only descends."""
    eps_inside_root: bool = False
    """Whether the divisor is √(v + ε), as in TensorFlow and Keras, instead of √v + ε. Not an argument of PyTorch's."""
    initial_square: NotNegative = 0.0
    """What v begins with: 0 in PyTorch and Keras, 1 in TensorFlow 1. Not an argument of PyTorch's."""
    lr_in_momentum: bool = False
    """Whether lr multiplies what goes into the momentum, as in TensorFlow and Keras, instead of what comes out of it:
    that differs where the rate changes. Not an argument of PyTorch's."""

    @property
    def is_pytorchs(self) -> bool:
        """Return whether PyTorch's own optimiser does the same."""
        return not (self.eps_inside_root or self.initial_square or self.lr_in_momentum)


Optimizer = SGD | Adam | AdamW | RMSprop
OPTIMIZERS: dict[str, type[Optimizer]] = {"SGD": SGD, "Adam": Adam, "AdamW": AdamW, "RMSprop": RMSprop}
