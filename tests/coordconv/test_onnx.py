"""ONNX: what is exported, and that onnxruntime computes the same."""

from collections import Counter

import pytest
import torch
from torch import nn

import coordconv
from coordconv import CoordConv2d, fold

onnx = pytest.importorskip("onnx", reason="the exporter writes with onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="it runs what was exported")
pytest.importorskip("onnxscript", reason="the exporter needs it")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

LAYERS = [f"CoordConv{kind}{rank}d" for kind in ("", "Transpose") for rank in (1, 2, 3)]


def export(model, x):
    return torch.onnx.export(model.eval(), (x,), dynamo=True, verbose=False).model_proto


def operations(exported):
    return Counter(node.op_type for node in exported.graph.node)


def run(exported, x, save_optimised=None):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    if save_optimised:
        options.optimized_model_filepath = str(save_optimised)
    session = onnxruntime.InferenceSession(exported.SerializeToString(), options)
    (name,) = [one.name for one in session.get_inputs()]
    return torch.from_numpy(session.run(None, {name: x.numpy()})[0])


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_of_a_fixed_size_is_one_convolution_and_one_addition(random, name, tmp_path):
    kind, rank = getattr(coordconv, name), int(name[-2])
    layer = kind(4, 6, 3, stride=2, padding=1, groups=2, radius=True)
    x = random(2, 4, *(8, 7, 6)[:rank], dtype=torch.float32)
    for model in (fold(layer, x.shape[2:]), layer):
        exported = export(model, x)
        convolution = "ConvTranspose" if layer.transposed else "Conv"
        assert torch.allclose(run(exported, x, tmp_path / "optimised.onnx"), layer(x), atol=1e-5)
        assert operations(onnx.load(tmp_path / "optimised.onnx")) == {convolution: 1, "Add": 1}
        if model is not layer:
            assert operations(exported) == {convolution: 1, "Add": 1}


def test_a_large_unfolded_layer_is_one_convolution_by_the_time_it_runs(random, tmp_path):
    # The exporter computes no large constants; onnxruntime does when it loads the model.
    layer, x = CoordConv2d(3, 64, 7, stride=2, padding=3), random(1, 3, 224, 224, dtype=torch.float32)
    exported = export(layer, x)
    assert operations(exported)["Conv"] == 1
    assert operations(exported)["MatMul"] > 0
    assert torch.allclose(run(exported, x, tmp_path / "optimised.onnx"), layer(x), atol=1e-5)
    assert operations(onnx.load(tmp_path / "optimised.onnx")) == {"Conv": 1, "Add": 1}
    assert operations(export(fold(layer, (224, 224)), x)) == {"Conv": 1, "Add": 1}


def test_a_folded_model_holds_no_more_than_that_a_layer(random):
    model = nn.Sequential(CoordConv2d(3, 8, 3, padding=1), nn.ReLU(), CoordConv2d(8, 4, 1, radius=True))
    x = random(2, 3, 24, 20, dtype=torch.float32)
    exported = export(fold(model, (24, 20)), x)
    assert operations(exported) == {"Conv": 2, "Add": 2, "Relu": 1}
    assert torch.allclose(run(exported, x), model(x), atol=1e-5)
