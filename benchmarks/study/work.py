"""How many multiply-adds a training step needs, whoever does them."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from benchmarks.study.port import Repeating, StraightforwardPort


def step_flop(port: StraightforwardPort, inputs: Tensor) -> int:
    """Return the floating-point operations of the linear layers of one step on `inputs`, two a multiply-add.

    Forward, the gradient by the weights and the gradient by the input: each as many. The first layer needs no
    gradient by its input. A convolution behind a tile counts as nothing: what it adds is the same at every pixel or
    in every example.
    """
    counted: list[int] = []
    tiled = False

    def count(module: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal tiled
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            at = args[0] if isinstance(module, nn.ConvTranspose2d) else output
            positions = math.prod(at.shape[2:]) if at.dim() == 4 else 1
            counted.append(0 if tiled else module.weight.numel() * positions)
        tiled = isinstance(module, Repeating)

    hooks = [layer.register_forward_hook(count) for layer in port.layers]
    training = port.training
    port.eval()
    with torch.no_grad():
        port(inputs[:1])
    port.train(training)
    for hook in hooks:
        hook.remove()
    return 2 * len(inputs) * (3 * sum(counted) - (counted[0] if counted else 0))
