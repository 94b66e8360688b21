"""The loss of a setup: a module of `torch.nn`, or a function of `torch.nn.functional`."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch.nn.functional as F
from pydantic import ValidationError
from torch import Tensor, nn

from specit.spec.training.described_losses import DESCRIBED_LOSSES

from .said import OPEN, Said, name_of, open_because
from .setup import Setup

_MODULES = {getattr(nn, model.torch_name.rpartition(".")[2]): name for name, model in DESCRIBED_LOSSES.items()}
_FUNCTIONS = {getattr(F, name): name for name in DESCRIBED_LOSSES}


def loss_of(setup: Setup) -> Said:
    """Return the loss with every argument, or what it is called where the language has none such."""
    loss = setup["loss_fn"]
    if loss is None:
        return OPEN
    function, given = (loss.func, dict(loss.keywords)) if isinstance(loss, partial) else (loss, {})
    if type(loss) in _MODULES:
        name = _MODULES[type(loss)]
        given = {field: getattr(loss, field) for field in DESCRIBED_LOSSES[name].model_fields}
    elif function in _FUNCTIONS and not getattr(loss, "args", ()):
        name = _FUNCTIONS[function]
    else:
        return open_because(f"{name_of(loss)} is no loss of the language; it knows {', '.join(DESCRIBED_LOSSES)}.")
    try:
        model = DESCRIBED_LOSSES[name].model_validate({field: _plain(value) for field, value in given.items()})
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"][:1]))
        return open_because(f"{name_of(loss)}: its {where} is none that the language has.")
    return Said({name: model.model_dump(mode="json")})


def _plain(value: Any) -> Any:
    if isinstance(value, Tensor):
        return tuple(value.tolist()) if value.dim() else (value.item(),)
    return value
