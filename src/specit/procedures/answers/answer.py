"""What every kind of answer can do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specit.spec.datasets import NotSoClevr

Parts = Iterable[tuple[Tensor, Tensor]]
"""(indices of examples, the network's outputs for them), part by part."""


class Answer(Protocol):
    """The answers of a network to all examples of a data set, under one loss. `targets` are what the data make."""

    def __init__(self, stated: NotSoClevr, loss: str, targets: Tensor) -> None: ...

    def target(self, indices: Tensor) -> Tensor:
        """Return what the loss compares the outputs for these examples with."""

    def sums(self, indices: Tensor, output: Tensor) -> dict[str, float]:
        """Return every measure, summed over these examples."""

    def kept(self, parts: Parts) -> dict[str, NDArray[Any]]:
        """Return what figures need to know of the answers to all examples."""

    def probed(self, output: Tensor) -> dict[str, NDArray[Any]]:
        """Return what figures need of the whole output for a few examples."""


def per_example(parts: Iterable[Tensor]) -> NDArray[Any]:
    """Return numbers that came in parts as one array."""
    return np.asarray(torch.cat([part.detach().cpu() for part in parts]).numpy())
