"""The learning rate that a schedule gives, at any moment: a function of how far training is, with nothing kept."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from .schedules import (
    Constant,
    Cosine,
    CosineAnnealing,
    Exponential,
    Linear,
    MultiStep,
    Schedule,
    Step,
    WarmUp,
)


@dataclass(frozen=True)
class Moment:
    """How far training is: epochs and steps of the optimiser that are done, and how many there are in all."""

    epoch: int
    step: int
    epochs: int
    steps: int


def learning_rate(schedule: Schedule, rate: float, at: Moment) -> float:
    """Return the learning rate of the next step, of a group whose own rate is `rate`.

    >>> warm_up = WarmUp.model_validate({"start": 0.1, "over": 2, "then": "cosine_annealing"})
    >>> [round(learning_rate(warm_up, 1.0, Moment(epoch, 0, 6, 60)), 3) for epoch in range(6)]
    [0.1, 0.55, 1.0, 0.854, 0.5, 0.146]
    """
    if getattr(schedule, "by", "epoch") == "step":
        return _rate(schedule, rate, at.step, at.steps)
    return _rate(schedule, rate, at.epoch, at.epochs)


def _rate(schedule: Schedule, rate: float, done: int, whole: int) -> float:
    """Return the rate after `done` of `whole` epochs or steps, whichever the schedule counts."""
    match schedule:
        case Constant():
            return rate
        case Step(factor=factor, every=every, at_most=at_most):
            times = done // every
            return rate * float(factor ** (times if at_most is None else min(times, at_most)))
        case Cosine():
            return rate * (1 + math.cos(math.pi * done / whole)) / 2
        case MultiStep(milestones=milestones, factor=factor):
            return rate * float(factor ** bisect_right(sorted(milestones), done))
        case Exponential(factor=factor, every=every):
            return rate * float(factor ** (done // every))
        case CosineAnnealing(minimum=minimum, over=over):
            return minimum + (rate - minimum) * (1 + math.cos(math.pi * done / (over or whole))) / 2
        case Linear(start=start, end=end, over=over):
            share = min(done / (over or whole), 1.0)
            return rate * (start + (end - start) * share)
        case WarmUp(start=start, over=over, then=then):
            if done < over:
                return rate * (start + (1 - start) * done / over)
            return _rate(then.only[1], rate, done - over, whole - over)
