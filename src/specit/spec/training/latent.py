"""What a generator makes its pictures from: a vector of noise."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from ..layers.layer import Positive
from ..model import Model
from .numbers import Rate


class Uniform(Model):
    """Every number of the vector by itself, uniformly in [low, high)."""

    size: Positive
    """How many numbers the vector has."""
    low: float = -1.0
    """The smallest there can be."""
    high: float = 1.0
    """What all are below."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"needs a low below its high, not {self.low} and {self.high}")
        return self


class Normal(Model):
    """Every number of the vector by itself, from a normal distribution around 0."""

    size: Positive
    """How many numbers the vector has."""
    std: Rate = 1.0
    """Its standard deviation."""


Latents = Uniform | Normal
LATENTS: dict[str, type[Latents]] = {"uniform": Uniform, "normal": Normal}
