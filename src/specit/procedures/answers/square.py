"""The answer is a picture of the square."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from specit.spec.datasets import NotSoClevr

from .answer import Parts, per_example
from .painting import intersection_over_union, painted, probability


class Square:
    """Outputs (N, 1, H, W): logits under binary cross-entropy, brightness under a squared error."""

    def __init__(self, stated: NotSoClevr, loss: str, targets: Tensor) -> None:
        self.loss = loss
        self.pictures = targets

    def target(self, indices: Tensor) -> Tensor:
        return self.pictures[indices]

    def sums(self, indices: Tensor, output: Tensor) -> dict[str, float]:
        target, drawn = self.pictures[indices], painted(output, self.loss)
        return {
            "accuracy": (drawn == (target > 0)).flatten(1).all(1).sum().item(),
            "iou": intersection_over_union(drawn, target).sum().item(),
        }

    def kept(self, parts: Parts) -> dict[str, NDArray[Any]]:
        covered = (intersection_over_union(painted(o, self.loss), self.pictures[i]) for i, o in parts)
        return {"iou": per_example(covered).astype(np.float16)}

    def probed(self, output: Tensor) -> dict[str, NDArray[Any]]:
        return {"probe_output": probability(output[:, 0], self.loss).cpu().numpy().astype(np.float16)}
