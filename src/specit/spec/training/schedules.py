"""How the learning rate changes, epoch by epoch or step by step. Every group's own rate is changed alike.

`by` says what is counted, from 0: `epoch`, so that the rate stays within an epoch, or `step`, every step of the
optimiser. PyTorch's schedulers count the calls of `step()`, wherever these stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_serializer, model_validator

from ..layers.layer import Natural, Positive
from ..model import Model
from ..variant import completed as completed_arguments
from .numbers import NotNegative

Counted = Literal["epoch", "step"]
Factor = Annotated[float, Field(gt=0, le=1)]


class Constant(Model):
    """The learning rate stays as it is."""


class Step(Model):
    """The learning rate is multiplied by `factor` every `every` epochs, at most `at_most` times.

    With `at_most: null` it goes on for ever, as `torch.optim.lr_scheduler.StepLR` does.
    """

    factor: Factor
    """What it is multiplied by."""
    every: Positive
    """After how many epochs, again and again."""
    at_most: Positive | None
    """How often at most; null: without end."""


class Cosine(Model):
    """Half a cosine from the learning rate at the first epoch towards zero after the last, by the epoch."""


class MultiStep(Model):
    """The learning rate is multiplied by `factor` at each of the `milestones`, as `MultiStepLR` does."""

    milestones: Annotated[tuple[Natural, ...], Field(min_length=1)]
    """How many epochs, or steps, are done when it changes. One that stands twice counts twice."""
    factor: Factor
    """What it is multiplied by; PyTorch calls it gamma, with the default 0.1."""
    by: Counted = "epoch"
    """What is counted."""


class Exponential(Model):
    """The learning rate is multiplied by `factor` every `every` epochs, or steps, without end.

    `every: 1` is `ExponentialLR`; larger, `StepLR`, and `ExponentialDecay(staircase=True)` of Keras.
    """

    factor: Factor
    """What it is multiplied by; PyTorch calls it gamma."""
    every: Positive = 1
    """After how many, again and again."""
    by: Counted = "epoch"
    """What is counted."""


class CosineAnnealing(Model):
    """Half a cosine from the learning rate to `minimum`, `over` so many epochs or steps, as `CosineAnnealingLR` does.

    If training goes on after that, the rate goes up again along the same cosine, as PyTorch's does; Keras's
    `CosineDecay` stays at its minimum. `minimum` is a rate, not a share of one, and the same for every group.
    """

    minimum: NotNegative = 0.0
    """The rate at the lower end; PyTorch calls it eta_min."""
    over: Positive | None = None
    """How many it takes; PyTorch calls it T_max. Null: all there are."""
    by: Counted = "epoch"
    """What is counted."""


class Linear(Model):
    """The learning rate times a factor that goes straight from `start` to `end` and stays there, as `LinearLR` does."""

    start: NotNegative = 1.0
    """The first factor."""
    end: NotNegative = 0.0
    """The last factor."""
    over: Positive | None = None
    """How many it takes; PyTorch calls it total_iters. Null: all there are, so that `end` would be next."""
    by: Counted = "epoch"
    """What is counted."""


class Then(Model):
    """Exactly one schedule: the one that begins where a warm-up ends."""

    constant: Constant | None = None
    step: Step | None = None
    cosine: Cosine | None = None
    multi_step: MultiStep | None = None
    exponential: Exponential | None = None
    cosine_annealing: CosineAnnealing | None = None
    linear: Linear | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {value: {}}
        if isinstance(value, Mapping):
            return {name: {} if arguments is None else arguments for name, arguments in value.items()}
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"needs exactly one schedule; known: {', '.join(sorted(type(self).model_fields))}")
        return self

    @property
    def only(self) -> tuple[str, Constant | Step | Cosine | MultiStep | Exponential | CosineAnnealing | Linear]:
        """Return the one that is stated, with its name."""
        (name,) = self.model_fields_set
        return name, getattr(self, name)

    @model_serializer
    def _as_variant(self) -> dict[str, Any]:
        name, schedule = self.only
        return {name: schedule.model_dump(mode="json")}


class WarmUp(Model):
    """The learning rate rises straight from `start` of itself `over` so many epochs or steps, then another schedule.

    What follows counts from 0 where the warm-up ends, and `over: null` in it means all that are left: PyTorch's
    `SequentialLR` of a `LinearLR` and another. Where a paper counts its milestones from the very beginning, take
    `over` off each.
    """

    start: NotNegative
    """The first factor; PyTorch calls it start_factor. The first step has it, so 0 wastes that step."""
    over: Positive
    """How many it takes until the factor is 1."""
    then: Then
    """The schedule that follows."""
    by: Counted = "epoch"
    """What is counted, here and in what follows."""

    @model_validator(mode="after")
    def _one_way_to_count(self) -> Self:
        name, schedule = self.then.only
        counts = "epoch" if isinstance(schedule, Step | Cosine) else getattr(schedule, "by", self.by)
        if counts != self.by:
            raise ValueError(
                f"the warm-up counts by the {self.by}, but {name} after it by the {counts}; both count the same"
            )
        return self


Schedule = Constant | Step | Cosine | MultiStep | Exponential | CosineAnnealing | Linear | WarmUp
SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": Step,
    "cosine": Cosine,
    "multi_step": MultiStep,
    "exponential": Exponential,
    "cosine_annealing": CosineAnnealing,
    "linear": Linear,
    "warm_up": WarmUp,
}


def completed_schedule(name: str, schedule: Schedule, path: str) -> Iterator[str]:
    """Yield what a schedule leaves to a default, and what the one after its warm-up does."""
    yield from completed_arguments(schedule, path)
    if isinstance(schedule, WarmUp):
        then, following = schedule.then.only
        yield from completed_arguments(following, f"{path}.{name}.then.{then}")
