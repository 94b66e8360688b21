"""What every extracted file is held to, found out with a run of onnxruntime of the tests' own."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from specit.build import BuiltNetwork
from specit.extract import Extracted
from specit.extract.onnx import extract_file
from specit.spec.document import Spec
from specit.spec.load import parse

onnx = pytest.importorskip("onnx", reason="the files are made with it")
onnxruntime = pytest.importorskip("onnxruntime", reason="it computes what is expected")

Check = Callable[..., Extracted]
Write = Callable[..., Path]
Export = Callable[..., Path]


def kinds(extracted: Extracted) -> list[str]:
    """The names of the layers without the input."""
    return [placed.name for placed in extracted.network.layers[1:]]


def arguments(extracted: Extracted, name: str) -> list[dict[str, Any]]:
    """The arguments of every layer of a kind."""
    return [placed.layer.model_dump() for placed in extracted.network.layers if placed.name == name]


@pytest.fixture
def same() -> Check:
    """Extract a file; its spec, read back from YAML, must compute what onnxruntime does, with the file's weights."""

    def check(path: Path, *shapes: tuple[int, ...], batch: int = 4) -> Extracted:
        found = extract_file(path, *shapes)
        assert found.compared.same
        extracted = found.extracted
        (point,) = Spec("model", parse(extracted.yaml("A model"), "model.yaml")).plan()
        network = point.lock.networks["network"]
        assert network.stated() == extracted.network.stated()
        assert point.lock.completed == ()
        built = BuiltNetwork(network)
        built.load_state_dict(extracted.weights())
        generator = np.random.default_rng(7)
        inputs = [generator.normal(size=(batch, *one.shape)).astype("float32") for one in network.inputs]
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        expected = session.run(None, {one.name: x for one, x in zip(session.get_inputs(), inputs, strict=True)})
        with torch.inference_mode():
            made = built.eval()(*map(torch.from_numpy, inputs))
        for theirs, ours in zip(expected, made if isinstance(made, tuple) else (made,), strict=True):
            np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-4, atol=1e-5 * max(1e-3, np.abs(theirs).max()))
        return extracted

    return check


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of nodes made by hand, which takes 'x' and returns 'y', of a shape that onnx infers, or `made`."""

    def make(
        nodes: Sequence[Any],
        shape: Sequence[int | str] = ("batch", 4, 7, 9),
        tensors: Mapping[str, Any] | None = None,
        opset: int = 17,
        made: Sequence[int | str] | None = None,
    ) -> Path:
        helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            list(nodes),
            "graph",
            [helper.make_tensor_value_info("x", float32, list(shape))],
            [helper.make_tensor_value_info("y", float32, made)],
            [onnx.numpy_helper.from_array(np.asarray(array), name) for name, array in (tensors or {}).items()],
        )
        opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.else", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        path = tmp_path / "model.onnx"
        onnx.save(onnx.shape_inference.infer_shapes(model), str(path))  # a file states the shapes of its outputs
        return path

    return make


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep to itself what the exporters say of their own progress and deprecation."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            warnings.filterwarnings("ignore", category=FutureWarning)
            warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)
            warnings.filterwarnings("ignore", module=r"torch\.onnx.*")
            yield
    finally:
        logging.disable(before)


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Export a model in evaluation with one of PyTorch's two exporters, for any batch, or for one."""

    def write_file(
        model: nn.Module, *shapes: tuple[int, ...], dynamo: bool, any_batch: bool = True, opset: int | None = None
    ) -> Path:
        path = tmp_path / "model.onnx"
        inputs = tuple(torch.randn(2 if any_batch else 1, *shape) for shape in shapes)
        names = [f"input_{place}" for place in range(len(shapes))]
        with quiet():
            if dynamo:
                batch = torch.export.Dim("batch", min=1)
                dims = tuple({0: batch} for _ in shapes) if any_batch else None
                torch.onnx.export(
                    model.eval(), inputs, str(path), dynamo=True, verbose=False, dynamic_shapes=dims, input_names=names,
                    opset_version=opset,
                )  # fmt: skip
            else:
                axes = {name: {0: "batch"} for name in names} if any_batch else None
                torch.onnx.export(
                    model.eval(), inputs, str(path), dynamo=False, input_names=names, dynamic_axes=axes,
                    opset_version=opset,
                )  # fmt: skip
        return path

    return write_file
