"""How the learning rate changes over the epochs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..layers.layer import Positive
from ..model import Model


class Constant(Model):
    """The learning rate stays as it is."""


class Step(Model):
    """The learning rate is multiplied by `factor` every `every` epochs, at most `at_most` times."""

    factor: Annotated[float, Field(gt=0, le=1)]
    every: Positive
    at_most: Positive


class Cosine(Model):
    """Half a cosine from the learning rate at the first epoch towards zero after the last, by the epoch."""


Schedule = Constant | Step | Cosine
SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": Step,
    "cosine": Cosine,
}
