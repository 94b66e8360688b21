"""What can be found out about a layer by running it."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.conformance.implementations import Implementation, weight_of
from coordconv import CoordConv2d, fold

CHANNELS, SIZE = 16, (32, 32)


def dtype_of_half(implementation: Implementation) -> str:
    """Return the dtype of the output of a layer in float16."""
    out = implementation.layer(2, 2, 3).half()(torch.zeros(1, 2, 4, 4, dtype=torch.float16))
    return str(out.dtype).removeprefix("torch.")


def steps_in_bfloat16(implementation: Implementation) -> tuple[float, float]:
    """Return the least and the largest of 512 times the steps of x along 1025 columns."""
    layer = implementation.layer(1, 1, (1, 2), bias=False)
    with torch.no_grad():
        weight_of(layer).zero_()
        weight_of(layer)[0, implementation.channels(radius=False).index("x"), 0] = torch.tensor([-512.0, 512.0])
        steps = layer.bfloat16()(torch.zeros(1, 1, 2, 1025, dtype=torch.bfloat16))
    return steps.min().item(), steps.max().item()


def devices_used(implementation: Implementation) -> list[str]:
    """Return the devices on which a layer on the meta device makes tensors."""
    layer = implementation.layer(2, 2, 3, device="meta")
    with _Recorder() as recorder:
        layer(torch.zeros(1, 2, 4, 4, device="meta"))
    return sorted({out.device.type for _, out in recorder.calls})


def groups_that_see(implementation: Implementation, groups: int) -> int:
    """Return in how many groups of a layer with 4 channels, given nothing but zeros, the output varies with place."""
    layer = implementation.layer(4, 4, 1, groups=groups, bias=False)
    with torch.no_grad():
        weight_of(layer).fill_(1)
        out = layer(torch.zeros(1, 4, 3, 5))[0]
    return int((out.unflatten(0, (groups, -1)).flatten(1).std(dim=1) > 0).sum())


def dead_parameters(implementation: Implementation) -> int:
    """Return how many numbers in the parameters have no gradient."""
    layer = implementation.layer(3, 8, 3)
    layer(torch.rand(2, 3, 5, 6)).sum().backward()
    return sum(parameter.numel() for parameter in layer.parameters() if parameter.grad is None)


def extra_arithmetic(implementation: Implementation, batch: int) -> float:
    """Return the operations of a layer as a multiple of those of the plain convolution, less 1."""
    return _operations(implementation.layer(CHANNELS, CHANNELS, 3), batch) / _operations(_plain(), batch) - 1


def numbers_concatenated(implementation: Implementation, batch: int) -> int:
    """Return how many numbers concatenation writes in a call."""
    layer = implementation.layer(CHANNELS, CHANNELS, 3)
    with _Recorder() as recorder:
        layer(torch.zeros(batch, CHANNELS, *SIZE))
    return sum(out.numel() for name, out in recorder.calls if name == "cat")


def error_of_exported(implementation: Implementation) -> float:
    """Export a layer with the batch and the size left open, and return how far it is off at others."""
    layer = implementation.layer(3, 8, 3, padding=1).eval()
    left_open = {0: torch.export.Dim("batch"), 2: torch.export.Dim("height"), 3: torch.export.Dim("width")}
    exported = torch.export.export(layer, (torch.rand(2, 3, 8, 8),), dynamic_shapes=(left_open,))
    x = torch.rand(3, 3, 6, 11)
    with torch.no_grad():
        return float((exported.module()(x) - layer(x)).abs().max())


def onnx_operations(implementation: Implementation) -> list[str]:
    """Return the operations of a layer exported for one shape of input, in alphabetical order."""
    layer = implementation.layer(3, 8, 3, padding=1).eval()
    if isinstance(layer, CoordConv2d):
        layer = fold(layer, (8, 8))
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it tells what else is not installed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies
        program = torch.onnx.export(layer, (torch.rand(2, 3, 8, 8),), dynamo=True, verbose=False)
    assert program is not None
    return sorted(node.op_type for node in program.model_proto.graph.node)


class _Recorder(TorchDispatchMode):
    """Keep the name of each operation and the tensor that it returns."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[tuple[str, Tensor]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if isinstance(out, Tensor):
            self.calls.append((func.overloadpacket.__name__, out))
        return out


def _operations(layer: nn.Module, batch: int) -> int:
    with FlopCounterMode(display=False) as counter:
        layer(torch.zeros(batch, CHANNELS, *SIZE))
    return int(counter.get_total_flops())


def _plain() -> nn.Module:
    return nn.Conv2d(CHANNELS, CHANNELS, 3)
