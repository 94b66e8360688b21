"""Optimisers as PyTorch runs them, made from what a spec states; those that PyTorch does not have, one a file."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from specit.build import BuiltNetwork
from specit.spec.training import Supervised
from specit.spec.training.groups import settings_of
from specit.spec.training.optimizers import Optimizer
from specit.spec.training.optimizers import RMSprop as StatedRMSprop

from .fused import fuses, keep_layouts
from .rmsprop import RMSprop as RMSprop

_OWN = ("eps_inside_root", "initial_square", "lr_in_momentum")
"""The arguments of RMSprop that PyTorch's does not have."""


def make_optimizer(stated: Supervised, network: BuiltNetwork) -> torch.optim.Optimizer:
    """Return the optimiser of a network's parameters, in groups where some have other arguments than the rest."""
    return optimizer_of(*stated.optimizer, parameter_groups(stated, network))


def optimizer_of(name: str, model: Optimizer, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    """Return an optimiser by its stated name and arguments, for groups of parameters."""
    arguments = model.model_dump()
    if isinstance(model, StatedRMSprop):
        own = [group.get(argument) for group in groups for argument in _OWN]
        if not model.is_pytorchs or any(own):
            return RMSprop(groups, **arguments)
        arguments = {key: value for key, value in arguments.items() if key not in _OWN}
        groups = [{key: value for key, value in group.items() if key not in _OWN} for group in groups]
    kind: type[torch.optim.Optimizer] = getattr(torch.optim, name)
    if not fuses(kind, groups):
        return kind(groups, **arguments)
    optimizer = kind(groups, **arguments | {"fused": True})
    keep_layouts(optimizer)
    return optimizer


def parameter_groups(stated: Supervised, network: BuiltNetwork) -> list[dict[str, Any]]:
    """Return the parameters that are trained, those of the same arguments together, in the order of the layers."""
    if not stated.groups:
        return [{"params": list(network.parameters())}]
    groups: dict[tuple[tuple[str, Any], ...], list[nn.Parameter]] = {}
    for (place, name), settings, frozen in settings_of(network.stated, stated.groups):
        if not frozen:
            plain = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
            parameter = getattr(network.layers[place], name)
            groups.setdefault(tuple(sorted(plain.items())), []).append(parameter)
    return [{"params": parameters, **dict(settings)} for settings, parameters in groups.items()]
