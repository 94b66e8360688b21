"""The file as onnxruntime runs it, to compare with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from specit.errors import SpecItError

from .installed import load


class Session(nn.Module):
    """An ONNX file as a module without parameters: what onnxruntime computes on the CPU."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        runtime: Any = load("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 4  # what is wrong is told by the error
        try:
            self.session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise SpecItError(f"onnxruntime cannot load '{path}': {_first_line(error)}") from None
        self.path = path

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Run the file on a batch; what it cannot take is one sentence."""
        fed = {one.name: x.numpy() for one, x in zip(self.session.get_inputs(), inputs, strict=True)}
        try:
            made = self.session.run(None, fed)
        except Exception as error:
            count = len(inputs[0])
            raise SpecItError(
                f"onnxruntime cannot run '{self.path}' on {count} examples: {_first_line(error)}"
            ) from None
        return tuple(torch.from_numpy(np.asarray(one)) for one in made)


def _first_line(error: Exception) -> str:
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return said if said.endswith(".") else said + "."
