"""The answer is a place: two coordinates (x, y)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specit.data.not_so_clevr import centres, to_pixels
from specit.spec.datasets import NotSoClevr

from .answer import Parts, per_example


class Coordinates:
    """Outputs (N, 2), written the way the data state; measured in pixels."""

    def __init__(self, stated: NotSoClevr, loss: str, targets: Tensor) -> None:
        assert stated.coordinates
        self.canvas, self.written = stated.canvas, stated.coordinates
        self.numbers = targets
        self.centres = centres(stated).astype(np.int64)

    def target(self, indices: Tensor) -> Tensor:
        return self.numbers[indices]

    def sums(self, indices: Tensor, output: Tensor) -> dict[str, float]:
        true, said = self.centres[indices.cpu().numpy()], self._pixels(output)
        off = said - true
        return {
            "accuracy": float((np.rint(said) == true).all(1).sum()),
            "euclidean": float(np.hypot(off[:, 0], off[:, 1]).sum()),
            "manhattan": float(np.abs(off).sum()),
        }

    def kept(self, parts: Parts) -> dict[str, NDArray[Any]]:
        return {"predicted_xy": self._pixels(torch.from_numpy(per_example(o for _, o in parts))).astype(np.float32)}

    def probed(self, output: Tensor) -> dict[str, NDArray[Any]]:
        return {}

    def _pixels(self, output: Tensor) -> NDArray[np.float64]:
        return to_pixels(output.detach().cpu().double().numpy(), self.canvas, self.written)
