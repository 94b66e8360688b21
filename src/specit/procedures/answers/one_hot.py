"""The answer is a pixel: the position of the largest of H · W numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from specit.spec.datasets import NotSoClevr

from .answer import Parts, per_example
from .painting import intersection_over_union, painted


class OneHot:
    """Outputs (N, H · W). Cross-entropy compares them with an index; any other loss with a picture of one pixel."""

    def __init__(self, stated: NotSoClevr, loss: str, targets: Tensor) -> None:
        self.loss, self.canvas = loss, stated.canvas
        self.positions = targets

    def target(self, indices: Tensor) -> Tensor:
        positions = self.positions[indices]
        return positions if self.loss == "cross_entropy" else self._pictures(positions)

    def sums(self, indices: Tensor, output: Tensor) -> dict[str, float]:
        target, width = self.positions[indices], self.canvas[1]
        guess = output.argmax(1)
        rows, columns = guess // width - target // width, guess % width - target % width
        measured = {
            "accuracy": (guess == target).sum().item(),
            "euclidean": (rows.square() + columns.square()).double().sqrt().sum().item(),
            "manhattan": (rows.abs() + columns.abs()).sum().item(),
            "cross_entropy": nn.functional.cross_entropy(output.double(), target, reduction="sum").item(),
        }
        if self.loss != "cross_entropy":
            measured["iou"] = intersection_over_union(painted(output, self.loss), self._pictures(target)).sum().item()
        return measured

    def kept(self, parts: Parts) -> dict[str, NDArray[Any]]:
        return {
            "predicted": per_example(output.argmax(1) for _, output in parts).astype(np.int32),
            "target": per_example([self.positions]).astype(np.int32),
        }

    def probed(self, output: Tensor) -> dict[str, NDArray[Any]]:
        return {"probe_logits": output.cpu().view(-1, *self.canvas).numpy().astype(np.float32)}

    def _pictures(self, positions: Tensor) -> Tensor:
        blank = torch.zeros(len(positions), self.canvas[0] * self.canvas[1], device=positions.device)
        return blank.scatter_(1, positions[:, None], 1.0)
