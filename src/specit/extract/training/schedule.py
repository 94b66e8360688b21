"""The schedule of a setup: what PyTorch's scheduler does to the learning rate, or some of the rates it gives."""

from __future__ import annotations

import warnings
from typing import Any

from pydantic import ValidationError
from torch.optim import lr_scheduler

from specit.spec.training.schedules import SCHEDULES

from .lambdas import schedule_of_lambdas
from .said import OPEN, Said, open_because
from .setup import Setup

KNOWN = (
    "StepLR",
    "MultiStepLR",
    "ExponentialLR",
    "CosineAnnealingLR",
    "LinearLR",
    "SequentialLR of a LinearLR and one",
    "transformers' constant, linear and cosine with warm-up",
)
SAMPLES, FURTHEST = 8, 20_000
"""How many rates of a scheduler that is not known are told, and how far on one is looked for."""


def schedule_of(setup: Setup) -> Said:
    """Return the schedule. What the setup says is none is constant."""
    scheduler = setup["scheduler"]
    if scheduler is None:
        return Said({"constant": {}}) if "scheduler" in setup else OPEN
    steps = setup["scheduler_step"]
    by = "step" if steps == "batch" else "epoch"
    found = _read(scheduler, by, whole=steps == "epoch")
    if found is None or not _valid(*found):
        return open_because(*_sampled(setup, scheduler, by))
    name, arguments = found
    if steps is None:
        said = "The setup does not say after what the scheduler steps ('scheduler_step': batch or epoch)."
        return Said({name: arguments}, (said,), unstated="by: epoch")
    return Said({name: arguments})


def _read(scheduler: Any, by: str, *, whole: bool) -> tuple[str, dict[str, Any]] | None:
    """Return a schedule by name with its arguments; `whole`: it is known to step after whole epochs."""
    kind = type(scheduler)
    if kind is lr_scheduler.StepLR:
        every = {"factor": scheduler.gamma, "every": scheduler.step_size}
        return ("step", {**every, "at_most": None}) if whole else ("exponential", {**every, "by": by})
    if kind is lr_scheduler.MultiStepLR:
        return "multi_step", {
            "milestones": sorted(scheduler.milestones.elements()), "factor": scheduler.gamma, "by": by
        }  # fmt: skip
    if kind is lr_scheduler.ExponentialLR:
        return "exponential", {"factor": scheduler.gamma, "every": 1, "by": by}
    if kind is lr_scheduler.CosineAnnealingLR:
        return "cosine_annealing", {"minimum": scheduler.eta_min, "over": scheduler.T_max, "by": by}
    if kind is lr_scheduler.LinearLR:
        start, end = scheduler.start_factor, scheduler.end_factor
        return "linear", {"start": start, "end": end, "over": scheduler.total_iters, "by": by}
    if kind is lr_scheduler.LambdaLR:
        return schedule_of_lambdas(scheduler, by)
    if kind is lr_scheduler.SequentialLR:
        return _warm_up(scheduler, by)
    return None


def _warm_up(scheduler: Any, by: str) -> tuple[str, dict[str, Any]] | None:
    first, *others = scheduler._schedulers
    if len(others) != 1 or type(first) is not lr_scheduler.LinearLR:
        return None
    (over,) = scheduler._milestones
    following = _read(others[0], by, whole=False)
    if following is None or following[0] == "warm_up" or first.end_factor != 1 or first.total_iters != over:
        return None
    name, arguments = following
    return "warm_up", {"start": first.start_factor, "over": over, "then": {name: arguments}, "by": by}


def _valid(name: str, arguments: dict[str, Any]) -> bool:
    """Return whether the language has such arguments: a factor above 1, say, it has not."""
    try:
        SCHEDULES[name].model_validate(_tuples(arguments))
    except ValidationError:
        return False
    return True


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _sampled(setup: Setup, scheduler: Any, by: str) -> list[str]:
    """Return in words what a scheduler is that the language does not have, with some of the rates it gives."""
    kind = type(scheduler).__name__
    said = f"{kind}, as it is set up here, is no schedule of the language, which has {', '.join(KNOWN)}."
    if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
        return [
            f"{said} It depends on what is measured: factor {scheduler.factor:g}, patience {scheduler.patience}, "
            f"threshold {scheduler.threshold:g} ({scheduler.threshold_mode}), mode {scheduler.mode}."
        ]
    epochs, loader = setup["epochs"] or 100, setup["loader"]
    an_epoch = len(loader) if loader is not None and hasattr(loader.dataset, "__len__") else 1
    end = min(epochs * (an_epoch if by == "step" else 1), FURTHEST)
    places = sorted({round(end * part / SAMPLES) for part in range(SAMPLES)})
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # there is nothing to optimise before it steps
        for place in range(end):
            if place in places:
                rates.append(f"{setup.optimizer.param_groups[0]['lr']:.6g}")
            try:
                scheduler.step()
            except Exception:  # a one-cycle schedule ends where it was said to
                break
    counted = "steps" if by == "step" else "epochs"
    there = ", ".join(map(str, places[: len(rates)]))
    return [said, f"The rates it gives after {there} {counted}: {', '.join(rates)}."]
