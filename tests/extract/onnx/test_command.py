"""`specit extract model.onnx`: the spec on stdout, a summary on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from specit.cli import main
from specit.spec.document import read_spec

from .conftest import Write
from .test_nodes import draw, node

pytestmark = pytest.mark.usefixtures("one_thread")
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["specit", "extract", *map(str, words)])
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return exit_.value.code, out, err

    return run


@pytest.fixture
def model(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    nodes = [
        node("Conv", ["x", "conv.weight"], ["a"], pads=[1, 1, 1, 1]),
        node("GlobalAveragePool", ["a"], ["b"]),
        node("Flatten", ["b"], ["c"]),
        node("Gemm", ["c", "head", "zeros"], ["y"], name="last"),
    ]
    tensors = {"conv.weight": draw(8, 3, 3, 3), "head": draw(8, 5), "zeros": np.zeros(5, "float32")}
    path = write(nodes, ["b", 3, 8, 8], tensors)
    monkeypatch.chdir(path.parent)
    return path


def test_the_spec_is_printed(call: Call, model: Path) -> None:
    code, out, err = call("model.onnx")
    assert code == 0
    assert out.startswith('specit: 1\ntitle: model\nabout: "Extracted from model.onnx for float32[1,3,8,8]."\n')
    assert "      # conv\n" in out
    assert "      # last\n" in out
    assert "5 layers, 261 parameters." in err
    assert "  conv.weight: 216 numbers of mean" in err
    assert "Built again with its weights, it computes the same: outputs differ by" in err
    (model.parent / "read.yaml").write_text(out)
    (point,) = read_spec(model.parent / "read.yaml").plan()
    assert point.lock.parameters == 261


def test_as_json(call: Call, model: Path) -> None:
    found = json.loads(call("model.onnx", "--json")[1])
    assert (found["layers"], found["parameters"], found["same"]) == (5, 261, True)
    assert found["inputs"] == ["float32[1,3,8,8]"]
    assert found["origins"]["layers.4.weight"] == "head"


def test_a_batch_of_one_size(call: Call, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write([node("Relu", ["x"], ["y"])], [1, 4]).parent)
    assert "The file takes batches of 1 alone, so they were compared at that size." in call("model.onnx")[2]


def test_mistakes(call: Call, model: Path, write: Write) -> None:
    assert call("none.onnx")[::2] == (2, "specit: There is no file 'none.onnx'.\n")
    assert call("model.onnx", "--input", "float32[1,3,9,9]")[::2] == (
        2,
        "specit: 'model.onnx' takes 'x' [b, 3, 8, 8], and --input gives examples of 3 × 9 × 9.\n",
    )
    assert call("model.onnx", "--training", "a:b")[2] == (
        "specit: --training goes with a PyTorch model; the parameters of an ONNX file are in no optimiser.\n"
    )
    assert call("module:Model")[2] == (
        "specit: A model does not say what goes into it: give its inputs, as in --input 'float32[1,3,224,224]'.\n"
    )
    write([node("Erf", ["x"], ["y"], name="here")])
    assert call("model.onnx")[::2] == (
        2,
        "specit: The node 'here' (Erf) is none that a spec has a layer for; extract the parts of the model before and "
        "after it, or write this one with other layers.\n",
    )
