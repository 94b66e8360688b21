"""Whether what was extracted computes what the model computes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from specit.errors import SpecItError

from .export import BATCH, evaluating, examples
from .extracted import Extracted
from .where import mark_of_error

ROUNDING = 1e-4
"""How much of the largest output sums of float32 may differ by when they are made in another order."""
COUNTS = (BATCH, 2)
"""Batches that are compared; of two sizes, so that one that was written down as a fixed number is found."""


@dataclass(frozen=True)
class Comparison:
    """The largest difference between two networks' outputs, and the largest number among them."""

    difference: float
    largest: float

    @property
    def same(self) -> bool:
        """Return whether the difference is no more than rounding."""
        return self.difference <= ROUNDING * max(self.largest, 1e-12)  # not, where it is no number


def compare(model: nn.Module, extracted: Extracted, seed: int = 1, counts: Sequence[int] = COUNTS) -> Comparison:
    """Compare a model with its extracted network, on random inputs and in evaluation, in batches of these sizes."""
    built = extracted.built()
    shapes = [placed.shape for placed in extracted.network.inputs]
    differences, largest = [0.0], 0.0
    with evaluating(model), torch.inference_mode():
        for count in counts:
            inputs = examples(shapes, count, seed)
            try:
                expected = list(tensors(model(*[x.clone() for x in inputs])))
            except Exception as error:
                raise SpecItError(
                    f"The model takes {counts[0]} examples but not {count}, so its first axis is no batch of any size; "
                    "a network of a spec leaves its examples apart.",
                    at=mark_of_error(error.__traceback__),
                ) from None
            for theirs, ours in zip(expected, tensors(built(*inputs)), strict=True):
                if ours.shape != theirs.shape:
                    return Comparison(float("inf"), largest)
                differences.append(float((ours - theirs).abs().max()))
                largest = max(largest, float(theirs.abs().max()))
    return Comparison(float(np.max(differences)), largest)  # NaN if one of them is


def tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors of what a model returns, in the order in which PyTorch's export lists them."""
    leaves = torch.utils._pytree.tree_leaves(value)
    yield from (leaf for leaf in leaves if isinstance(leaf, Tensor))
