"""Give every parameter its stated start, from a generator of its own."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from specit.spec.initialise import Initialisers
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
    Values,
    XavierNormal,
    XavierUniform,
    Zeros,
)
from specit.spec.model import Model

from .layers.locally_connected import LocallyConnected2d
from .layers.position_embedding import STD, PositionEmbedding2d
from .network import BuiltNetwork

TRUNCATED_STD = 0.87962566103423978
"""The standard deviation of a unit normal distribution that is drawn again outside [-2, 2]."""


def initialise(network: BuiltNetwork, stated: Initialisers, seed: int) -> None:
    """Set every parameter in place. The same seed gives the same numbers on every machine's CPU."""
    generator = torch.Generator().manual_seed(seed)
    for placed, module in zip(network.stated.layers, network.layers, strict=True):
        if placed.shares is not None:
            continue
        for parameter, tensor in module.named_parameters(recurse=False):
            _, how = placed.initialise.get(parameter) or stated[placed.name][parameter]
            _set(tensor, how, module, parameter, generator)


@torch.no_grad()
def _set(tensor: Tensor, how: Model, module: nn.Module, parameter: str, generator: torch.Generator) -> None:
    match how:
        case Zeros():
            tensor.zero_()
        case Ones():
            tensor.fill_(1)
        case Constant(value=value):
            tensor.fill_(value)
        case Values(numbers=numbers):
            tensor.copy_(torch.tensor(numbers, dtype=tensor.dtype).view(tensor.shape))
        case HeNormal(truncated=truncated):
            _normal(tensor, math.sqrt(2 / fan_in(module)), truncated, generator)
        case HeNormalFanOut():
            tensor.normal_(0, math.sqrt(2 / fan_out(tensor)), generator=generator)
        case Normal(mean=mean, std=std):
            tensor.normal_(mean, std, generator=generator)
        case HeUniform(mode=mode, a=a):
            fan = fans(module, tensor)[mode == "fan_out"]
            _uniform_of(tensor, math.sqrt(2 / (1 + a**2)) / math.sqrt(fan), generator)
        case XavierUniform(gain=gain):
            _uniform_of(tensor, gain * math.sqrt(2 / sum(fans(module, tensor))), generator)
        case XavierNormal(gain=gain):
            tensor.normal_(0, gain * math.sqrt(2 / sum(fans(module, tensor))), generator=generator)
        case LecunUniform():
            _uniform_of(tensor, 1 / math.sqrt(fan_in(module)), generator)
        case LecunNormal(truncated=truncated):
            _normal(tensor, 1 / math.sqrt(fan_in(module)), truncated, generator)
        case Orthogonal(gain=gain):
            nn.init.orthogonal_(tensor, gain, generator=generator)
        case Uniform(low=low, high=high):
            tensor.uniform_(low, high, generator=generator)
        case TruncatedNormal(mean=mean, std=std, low=low, high=high):
            nn.init.trunc_normal_(tensor, mean, std, low, high, generator=generator)
        case PyTorchDefault():
            _pytorch_default(tensor, module, parameter, generator)


def _uniform_of(tensor: Tensor, std: float, generator: torch.Generator) -> None:
    """Draw uniformly around 0, with this standard deviation; in PyTorch's order of rounding."""
    bound = math.sqrt(3) * std
    tensor.uniform_(-bound, bound, generator=generator)


def _normal(tensor: Tensor, std: float, truncated: bool, generator: torch.Generator) -> None:
    """Draw around 0; what is cut off outside two standard deviations is made up for by a wider distribution."""
    if truncated:
        scaled = std / TRUNCATED_STD
        nn.init.trunc_normal_(tensor, 0, scaled, -2 * scaled, 2 * scaled, generator=generator)
    else:
        tensor.normal_(0, std, generator=generator)


def _pytorch_default(tensor: Tensor, module: nn.Module, parameter: str, generator: torch.Generator) -> None:
    if type(module).__name__ in ONES_AND_ZEROS:
        tensor.fill_(1 if parameter == "weight" else 0)
        return
    if isinstance(module, nn.PReLU):
        tensor.fill_(module.init)
        return
    if isinstance(module, PositionEmbedding2d):
        tensor.normal_(0, STD, generator=generator)
        return
    bound = 1 / math.sqrt(fan_in(module))  # kaiming_uniform with a = √5, and the bias's own rule, agree
    tensor.uniform_(-bound, bound, generator=generator)


def fan_in(module: nn.Module) -> int:
    """Return how many numbers go into one of a module's outputs, as PyTorch counts them for its initialisers."""
    weight = module.weight
    assert isinstance(weight, Tensor)
    return module.fan_in if isinstance(module, LocallyConnected2d) else weight[0].numel()


def fan_out(weight: Tensor) -> int:
    """Return how many outputs a number goes into, as PyTorch counts them for its initialisers."""
    return weight.numel() // weight.shape[1]


def fans(module: nn.Module, weight: Tensor) -> tuple[int, int]:
    """Return the fan-in and the fan-out of a weight of two axes or more, as PyTorch counts them.

    A layer without shared weights has those of the convolution that it is at each place.
    """
    into = fan_in(module)
    return into, into // weight.shape[1] * weight.shape[0]
