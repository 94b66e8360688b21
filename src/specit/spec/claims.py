"""The grammar of claims: a sentence of the paper made testable."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from specit.errors import nearest

from .measures import MEASURES
from .model import Model

Over = dict[str, str | tuple[str, ...]]


class Tolerance(Model):
    """How far from the expected value still counts, and why: absolute, or as a factor (2: half to double)."""

    absolute: float = Field(default=0.0, ge=0)
    factor: float = Field(default=1.0, ge=1)
    because: str = Field(min_length=3)

    def least(self, value: float) -> float:
        """Return the least number that counts as `value`, which is 0 or more."""
        return value / self.factor - self.absolute

    def most(self, value: float) -> float:
        """Return the greatest number that counts as `value`, which is 0 or more."""
        return value * self.factor + self.absolute


class _Claim(Model):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    says: str = Field(min_length=3)
    """The paper's sentence, in the paper's words as nearly as we have them."""
    where: str = Field(min_length=1)
    """Section, figure or table of the paper."""
    measure: str
    tolerance: Tolerance
    seeds: int = Field(default=1, ge=1)
    """How many seeds a verdict needs."""
    over: Over = {}
    """The points it speaks of: an option, or several, of an axis. Axes not named: all conditions, each reading."""

    @field_validator("measure")
    @classmethod
    def _known_measure(cls, measure: str) -> str:
        if measure not in MEASURES:
            raise ValueError(f"nothing records the measure '{measure}'; {nearest(measure, MEASURES)}")
        return measure


class Reaches(_Claim):
    """*Reaches*: every run gets to the expected value at some evaluation. A success rate over seeds."""

    kind: Literal["reaches"]
    arm: str
    expect: float


class NoConfiguration(_Claim):
    """*No configuration*: no run of these arms is ever beyond the bound, at any evaluation.

    One counterexample refutes it, at any tier and under any reading; support counts how many were tried.
    """

    kind: Literal["no_configuration"]
    arms: tuple[str, ...] = Field(min_length=1)
    exceeds: float


class Ratio(_Claim):
    """*Ratio*: the measure of one arm over that of another, as "10-100 times fewer parameters"."""

    kind: Literal["ratio"]
    arm: str
    to: str
    expect: float | tuple[float, float]
    """One value, or the least and the greatest."""


Claim = Annotated[Reaches | NoConfiguration | Ratio, Field(discriminator="kind")]
