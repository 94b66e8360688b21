"""PyTorch's optimisers in one pass over the memory: as fast as reading and writing it once, where PyTorch has that."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.optim import Adam, AdamW

FUSED: tuple[type[torch.optim.Optimizer], ...] = (Adam, AdamW)


def fuses(kind: type[torch.optim.Optimizer], groups: list[dict[str, Any]]) -> bool:
    """Return whether an optimiser has a fused form for all these parameters."""
    parameters = [parameter for group in groups for parameter in group["params"]]
    return kind in FUSED and all(p.device.type in ("cpu", "cuda") and p.is_floating_point() for p in parameters)


def keep_layouts(optimizer: torch.optim.Optimizer) -> None:
    """Give gradients and loaded states the layout of their parameters before they are used.

    The fused form on a CPU walks through the memory of all of them side by side and does not compare their strides:
    with others it computes something else, without a word.
    """
    optimizer.register_step_pre_hook(_lay_out_gradients)
    optimizer.register_load_state_dict_post_hook(_lay_out_states)


def _lay_out_gradients(optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            if parameter.grad is not None and not _lie_alike(parameter.grad, parameter):
                parameter.grad = _like(parameter.grad, parameter)


def _lay_out_states(optimizer: torch.optim.Optimizer) -> None:
    for parameter, state in optimizer.state.items():
        for name, value in state.items():
            if isinstance(value, Tensor) and value.shape == parameter.shape and not _lie_alike(value, parameter):
                state[name] = _like(value, parameter)


def _lie_alike(value: Tensor, parameter: Tensor) -> bool:
    strides = zip(value.shape, value.stride(), parameter.stride(), strict=True)
    return all(one == other for length, one, other in strides if length > 1)


def _like(value: Tensor, parameter: Tensor) -> Tensor:
    return torch.empty_like(parameter, dtype=value.dtype, requires_grad=False).copy_(value)
