"""A network of the study, exported as ONNX by `specit export` and extracted again, computes the same."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from specit.export.onnx_file import write_onnx
from specit.extract.onnx import extract_file
from specit.studies import find

from .conftest import kinds

pytest.importorskip("onnxscript", reason="the exporter needs it")
pytestmark = pytest.mark.usefixtures("one_thread")
NETWORKS = [
    # A convolution with coordinates is in the file as a plain one and a map that is added.
    ("coordconv/by_hand", ["CoordConv2d", "ReLU", "Sum", "Linear"], ["Conv2d", "LearnedShift", "ReLU", "Sum", "Linear"]),
    ("coordconv/regression", ["Conv2d", "ReLU", "MaxPool2d"] * 3 + ["Conv2d", "ReLU", "Flatten", "Linear", "ReLU", "Linear"], None),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "layers", "expected"), NETWORKS, ids=[name for name, _, _ in NETWORKS])
def test_a_network_comes_back(tmp_path: Path, spec: str, layers: list[str], expected: list[str] | None) -> None:
    locks = (point.lock for point in find(spec).plan("full"))
    lock = next(lock for lock in locks if [one.name for one in lock.networks["network"].layers][1:] == layers)
    built = write_onnx(lock, "network", 0, tmp_path / "network.onnx")
    found = extract_file(tmp_path / "network.onnx")
    assert found.compared.same
    assert kinds(found.extracted) == (expected or layers)
    x = torch.randn(5, *lock.networks["network"].layers[0].shape, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        ours, theirs = found.extracted.built()(x), built.eval()(x)
    assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-5 * float(theirs.abs().max()))
