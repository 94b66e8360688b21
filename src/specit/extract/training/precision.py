"""In what numbers a setup computes: the parameters' own type, and what autocast makes of it."""

from __future__ import annotations

import torch

from specit.errors import SpecItError, nearest

from .said import OPEN, Said, open_because
from .setup import Setup

_PARAMETERS = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32, "float64": torch.float64}
_SHORT = {"fp16": "float16", "half": "float16", "bf16": "bfloat16", "fp32": "float32", "float": "float32"}


def precision_of(setup: Setup) -> Said:
    """Return what the parameters that are trained are kept in; what the setup says of it must agree."""
    found = {p.dtype: None for group in setup.optimizer.param_groups for p in group["params"]}
    names = [name for name, kind in _PARAMETERS.items() if kind in found]
    said = _name(setup["precision"], "precision") if setup["precision"] is not None else None
    if said is not None and names != [said]:
        raise SpecItError(
            f"'precision' is {said}, but the parameters are {' and '.join(names)}; computing in another type than "
            "they are kept in is 'autocast'."
        )
    if len(names) == 1:
        return Said(names[0])
    kept = ", others in ".join(str(kind).removeprefix("torch.") for kind in found)
    return open_because(f"Some parameters are kept in {kept}.")


def autocast_of(setup: Setup) -> Said:
    """Return the type of mixed precision; none where the setup says that there is none."""
    given = setup["autocast"]
    if given is None or given is False:
        return Said() if "autocast" in setup else OPEN
    if given is True:
        return open_because("Autocast is on; the setup does not say with which type ('autocast': float16 or bfloat16).")
    name = _name(given, "autocast")
    if name not in ("float16", "bfloat16"):
        raise SpecItError(f"'autocast' is float16, bfloat16, True or None, not {name}.")
    return Said(name)


def _name(given: object, what: str) -> str:
    """Return what a type is called that is given as one, or by name."""
    if isinstance(given, torch.dtype):
        given = str(given)
    name = str(given).removeprefix("torch.")
    name = _SHORT.get(name, name)
    if name not in _PARAMETERS:
        raise SpecItError(f"'{what}' is no type of numbers that is known: '{given}'; {nearest(name, _PARAMETERS)}")
    return name
