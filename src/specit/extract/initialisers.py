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
from specit.build.initialise import TRUNCATED_STD, fan_in, fan_out, fans
from specit.build.layers import LocallyConnected2d, PositionEmbedding2d
from specit.build.layers.position_embedding import STD
from specit.spec.initialisers import (
    ONES_AND_ZEROS,
    Constant,
    HeNormal,
    HeNormalFanOut,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Normal,
    Ones,
    Orthogonal,
    PyTorchDefault,
    TruncatedNormal,
    Uniform,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from specit.spec.model import Model

How = tuple[str, Model]
"""An initialiser: its name in a spec, and its arguments."""
ENOUGH = 256
"""How many numbers it takes to recognise an initialiser that the module does not name."""
USUAL = (Normal(mean=0.0, std=0.02), Normal(mean=0.0, std=0.01), Normal(mean=1.0, std=0.02))
CUT = (TruncatedNormal(mean=0.0, std=0.02, low=-0.04, high=0.04),)
FLAT = (Uniform(low=-0.05, high=0.05), Uniform(low=-0.1, high=0.1), Uniform(low=-0.003, high=0.003))
GAINS = (1.0, math.sqrt(2), 5 / 3)
"""The gains of `torch.nn.init.calculate_gain` for no activation, ReLU and tanh."""
SOME = 8
"""How many vectors that are orthogonal are no coincidence."""
_SIGMAS = 5.0
_SMALLEST_P = 1e-6
_STRAIGHT = 1e-4
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


def fitting(owner: nn.Module | None, tensor: Tensor, built: nn.Module) -> list[How]:
    """Return the initialisers, by their names in a spec, that a parameter's numbers agree with, the likeliest first.

    `owner` is the module of the model that holds it, `tensor` its numbers, and `built` our own module of that layer.
    What the owner's own reset does is the only one, where the numbers agree with it. Without an owner, as in a file,
    what PyTorch's module of that layer draws is one among others.
    """
    numbers = Numbers.of(tensor)
    if (same := _same(numbers, owner or built, built)) is not None:
        return [same]
    default = _default(owner or built, built)
    found: list[How] = []
    if default is not None and numbers.agree(default):
        found.append(("pytorch_default", PyTorchDefault()))
    if found and owner is not None:
        return found
    if (gain := orthogonal_gain(tensor)) is not None:
        return [("orthogonal", Orthogonal(gain=gain))]
    return found + [(name, how) for name, how, drawn in _usual(built, tensor) if numbers.agree(drawn)]


def orthogonal_gain(tensor: Tensor) -> float | None:
    """Return the length of a parameter's rows or columns, whichever are fewer, if they are orthogonal and alike.

    >>> orthogonal_gain(2 * nn.init.orthogonal_(Tensor(16, 3, 3, 3)))
    2.0
    """
    if tensor.ndim < 2:
        return None
    matrix = tensor.detach().flatten(1).double().cpu()
    vectors = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    if len(vectors) < SOME or not vectors.all():  # an identity has zeros, what is drawn has none
        return None
    for some in (vectors[:SOME], vectors):  # hardly anything gets past the first few, which take no time
        products = (some @ some.T).numpy()
        squared = float(products.diagonal().mean())
        if not squared or np.abs(products / squared - np.eye(len(some))).max() > _STRAIGHT:
            return None
    return float(f"{math.sqrt(squared):.5g}")


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
    weight = tensor.ndim >= 2 and isinstance(getattr(built, "weight", None), Tensor)
    if weight:
        std = math.sqrt(2 / fan_in(built))
        yield "he_normal", HeNormal(truncated=False), stats.norm(0, std)
        wide = std / TRUNCATED_STD
        yield "he_normal", HeNormal(truncated=True), stats.truncnorm(-2, 2, 0, wide)
        yield "he_normal_fan_out", HeNormalFanOut(), stats.norm(0, math.sqrt(2 / fan_out(tensor)))
    for how in USUAL:
        yield "normal", how, stats.norm(how.mean, how.std)
    if weight:
        yield from _by_fans(*fans(built, tensor))
    for cut in CUT:
        low, high = ((end - cut.mean) / cut.std for end in (cut.low, cut.high))
        yield "truncated_normal", cut, stats.truncnorm(low, high, cut.mean, cut.std)
    for flat in FLAT:
        yield "uniform", flat, stats.uniform(flat.low, flat.high - flat.low)


def _by_fans(into: int, out: int) -> Iterator[tuple[str, Model, Any]]:
    """Yield initialisers that depend on how many numbers go in and out, each with its distribution."""
    yield "he_uniform", HeUniform(mode="fan_in", a=0.0), _flat(math.sqrt(2 / into))
    yield "he_uniform", HeUniform(mode="fan_out", a=0.0), _flat(math.sqrt(2 / out))
    for gain in GAINS:
        std = gain * math.sqrt(2 / (into + out))
        yield "xavier_uniform", XavierUniform(gain=gain), _flat(std)
        yield "xavier_normal", XavierNormal(gain=gain), stats.norm(0, std)
    std = 1 / math.sqrt(into)
    yield "lecun_uniform", LecunUniform(), _flat(std)
    yield "lecun_normal", LecunNormal(truncated=False), stats.norm(0, std)
    yield "lecun_normal", LecunNormal(truncated=True), stats.truncnorm(-2, 2, 0, std / TRUNCATED_STD)


def _flat(std: float) -> Any:
    """Return the uniform distribution around 0 of a standard deviation."""
    bound = math.sqrt(3) * std
    return stats.uniform(-bound, 2 * bound)
