"""A network in PyTorch, layer by layer."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from specit.build import BuiltNetwork
from specit.spec.network import Network

from .seen import Copied, Given, Numbers, Seen

AVERAGES = ("running_mean", "running_var")
BATCHES_BEFORE = 3
"""As if so many batches had been seen: then a share of what was cannot pass for a share of what is new."""


def in_torch(network: Network, built: BuiltNetwork, given: Given, seed: int) -> tuple[Seen, list[Copied]]:
    """Return what the network does, and what another framework needs to do the same."""
    modules = list(built.layers)
    _start_averages(modules, seed)
    copied = [_copied(module) for module in modules]
    inputs = [torch.from_numpy(x).requires_grad_() for x in given.inputs]
    drawn: list[dict[str, Any]] = []
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel")  # it copies, which is no matter here
        torch.manual_seed(seed)
        made = _run(network, built.train(), inputs, drawn)
    gradients = _gradients(network, modules, inputs, [made[place] for place in network.outputs], given.counts)
    with torch.no_grad():
        evaluated = _run(network, built.eval(), inputs)
    return Seen(
        made=[tensor.detach().numpy() for tensor in made],
        gradients=gradients,
        running=[
            _averages(module) if placed.shares is None else {}
            for placed, module in zip(network.layers, modules, strict=True)
        ],
        evaluated=[tensor.detach().numpy() for tensor in evaluated],
    ), [Copied(one.weights, one.running, mask) for one, mask in zip(copied, drawn, strict=True)]


def _run(
    network: Network, built: BuiltNetwork, inputs: Sequence[Tensor], drawn: list[dict[str, Any]] | None = None
) -> list[Tensor]:
    """Return what every layer makes; in training, note for each what it draws."""
    rest = iter(inputs)
    made: list[Tensor] = []
    for placed, module in zip(network.layers, built.layers, strict=True):
        taken = [made[place] for place in placed.takes] if placed.takes else [next(rest)]
        if getattr(module, "inplace", False):  # what the layer before has made is compared, too
            taken = [x.clone() for x in taken]
        if drawn is not None:
            drawn.append({"drawn": _drawn(module, taken[0])} if placed.layer.draws else {})
        made.append(module(*taken))
    return made


def _drawn(module: nn.Module, x: Tensor) -> Any:
    """Return which numbers a layer is about to keep, and leave chance as it was."""
    state = torch.get_rng_state()
    kept = module(torch.ones_like(x)) != 0
    torch.set_rng_state(state)
    return kept.numpy()


def _start_averages(modules: Sequence[nn.Module], seed: int) -> None:
    """Let running averages start anywhere."""
    random = np.random.default_rng(seed)
    for module in dict.fromkeys(modules):
        if _averages(module):
            mean, variance = (getattr(module, name) for name in AVERAGES)
            mean.copy_(torch.from_numpy(random.standard_normal(mean.shape)))
            variance.copy_(torch.from_numpy(random.uniform(0.5, 2.0, variance.shape)))
            getattr(module, "num_batches_tracked").fill_(BATCHES_BEFORE)  # noqa: B009  # typed as a module, too


def _copied(module: nn.Module) -> Copied:
    weights = {name: p.detach().numpy() for name, p in module.named_parameters(recurse=False)}
    running: dict[str, Any] = _averages(module)
    return Copied(weights, {**running, "num_batches_tracked": np.array(float(BATCHES_BEFORE))} if running else {}, {})


def _averages(module: nn.Module) -> dict[str, Numbers]:
    """Return a copy of a layer's running averages, if it keeps any."""
    return {name: b.numpy().copy() for name, b in module.named_buffers(recurse=False) if name in AVERAGES}


def _gradients(
    network: Network,
    modules: Sequence[nn.Module],
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    counts: Sequence[Numbers],
) -> list[dict[str, Numbers]]:
    """Return the gradients by each layer's own parameters, and by the inputs at their places."""
    by: list[dict[str, Tensor]] = []
    rest = iter(inputs)
    for placed, module in zip(network.layers, modules, strict=True):
        if placed.takes:
            by.append(dict(module.named_parameters(recurse=False)) if placed.shares is None else {})
        else:
            by.append({"input": next(rest)})
    every = [tensor for each in by for tensor in each.values()]
    weights = [torch.from_numpy(count) for count in counts]
    found = iter(torch.autograd.grad(outputs, every, weights, allow_unused=True, materialize_grads=True))
    return [{name: next(found).numpy() for name in each} for each in by]
