"""Data that SpecIt cannot make, described."""

from __future__ import annotations

from typing import Any

from ..layers.layer import Positive, Shape
from ..model import Model

ELSEWHERE = "elsewhere"
"""The name under which a spec describes data that it does not make."""


class Elsewhere(Model):
    """Data that SpecIt cannot make: what is known of them. Null: nobody states it. Such a spec describes and does not
    run: it is checked, locked, compared and printed. It needs no `split`."""

    about: str
    """What the data are, in words: `CIFAR10, training part`."""
    examples: Positive | None = None
    """How many examples are trained with."""
    input: Shape | None = None
    """The shape of one input, without the batch."""
    input_dtype: str | None = None
    """What its numbers are kept in."""
    target: Shape | None = None
    """The shape of one target, without the batch; [] for a single number, such as a class."""
    target_dtype: str | None = None
    """What its numbers are kept in."""
    transforms: tuple[str, ...] | None = None
    """What is done to an example before the network sees it, in order; []: nothing."""
    fingerprint: str | None = None
    """A digest by which others can tell that they have the same data."""

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data; what nobody states is None."""
        return self.model_dump(mode="json")
