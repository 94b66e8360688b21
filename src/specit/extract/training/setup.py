"""What a training is set up with: the fields of what `package.module:setup` returns."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from torch.utils.data import DataLoader

from specit.errors import SpecItError, nearest

from ..target import called, found_at

FIELDS = ("model", "optimizer", "scheduler", "scheduler_step", "loss_fn", "loader", "epochs", "precision", "autocast",
          "accumulation_steps", "clip_norm")  # fmt: skip
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "model": ((nn.Module,), "a torch.nn.Module"),
    "optimizer": ((torch.optim.Optimizer,), "a torch.optim.Optimizer"),
    "scheduler": ((LRScheduler, ReduceLROnPlateau), "one of torch.optim.lr_scheduler"),
    "loader": ((DataLoader,), "a torch.utils.data.DataLoader"),
}
_COUNTS = {"epochs": 0, "accumulation_steps": 1}


@dataclass(frozen=True)
class Setup:
    """The fields that are given. One that is None is said to be none; one that is missing is not said."""

    fields: Mapping[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name)

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """Return the optimiser, which every setup has."""
        found: torch.optim.Optimizer = self.fields["optimizer"]
        return found


def read_setup(target: str) -> Setup:
    """Return what a target names, or what it returns when it is called without arguments, as a setup."""
    what = "a function without arguments that returns what it trains with, at least {'optimizer': ...}"
    with found_at(target, "training", what) as found:
        return setup_of(called(found, target) if callable(found) else found, target)


def setup_of(made: Any, target: str = "setup") -> Setup:
    """Return a dict, a named tuple, a dataclass or any object with the fields of a setup as one, its fields checked."""
    fields = _fields(made)
    for name in fields:
        if name not in FIELDS:
            raise SpecItError(f"'{target}' gives '{name}', which is no part of a training; {nearest(name, FIELDS)}")
    if fields.get("optimizer") is None:
        raise SpecItError(
            f"'{target}' gives a {type(made).__name__} without an 'optimizer'; it gives a dict, or an object, with "
            f"some of: {', '.join(FIELDS)}."
        )
    for name, (kinds, what) in _KINDS.items():
        given = fields.get(name)
        if given is not None and not isinstance(given, kinds):
            raise SpecItError(f"'{target}' gives a {type(given).__name__} as '{name}', which is {what}.")
    for name, least in _COUNTS.items():
        given = fields.get(name)
        if given is not None and (isinstance(given, bool) or not isinstance(given, int) or given < least):
            raise SpecItError(
                f"'{target}' gives {given!r} as '{name}', which is a whole number of at least {least}, or None."
            )
    clip = fields.get("clip_norm")
    if clip is not None and (isinstance(clip, bool) or not isinstance(clip, int | float) or not clip > 0):
        raise SpecItError(f"'{target}' gives {clip!r} as 'clip_norm', which is a number above 0, or None.")
    if fields.get("scheduler_step") not in (None, "batch", "epoch"):
        raise SpecItError(
            f"'{target}' gives {fields['scheduler_step']!r} as 'scheduler_step'; a scheduler steps after every 'batch' "
            "or every 'epoch'."
        )
    scheduler = fields.get("scheduler")
    if scheduler is not None and scheduler.optimizer is not fields["optimizer"]:
        raise SpecItError(f"'{target}' gives a 'scheduler' of another optimiser than its 'optimizer'.")
    return Setup(fields)


def _fields(made: Any) -> dict[str, Any]:
    if isinstance(made, Mapping):
        return {str(name): value for name, value in made.items()}
    if hasattr(made, "_asdict"):
        return dict(made._asdict())
    if dataclasses.is_dataclass(made):
        return {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    own = {name for name in getattr(made, "__dict__", ()) if not name.startswith("_")}
    return {name: getattr(made, name) for name in [*FIELDS, *sorted(own - {*FIELDS})] if hasattr(made, name)}
