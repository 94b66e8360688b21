"""The optimiser of a setup with every argument, and its groups as what they have otherwise than the largest one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from specit.spec.training.groups import Parameter
from specit.spec.training.optimizers import OPTIMIZERS

from ..extracted import Extracted
from .parameters import Held, called_layers, held_by, names_for, with_names
from .said import Said, name_of, open_because
from .setup import Setup

_TORCH: dict[type[torch.optim.Optimizer], str] = {getattr(torch.optim, name): name for name in OPTIMIZERS}
_OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "stable_baselines3.common.sb2_compat.rmsprop_tf_like.RMSpropTFLike": (
        "RMSprop",
        {"eps_inside_root": True, "initial_square": 1.0, "lr_in_momentum": False},
    ),
}
"""Optimisers that others wrote and that are one of ours: the module and class, with what their arguments do not say."""


@dataclass(frozen=True)
class Found:
    """The optimiser and its groups, and the model, its layers named where a group speaks of them."""

    optimizer: Said
    groups: Said | None
    """None: all parameters have the same arguments."""
    extracted: Extracted


def optimizer_of(setup: Setup, extracted: Extracted, model: nn.Module | None = None) -> Found:
    """Return the optimiser of a setup; its parameters are those of the setup's model, or of `model`, extracted."""
    optimizer = setup.optimizer
    name, fixed = _known(optimizer)
    every = [{**group, **fixed} for group in optimizer.param_groups]
    if name is None:
        said = f"{name_of(optimizer)} is no optimiser of the language, which has {', '.join(OPTIMIZERS)}."
        told = [f"Group {place + 1}: {_told(group)}." for place, group in enumerate(every)]
        return Found(open_because(said, *told), None, extracted)
    arguments = [_arguments(name, group) for group in every]
    held = held_by([group["params"] for group in every], [m for m in (setup["model"], model) if m], extracted)
    sizes = [sum(parameter.numel() for parameter in group["params"]) for group in every]
    base = arguments[max(range(len(sizes)), key=sizes.__getitem__)]
    try:
        stated = OPTIMIZERS[name].model_validate(base)
        for other in arguments:
            OPTIMIZERS[name].model_validate(other)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "it"
        said = f"{name} here: {_told(every[0])}; {where}: {str(problem['msg']).removeprefix('Value error, ').lower()}."
        return Found(open_because(said), None, extracted)
    whole = stated.model_dump(mode="json")
    groups, extracted = _groups([_json(name, one) for one in arguments], whole, held, extracted)
    strangers = held.strangers if held else 0
    left = f"{strangers} of its parameters are none of the network; they are left out."
    return Found(Said({name: whole}, (left,) if strangers else ()), groups, extracted)


def _known(optimizer: torch.optim.Optimizer) -> tuple[str | None, dict[str, Any]]:
    kind = type(optimizer)
    if kind in _TORCH:
        return _TORCH[kind], {}
    return _OTHERS.get(f"{kind.__module__}.{kind.__qualname__}", (None, {}))


def _arguments(name: str, group: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group's arguments as the language has them. A scheduler may have changed `lr` already."""
    found = {field: group[field] for field in OPTIMIZERS[name].model_fields if field in group}
    found["lr"] = group.get("initial_lr", group["lr"])
    return {field: _plain(value) for field, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.item()
    return tuple(map(_plain, value)) if isinstance(value, tuple | list) else value


def _json(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return OPTIMIZERS[name].model_validate(arguments).model_dump(mode="json")


def _told(group: Mapping[str, Any]) -> str:
    shown = {key: value for key, value in group.items() if key != "params" and value is not None}
    return ", ".join(f"{key} {_plain(value)}" for key, value in shown.items())


def _groups(
    arguments: Sequence[dict[str, Any]], base: dict[str, Any], held: Held | None, extracted: Extracted
) -> tuple[Said | None, Extracted]:
    """Return what some parameters have otherwise: for every argument that differs, those that have each value."""
    if held is None:
        said = "Which parameters the groups hold cannot be told: the setup gives no 'model' that has them."
        others = [{key: value for key, value in one.items() if value != base[key]} for one in arguments]
        told = [f"Group {place + 1}: {_told(one) or 'as stated above'}." for place, one in enumerate(others)]
        return open_because(said, *told), extracted
    sets: dict[frozenset[Parameter], dict[str, Any]] = {}
    for key, value in base.items():
        values = {repr(one[key]): one[key] for one in arguments if one[key] != value}
        for text, other in values.items():
            members = [group for group, one in zip(held.groups, arguments, strict=True) if repr(one[key]) == text]
            having = frozenset().union(*members)
            if having:
                sets.setdefault(having, {})[key] = other
    if held.frozen:
        sets[held.frozen] = {"frozen": True}
    if not sets:
        return None, extracted
    network, called = extracted.network, called_layers(extracted)
    listed, spoken = [], set[str]()
    for having, own in sets.items():
        names = names_for(having, network, called)
        spoken.update(names)
        listed.append({"on": names[0] if len(names) == 1 else names, **own})
    return Said(listed), with_names(extracted, spoken, called)
