"""Which initialiser a parameter has: what its module's own reset draws, or a usual one, if the numbers agree.

Numbers can contradict an initialiser, and cannot prove one. So one that the parameter's own module names by the way it
resets itself is stated unless the numbers contradict it; one that nothing names only if there are enough numbers to
tell it from the others; and what is left is not recognised.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from torch import Tensor, nn

from coordconv import CoordConv2d, CoordConvTranspose2d
from specit.build.initialise import TRUNCATED_STD, fan_in, fan_out
from specit.build.layers import LocallyConnected2d, PositionEmbedding2d
from specit.build.layers.position_embedding import STD
from specit.spec.initialisers import (
    ONES_AND_ZEROS,
    Constant,
    HeNormal,
    HeNormalFanOut,
    Normal,
    Ones,
    PyTorchDefault,
    Zeros,
)
from specit.spec.model import Model

How = tuple[str, Model]
"""An initialiser: its name in a spec, and its arguments."""
ENOUGH = 256
"""How many numbers it takes to recognise an initialiser that the module does not name."""
USUAL = (Normal(mean=0.0, std=0.02), Normal(mean=0.0, std=0.01), Normal(mean=1.0, std=0.02))
_SIGMAS = 5.0
_SMALLEST_P = 1e-6
_SAMPLE = 5000
_RESETS: set[Callable[..., Any]] = {
    module.reset_parameters
    for module in (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, CoordConv2d, CoordConvTranspose2d, LocallyConnected2d)
}
"""The resets that draw uniformly in ±1/√fan-in, the weight and the bias alike."""


@dataclass(frozen=True)
class Numbers:
    """A parameter's numbers, flat."""

    values: NDArray[np.float64]

    @classmethod
    def of(cls, tensor: Tensor) -> Self:
        """Return the numbers of a tensor."""
        return cls(tensor.detach().double().cpu().numpy().ravel())

    @cached_property
    def says(self) -> str:
        """Return in words what they look like."""
        low, high = self.values.min(), self.values.max()
        count = f"{self.values.size:,} numbers" if self.values.size > 1 else "1 number"
        return (
            f"{count} of mean {self.values.mean():.3g} and deviation {self.values.std():.3g}, {low:.3g} to {high:.3g}"
        )

    def agree(self, drawn: Any) -> bool:
        """Return whether they could have been drawn from a distribution of scipy's.

        Every number must be possible, and so many of them must be expected to reach no further; mean and standard
        deviation may be off by what their number allows; and the whole must look alike (Kolmogorov and Smirnov's test).
        """
        n = self.values.size
        low, high = drawn.support()
        slack = 1e-6 * max(1e-30, drawn.std())
        if self.values.min() < low - slack or self.values.max() > high + slack:
            return False
        reach = min(drawn.cdf(self.values.max()), drawn.sf(self.values.min()))
        if reach**n < _SMALLEST_P:
            return False
        kurtosis = float(drawn.stats(moments="k")) + 3
        if abs(self.values.mean() - drawn.mean()) > _SIGMAS * drawn.std() / math.sqrt(n):
            return False
        if abs(self.values.std() / drawn.std() - 1) > _SIGMAS * math.sqrt((kurtosis - 1) / (4 * n)) + 1 / n:
            return False
        sample = self.values[:: max(1, n // _SAMPLE)]
        return bool(stats.kstest(sample, drawn.cdf).pvalue > _SMALLEST_P)


def fitting(owner: nn.Module, tensor: Tensor, built: nn.Module) -> list[How]:
    """Return the initialisers, by their names in a spec, that a parameter's numbers agree with, the likeliest first.

    `owner` is the module of the model that holds it, `tensor` its numbers, and `built` our own module of that layer.
    What the owner's own reset does is the only one, where the numbers agree with it.
    """
    numbers = Numbers.of(tensor)
    if (same := _same(numbers, owner, built)) is not None:
        return [same]
    default = _default(owner, built)
    if default is not None and numbers.agree(default):
        return [("pytorch_default", PyTorchDefault())]
    return [(name, how) for name, how, drawn in _usual(built, tensor) if numbers.agree(drawn)]


def _same(numbers: Numbers, owner: nn.Module, built: nn.Module) -> How | None:
    """Return the initialiser of numbers that are all the same."""
    value = float(numbers.values[0])
    if not (numbers.values == value).all():
        return None
    if isinstance(built, nn.PReLU) and type(owner) is nn.PReLU and value == float(np.float32(owner.init)):
        return "pytorch_default", PyTorchDefault()
    if value in (0, 1):
        return ("zeros", Zeros()) if value == 0 else ("ones", Ones())
    if numbers.values.size == 1 and type(built).__name__ not in ONES_AND_ZEROS:
        return None  # one number is the same as itself, however it came about
    return "constant", Constant(value=float(str(np.float32(value))))


def _default(owner: nn.Module, built: nn.Module) -> Any:
    """Return the distribution that the owner's own reset draws from, where it is one we know."""
    if isinstance(owner, PositionEmbedding2d):
        return stats.norm(0, STD)
    if getattr(type(owner), "reset_parameters", None) not in _RESETS:
        return None
    bound = 1 / math.sqrt(fan_in(built))
    return stats.uniform(-bound, 2 * bound)


def _usual(built: nn.Module, tensor: Tensor) -> Iterator[tuple[str, Model, Any]]:
    """Yield initialisers that people state themselves, each with its distribution."""
    if tensor.ndim >= 2 and isinstance(getattr(built, "weight", None), Tensor):
        std = math.sqrt(2 / fan_in(built))
        yield "he_normal", HeNormal(truncated=False), stats.norm(0, std)
        wide = std / TRUNCATED_STD
        yield "he_normal", HeNormal(truncated=True), stats.truncnorm(-2, 2, 0, wide)
        yield "he_normal_fan_out", HeNormalFanOut(), stats.norm(0, math.sqrt(2 / fan_out(tensor)))
    for how in USUAL:
        yield "normal", how, stats.norm(how.mean, how.std)
