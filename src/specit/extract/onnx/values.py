"""What an ONNX graph's values are: what layers make, or arrays that are known without an input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from specit.errors import SpecItError

from ..sketch import Held, Made


@dataclass(frozen=True)
class Known:
    """An array that no input changes: a tensor of the file, or computed from tensors and shapes."""

    name: str
    array: NDArray[Any]
    stored: bool = False
    """Whether it is a tensor of the file as it stands."""

    @property
    def number(self) -> float | None:
        """Return the one number it is, if it is one."""
        return float(self.array.reshape(-1)[0]) if self.array.size == 1 and self.array.dtype.kind in "fiub" else None

    def held(self) -> Held:
        """Return it as a tensor that a layer holds."""
        array = np.asarray(self.array, dtype=np.float32)
        return Held(self.name, torch.from_numpy(array if array.flags.writeable else array.copy()))


Value = Made | Known | SpecItError
"""An error is the value of a node that no layer stands for: it is told if something depends on the value."""
