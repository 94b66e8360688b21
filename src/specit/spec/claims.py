"""The grammar of claims: a sentence of the paper made testable."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from specit.errors import nearest

from .measures import MEASURES
from .model import Model

Over = dict[str, str | tuple[str, ...]]
At = Literal["final", "best"]


class Tolerance(Model):
    """How far from the expected value still counts, and why: absolute, or as a factor (2: half to double)."""

    absolute: float = Field(default=0.0, ge=0)
    """How far off the value may be, in the unit of the measure."""
    factor: float = Field(default=1.0, ge=1)
    """How many times too large or too small it may be."""
    because: str = Field(min_length=3)
    """Why this much and no more."""
    basis: Literal["printed", "seeds", "authors", "theory", "judgement"] = "judgement"
    """What the reason rests on: the precision that is printed, the variance over seeds measured here, a statement of
    the authors, what follows by mathematics, or our judgement."""

    def least(self, value: float) -> float:
        """Return the least number that counts as `value`, which is 0 or more."""
        return value / self.factor - self.absolute

    def most(self, value: float) -> float:
        """Return the greatest number that counts as `value`, which is 0 or more."""
        return value * self.factor + self.absolute


class _Claim(Model):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """What the claim is called: small letters, digits and hyphens."""
    says: str = Field(min_length=3)
    """The paper's sentence, in the paper's words as nearly as we have them."""
    where: str = Field(min_length=1)
    """Section, figure or table of the paper."""
    measure: str
    """What is compared: the name of a measure."""
    tolerance: Tolerance
    """How far from the expected value still counts, and why."""
    seeds: int = Field(default=1, ge=1)
    """How many seeds a verdict needs."""
    over: Over = {}
    """The points it speaks of: an option, or several, of an axis. Axes not named: all conditions, each reading."""
    stands_in: str | None = Field(default=None, min_length=3)
    """For a claim about what one sees ("objects move smoothly"): why this measure stands in for it."""

    @property
    def needed(self) -> int:
        """Return how many seeds a verdict takes: as stated, but no fewer than tell it from luck."""
        return max(self.seeds, self._least)

    @property
    def _least(self) -> int:
        return 1

    @field_validator("measure")
    @classmethod
    def _known_measure(cls, measure: str) -> str:
        if measure not in MEASURES:
            raise ValueError(f"nothing records the measure '{measure}'; {nearest(measure, MEASURES)}")
        return measure


class _OfOneArm(_Claim):
    arm: str
    """The arm it speaks of."""

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """Return the arms it speaks of."""
        return (self.arm,)


class _OfOneMean(_OfOneArm):
    expect: float
    """The value that the mean over seeds is compared with."""
    at: At = "final"
    """Which value of a run counts: that of its last evaluation, or its best."""

    @property
    def _least(self) -> int:
        return 2  # one value has no spread to draw an interval from


class _OfTwoMeans(_Claim):
    arm: str
    """The one arm."""
    than: str
    """The other, which it is compared with."""
    paired: bool = False
    """Whether runs of one seed belong together, as where the seed decides the data and not only the first weights."""
    at: At = "final"
    """Which value of a run counts: that of its last evaluation, or its best."""

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """Return the arms it speaks of."""
        return (self.arm, self.than)


class _OfConfigurations(_Claim):
    arms: tuple[str, ...] = Field(min_length=1)
    """The arms it speaks of."""

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """Return the arms it speaks of."""
        return self.arms


class Reaches(_OfOneArm):
    """*Reaches*: every run gets to the expected value at some evaluation. A success rate over seeds."""

    kind: Literal["reaches"]
    """What makes it this kind of claim."""
    expect: float
    """The value that every run gets to."""

    @property
    def _least(self) -> int:
        return 5  # at a rate of a half, all of 5 get there by luck in 3 % of all cases, all of 4 in 6 %


class Value(_OfOneMean):
    """*Value*: the mean over seeds is the expected value, as "the test accuracy is 86 %"."""

    kind: Literal["value"]
    """What makes it this kind of claim."""


class Bound(_OfOneMean):
    """*At least* or *at most*: the mean over seeds lies on one side of the expected value."""

    kind: Literal["at_least", "at_most"]
    """On which side."""


class Comparison(_OfTwoMeans):
    """*Better*: the mean of one arm is better than that of another, the way the measure is better, by `by` at least."""

    kind: Literal["better"]
    """What makes it this kind of claim."""
    by: float = Field(default=0.0, ge=0)
    """By how much at least, in the unit of the measure."""

    @property
    def _least(self) -> int:
        return 6 if self.paired else 4  # with fewer, no dealing of the labels is rare enough


class NoDifference(_OfTwoMeans):
    """*No difference*: the means of two arms differ by less than the tolerance, either way."""

    kind: Literal["no_difference"]
    """What makes it this kind of claim."""

    @property
    def _least(self) -> int:
        return 3

    @model_validator(mode="after")
    def _has_a_margin(self) -> Self:
        if self.tolerance.absolute == 0 or self.tolerance.factor != 1:
            raise ValueError("needs a tolerance with 'absolute' over 0 and no factor: how much still is no difference")
        return self


class NoConfiguration(_OfConfigurations):
    """*No configuration*: no run of these arms is ever beyond the bound, at any evaluation.

    One counterexample refutes it, at any tier and under any reading; support counts how many were tried.
    """

    kind: Literal["no_configuration"]
    """What makes it this kind of claim."""
    exceeds: float
    """The bound that no run goes beyond."""


class SomeConfiguration(_OfConfigurations):
    """*Some configuration*: there is one of which every run gets to the expected value, at some evaluation.

    One example supports it, at any tier and under any reading; refuting it takes all of them.
    """

    kind: Literal["some_configuration"]
    """What makes it this kind of claim."""
    expect: float
    """The value that every run of it gets to."""


class Ratio(_Claim):
    """*Ratio*: the measure of one arm over that of another, as "10-100 times fewer parameters"."""

    kind: Literal["ratio"]
    """What makes it this kind of claim."""
    arm: str
    """The arm whose measure is divided."""
    to: str
    """The arm whose measure it is divided by."""
    expect: float | tuple[float, float]
    """One value, or the least and the greatest."""

    @property
    def _least(self) -> int:
        return 5  # bootstrapped from fewer, intervals hold the ratio less often than they say

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """Return the arms it speaks of."""
        return (self.arm, self.to)


Claim = Annotated[
    Reaches | Value | Bound | Comparison | NoDifference | NoConfiguration | SomeConfiguration | Ratio,
    Field(discriminator="kind"),
]
KINDS: dict[str, type[Claim]] = {
    "reaches": Reaches,
    "value": Value,
    "at_least": Bound,
    "at_most": Bound,
    "better": Comparison,
    "no_difference": NoDifference,
    "no_configuration": NoConfiguration,
    "some_configuration": SomeConfiguration,
    "ratio": Ratio,
}
"""What a claim's `kind` may be."""
