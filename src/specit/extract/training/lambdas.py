"""Schedules that a function of the step gives: those of transformers, known by name and checked by their values."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from torch.optim.lr_scheduler import LambdaLR

from specit.spec.training.learning_rate import Moment, learning_rate
from specit.spec.training.schedules import SCHEDULES

_THEN: dict[str, str] = {
    "_get_constant_schedule_with_warmup_lr_lambda": "constant",
    "_get_cosine_schedule_with_warmup_lr_lambda": "cosine_annealing",
    "_get_linear_schedule_with_warmup_lr_lambda": "linear",
}
"""What follows the warm-up in the functions that `get_..._schedule_with_warmup` of transformers hands to LambdaLR."""
_LOOKED_AT = 50


def schedule_of_lambdas(scheduler: LambdaLR, by: str) -> tuple[str, dict[str, Any]] | None:
    """Return the schedule that a function stands for, if it is one of transformers' and gives the same rates."""
    first = scheduler.lr_lambdas[0]
    if not isinstance(first, partial) or first.func.__name__ not in _THEN:
        return None
    if any(
        not isinstance(f, partial) or (f.func, f.keywords) != (first.func, first.keywords) for f in scheduler.lr_lambdas
    ):
        return None
    stated = first.keywords
    over, whole = stated["num_warmup_steps"], stated.get("num_training_steps")
    left = None if whole is None else whole - over
    then: dict[str, dict[str, Any]] = {
        "constant": {},
        "cosine_annealing": {"minimum": 0.0, "over": left, "by": by},
        "linear": {"start": 1.0, "end": 0.0, "over": left, "by": by},
    }
    name = _THEN[first.func.__name__]
    found: tuple[str, dict[str, Any]] = (name, then[name])
    if over:
        found = "warm_up", {"start": 0.0, "over": over, "then": {name: then[name]}, "by": by}
    return found if _gives(first, *found, end=whole or 2 * over + 1) else None


def _gives(function: Any, name: str, arguments: dict[str, Any], end: int) -> bool:
    """Return whether a function gives the rates of a schedule, at so many of its steps as to tell."""
    schedule = SCHEDULES[name].model_validate(arguments)
    for step in {round(end * part / _LOOKED_AT) for part in range(_LOOKED_AT)}:
        expected = learning_rate(schedule, 1.0, Moment(step, step, end, end))
        if not math.isclose(function(step), expected, rel_tol=1e-9, abs_tol=1e-9):
            return False
    return True
