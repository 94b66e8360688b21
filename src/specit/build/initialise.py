"""Give every parameter its stated start, from a generator of its own."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from specit.spec.initialise import HeNormal, Initialisers, Ones, PyTorchDefault, Zeros
from specit.spec.model import Model

from .network import BuiltNetwork

TRUNCATED_STD = 0.87962566103423978
"""The standard deviation of a unit normal distribution that is drawn again outside [-2, 2]."""


def initialise(network: BuiltNetwork, stated: Initialisers, seed: int) -> None:
    """Set every parameter in place. The same seed gives the same numbers on every machine's CPU."""
    generator = torch.Generator().manual_seed(seed)
    for name, module in zip(network.names, network.layers, strict=True):
        for parameter, tensor in module.named_parameters(recurse=False):
            _, how = stated[name][parameter]
            _set(tensor, how, module, parameter, generator)


@torch.no_grad()
def _set(tensor: Tensor, how: Model, module: nn.Module, parameter: str, generator: torch.Generator) -> None:
    match how:
        case Zeros():
            tensor.zero_()
        case Ones():
            tensor.fill_(1)
        case HeNormal(truncated=truncated):
            std = math.sqrt(2 / _fan_in(tensor))
            if truncated:
                scaled = std / TRUNCATED_STD
                nn.init.trunc_normal_(tensor, 0, scaled, -2 * scaled, 2 * scaled, generator=generator)
            else:
                tensor.normal_(0, std, generator=generator)
        case PyTorchDefault():
            _pytorch_default(tensor, module, parameter, generator)


def _pytorch_default(tensor: Tensor, module: nn.Module, parameter: str, generator: torch.Generator) -> None:
    if isinstance(module, nn.BatchNorm2d):
        tensor.fill_(1 if parameter == "weight" else 0)
        return
    weight = module.weight
    assert isinstance(weight, Tensor)
    bound = 1 / math.sqrt(_fan_in(weight))  # kaiming_uniform with a = √5, and the bias's own rule, agree
    tensor.uniform_(-bound, bound, generator=generator)


def _fan_in(weight: Tensor) -> int:
    return weight[0].numel()
