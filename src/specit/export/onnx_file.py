"""A network as ONNX, with the weights that a seed gives, and what onnxruntime computes with it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from specit.build import BuiltNetwork
from specit.build.initialise import initialise
from specit.errors import SpecItError
from specit.spec.lock import Lock


def write_onnx(lock: Lock, name: str, seed: int, path: Path) -> BuiltNetwork:
    """Write a network as it is in use, not in training, for batches of any size; return what was written."""
    for needed in ("onnx", "onnxscript"):
        if not _is_installed(needed):
            raise SpecItError(f"ONNX is written with the package {needed}, which is not installed.")
    network = lock.networks[name]
    built = BuiltNetwork(network, plain=True)
    initialise(built, lock.initialisers, seed)
    built.eval()
    inputs = _inputs(built, batch=2, seed=0)
    batch = torch.export.Dim("batch", min=1)
    names = [placed.called or "input" for placed in network.inputs]
    outputs = [network.layers[place].called or "output" for place in network.outputs]
    with _silence():
        program = torch.onnx.export(
            built,
            inputs,
            dynamo=True,
            verbose=False,
            input_names=_numbered(names),
            output_names=_numbered(outputs),
            dynamic_shapes={"inputs": tuple({0: batch} for _ in inputs)},
        )
    assert program is not None
    path.write_bytes(program.model_proto.SerializeToString())
    return built


def largest_difference(built: BuiltNetwork, path: Path) -> float | None:
    """Return by how much onnxruntime and PyTorch differ, over the largest number of each output.

    Batches of one and of three are tried. None where onnxruntime is not installed.
    """
    if not _is_installed("onnxruntime"):
        return None
    onnxruntime: Any = importlib.import_module("onnxruntime")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for batch in (1, 3):
        inputs = _inputs(built, batch=batch, seed=batch)
        with torch.inference_mode():
            made = built(*inputs)
        expected = made if isinstance(made, tuple) else (made,)
        fed = {one.name: x.numpy() for one, x in zip(session.get_inputs(), inputs, strict=True)}
        for theirs, ours in zip(session.run(None, fed), expected, strict=True):
            scale = max(float(ours.abs().max()), 1e-12)
            worst = max(worst, float((torch.from_numpy(theirs) - ours).abs().max()) / scale)
    return worst


def _inputs(built: BuiltNetwork, batch: int, seed: int) -> tuple[Tensor, ...]:
    """Return normal noise of the shapes that the network takes."""
    generator = torch.Generator().manual_seed(seed)
    shapes = [placed.shape for placed in built.stated.inputs]
    return tuple(torch.randn(batch, *shape, generator=generator) for shape in shapes)


def _numbered(names: list[str]) -> list[str]:
    """Return names of which no two are the same."""
    return names if len(set(names)) == len(names) else [f"{name}_{n}" for n, name in enumerate(names, start=1)]


def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep to itself what the exporter says of its own progress and of its own deprecations."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
