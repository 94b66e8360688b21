"""ONNX: the weights are those of the seed, any batch goes through, and a difference would be seen."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
import torch

from specit.errors import SpecItError
from specit.export import onnx_file
from specit.export.onnx_file import largest_difference, write_onnx
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock
from specit.studies import find

from .graphs import GRAPHS

onnx = pytest.importorskip("onnx", reason="the exporter writes with onnx")
pytest.importorskip("onnxruntime", reason="it runs what was exported")
pytest.importorskip("onnxscript", reason="the exporter needs it")

pytestmark = pytest.mark.usefixtures("one_thread")


def lock_of(network: str) -> Lock:
    text = "specit: 1\ntitle: T\narms:\n  only:\n    network:\n" + textwrap.indent(network, "      ")
    (point,) = Spec("one", parse(text)).plan()
    return point.lock


@pytest.mark.parametrize("name", ["residual", "shared", "several"])
def test_onnxruntime_computes_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    built = write_onnx(lock_of(GRAPHS[name]), "network", 1, path)
    difference = largest_difference(built, path)
    assert difference is not None
    assert difference < 1e-5
    with torch.no_grad():
        next(built.parameters()).add_(1)
    assert (largest_difference(built, path) or 0) > 1e-3  # another network is told apart


def test_inputs_and_outputs_keep_their_names(tmp_path: Path) -> None:
    write_onnx(lock_of(GRAPHS["several"]), "network", 1, tmp_path / "several.onnx")
    graph = onnx.load(tmp_path / "several.onnx").graph
    assert [one.name for one in graph.input] == ["one", "class"]
    assert [one.name for one in graph.output] == ["product", "head", "both"]
    assert graph.input[0].type.tensor_type.shape.dim[0].dim_param  # any batch


def test_a_painter_of_the_study(tmp_path: Path) -> None:
    point = find("coordconv/classification").plan(arms=["deconv_small"])[0]
    built = write_onnx(point.lock, "network", 0, tmp_path / "painter.onnx")
    assert (largest_difference(built, tmp_path / "painter.onnx") or 0) < 1e-4


def test_what_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "_is_installed", lambda package: False)
    with pytest.raises(SpecItError, match="ONNX is written with the package onnx, which is not installed"):
        write_onnx(lock_of(GRAPHS["shared"]), "network", 0, tmp_path / "x.onnx")
    assert largest_difference(torch.nn.Identity(), tmp_path / "x.onnx") is None  # type: ignore[arg-type]
