"""RMSprop with what frameworks do differently as arguments: where ε stands, what v begins with, where lr stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class RMSprop(Optimizer):
    """As `specit.spec.training.optimizers.RMSprop` states it; with PyTorch's arguments it does what PyTorch's does."""

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        *,
        lr: float,
        alpha: float,
        eps: float,
        weight_decay: float,
        momentum: float,
        centered: bool,
        maximize: bool,
        eps_inside_root: bool,
        initial_square: float,
        lr_in_momentum: bool,
    ) -> None:
        defaults = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
            "maximize": maximize,
            "eps_inside_root": eps_inside_root,
            "initial_square": initial_square,
            "lr_in_momentum": lr_in_momentum,
        }
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Take one step; `closure`, if there is one, computes the loss and its gradients anew."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, parameter.grad, group)
        return loss

    def _update(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["square_avg"] = torch.full_like(parameter, group["initial_square"])
            if group["momentum"]:
                state["momentum_buffer"] = torch.zeros_like(parameter)
            if group["centered"]:
                state["grad_avg"] = torch.zeros_like(parameter)
        if group["maximize"]:
            gradient = -gradient
        if group["weight_decay"]:
            gradient = gradient.add(parameter, alpha=group["weight_decay"])
        direction = gradient / self._divisor(state, gradient, group)
        inside, outside = (group["lr"], 1.0) if group["lr_in_momentum"] else (1.0, group["lr"])
        if group["momentum"]:
            direction = state["momentum_buffer"].mul_(group["momentum"]).add_(direction, alpha=inside)
        else:
            direction = direction * inside
        parameter.sub_(direction, alpha=outside)

    def _divisor(self, state: dict[str, Tensor], gradient: Tensor, group: dict[str, Any]) -> Tensor:
        alpha, eps = group["alpha"], group["eps"]
        square: Tensor = state["square_avg"].mul_(alpha).addcmul_(gradient, gradient, value=1 - alpha)
        if group["centered"]:
            square = square - state["grad_avg"].lerp_(gradient, 1 - alpha).square()
        divisor: Tensor = (square + eps).sqrt() if group["eps_inside_root"] else square.sqrt() + eps
        return divisor
