"""How examples are divided into those for training and those for testing."""

from __future__ import annotations

from typing import Any, Self

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from ..model import Model
from .ranges import Seed, Share


class Bernoulli(Model):
    """Every example goes to the test set with probability `test`, on its own, in data-set order.

    Drawn from NumPy's legacy generator (`RandomState(seed)`), as in the released code: with test 0.25 and seed
    20202 the 3,136 examples of the paper fall into 2,368 and 768.
    """

    test: Share
    """How likely an example is to be for testing."""
    seed: Seed
    """What is drawn with."""


class Fraction(Model):
    """A random permutation (`RandomState(seed)`); its first round(test · N) examples are the test set."""

    test: Share
    """The share of the examples that are for testing."""
    seed: Seed
    """What is drawn with."""


class Quadrant(Model):
    """The test set is every example whose centre has x > `x_over` and y > `y_over`: the lower right quadrant."""

    x_over: int
    """Test examples have a centre right of this column."""
    y_over: int
    """And below this row."""


class Everything(Model):
    """All examples are for training, and none for testing."""


class OneSplit(Model):
    """One of the other splits, by its name."""

    bernoulli: Bernoulli | None = None
    """Every example on its own."""
    fraction: Fraction | None = None
    """A share at random."""
    quadrant: Quadrant | None = None
    """By the place."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        named = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(named) != 1:
            known = ", ".join(type(self).model_fields)
            raise ValueError(f"needs exactly one split of {known}, not {' and '.join(named) or 'none'}")
        return self

    @model_serializer(mode="wrap")
    def _stated(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: arguments for name, arguments in serialise(self).items() if arguments is not None}

    @property
    def split(self) -> Bernoulli | Fraction | Quadrant:
        """Return the split itself."""
        split = self.bernoulli or self.fraction or self.quadrant
        assert split
        return split


class WithinTrain(Model):
    """The training examples of a split, split again. Its test examples are left out: nothing trains or tests with them.

    What is drawn is drawn over the training examples alone, in data-set order. Settings that are chosen on such parts
    have seen nothing of what will judge them, as tuning does.
    """

    of: OneSplit
    """The split whose training examples are taken."""
    again: OneSplit
    """How these are split into training and test examples."""


Split = Bernoulli | Fraction | Quadrant | Everything | WithinTrain
WITHIN_TRAIN = "within_train"
DIVIDING = ("bernoulli", "fraction", "quadrant")
"""The splits that divide examples in two by themselves."""
SPLITS: dict[str, type[Split]] = {
    "bernoulli": Bernoulli,
    "fraction": Fraction,
    "quadrant": Quadrant,
    "everything": Everything,
    WITHIN_TRAIN: WithinTrain,
}
