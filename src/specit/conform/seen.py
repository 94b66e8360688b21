"""What a network is seen to do in one framework, as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Given:
    """What both frameworks are given: inputs, and how much each number of the outputs counts in the gradients."""

    inputs: Sequence[Numbers]
    counts: Sequence[Numbers]


@dataclass(frozen=True)
class Copied:
    """What the second framework takes from PyTorch at one layer."""

    weights: Mapping[str, Numbers]
    """The trainable parameters, by which gradients are taken."""
    running: Mapping[str, Numbers]
    """The running averages before the step."""
    drawn: Mapping[str, NDArray[np.bool_]]
    """What chance left in, where a layer draws."""


@dataclass(frozen=True)
class Seen:
    """What every layer does, by its place: in one step of training, and in evaluation after it."""

    made: Sequence[Numbers]
    gradients: Sequence[Mapping[str, Numbers]]
    """By the parameters, and by the network's inputs under the name `input`."""
    running: Sequence[Mapping[str, Numbers]]
    """The running averages after the step."""
    evaluated: Sequence[Numbers]
