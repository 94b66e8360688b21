"""What cannot be extracted from a file is one sentence: which node, why, and what to do."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from specit.errors import SpecItError
from specit.extract.onnx import extract_file, installed

from .conftest import Export, Write, onnx
from .test_nodes import draw, ints, node, one

pytestmark = pytest.mark.usefixtures("one_thread")
APART = "a network of a spec leaves its examples apart"


def refusal(path: Path, *shapes: tuple[int, ...]) -> str:
    with pytest.raises(SpecItError) as raised:
        extract_file(path, *shapes)
    assert "\n" not in str(raised.value)
    return str(raised.value)


NODES = [
    (one("Erf"), 17, "The node 'one' (Erf) is none that a spec has a layer for; extract the parts of the model before and after it, or write this one with other layers."),
    (one("Reshape", ints(7, -1)), 17, f"The node 'one' (Reshape) mixes the batch axis with others; {APART}."),
    (one("Reshape", ints(5, -1)), 17, "The node 'one' (Reshape) cannot give [3, 4, 7, 9] the shape [5, -1]."),
    (one("Transpose", perm=[1, 0, 2, 3]), 17, "The node 'one' (Transpose) cannot be the layer Permute: axis 0 is the batch and stays first"),
    (one("ReduceMean", axes=[0]), 17, "The node 'one' (ReduceMean) mixes the examples of a batch; a network of a spec leaves them apart."),
    (one("Softmax"), 11, "The node 'one' (Softmax) normalises over several axes together, and the layer Softmax over one."),
    (one("Clip", np.float32(0.5)), 17, "The node 'one' (Clip) has one bound; the vocabulary has ReLU (0) and Hardtanh (two bounds)."),
    (one("Conv", draw(4, 4, 3)), 17, "The node 'one' (Conv) is a convolution over 1 axes, and the layers of a spec go over the two of an image."),
    (one("Pad", ints(0, 0, 1, 1, 0, 0, 1, 1), mode="reflect"), 17, "The node 'one' (Pad) pads with something else than zeros, for which there is no layer but a convolution after it."),
    (one("Pad", ints(0, 1, 0, 0, 0, 1, 0, 0)), 17, "The node 'one' (Pad) pads other axes than an image's rows and columns, for which there is no layer."),
    (one("Slice", ints(0), ints(7), ints(2), ints(2)), 17, "The node 'one' (Slice) takes every 2th entry, which the layer Slice does not."),
    (one("Slice", ints(1), ints(2), ints(0)), 17, "The node 'one' (Slice) picks some examples of a batch; a network of a spec treats all alike."),
    (one("Gather", ints(2, 0), axis=1), 17, "The node 'one' (Gather) picks places in an order of its own, which no layer does."),
    (one("Expand", ints(2, 3, 4, 7, 9)), 17, "The node 'one' (Expand) repeats its input, which no layer does; Tile makes images of vectors."),
    (one("Unsqueeze", ints(0)), 17, f"The node 'one' (Unsqueeze) puts an axis before the batch; {APART}."),
    (one("Pow", np.float32(3)), 17, "The node 'one' (Pow) takes a power for which there is no layer; a square is a product, Multiply."),
    (one("Cast", to=11), 17, "The node 'one' (Cast) turns numbers into another type; those of a spec's networks are float32."),
    (one("MatMul", draw(2, 9, 3)), 17, "The node 'one' (MatMul) multiplies with a tensor of 3 axes, and the layer Linear has a matrix."),
    (one("Resize", None, np.array([1, 1, 2, 2], "float32"), mode="linear", coordinate_transformation_mode="asymmetric"), 17, "The node 'one' (Resize) interpolates with the mode linear and centres asymmetric, which the layer Upsample does not."),
    (one("Resize", None, np.array([1, 1, 1.5, 1.5], "float32"), coordinate_transformation_mode="asymmetric", nearest_mode="ceil"), 17, "The node 'one' (Resize) picks the nearest pixels (asymmetric, ceil) as neither nearest nor nearest-exact does."),
    (one("Resize", None, np.array([1, 2, 2, 2], "float32")), 17, "The node 'one' (Resize) resizes other axes than an image's rows and columns, which the layer Upsample does not."),
    (one("Resize", None, np.array([2, 2], "float32"), axes=[2, 3], mode="linear", antialias=1), 18, "interpolates with antialias or exclude_outside, which the layer Upsample does not."),
    (one("BatchNormalization", draw(4), draw(4), draw(4), abs(draw(4)), training_mode=1), 17, "normalises with the batch's own mean: the file was exported for training, not for use."),
    (one("BatchNormalization", draw(3), draw(4), draw(4), abs(draw(4))), 17, "The node 'one' (BatchNormalization) has a weight of 3, and the layer BatchNorm2d one of 4."),
    (one("BatchNormalization", draw(4), draw(4), draw(3), abs(draw(4))), 17, "has other statistics than one for each of 4 channels."),
    (one("Dropout", np.float32(0.5), np.array(True)), 17, "The node 'one' (Dropout) drops numbers in use: the file was exported for training."),
    (one("Add", draw(3, 4, 7, 9)), 17, "The node 'one' (Add) has other numbers for one example than for another, which no layer has."),
    (one("ReduceMax", axes=[1]), 17, "The node 'one' (ReduceMax) takes the largest number over other axes than an image's rows and columns: no layer does."),
    (one("PRelu", draw(7, 1)), 17, "The node 'one' (PRelu) has slopes for other axes than the channels, which PReLU has not."),
    (one("AveragePool", kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 1, 1], count_include_pad=1, ceil_mode=1), 17, "counts padding that is not the same on opposite sides, and rounds up: no layer does."),
]  # fmt: skip


@pytest.mark.parametrize("case", NODES, ids=lambda case: case[0][0].op_type)
def test_a_node_that_is_no_layer(write: Write, case: Any) -> None:
    (made, tensors), opset, words = case
    assert words in refusal(write([made], tensors=tensors, opset=opset, made=["n", "m"]))


def test_a_node_without_a_name_is_told_by_what_it_makes(write: Write) -> None:
    assert refusal(write([node("Erf", ["x"], ["y"])])).startswith("The Erf that makes 'y' is none that a spec has")


def test_an_operator_of_another_domain(write: Write) -> None:
    made = node("Magic", ["x"], ["y"], name="m", domain="com.else")
    assert refusal(write([made], made=["n"])).startswith(
        "The node 'm' (com.else.Magic) is none that a spec has a layer for"
    )


def test_what_leads_to_no_output_is_not_refused(write: Write) -> None:
    path = write([node("Erf", ["x"], ["a"]), node("Relu", ["x"], ["y"])])
    assert [placed.name for placed in extract_file(path).extracted.network.layers] == ["Input", "ReLU"]


def test_the_first_node_that_is_no_layer_is_named(write: Write) -> None:
    nodes = [node("Erf", ["x"], ["a"], name="first"), node("Relu", ["a"], ["b"]), node("Erf", ["b"], ["y"])]
    assert refusal(write(nodes)).startswith("The node 'first' (Erf)")


def test_a_recurrent_network(export: Export) -> None:
    class Last(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn = nn.LSTM(4, 5, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            made: torch.Tensor = self.rnn(x)[0]
            return made

    said = refusal(export(Last(), (3, 4), dynamo=False, any_batch=False))
    assert said.startswith("The node '/rnn/Transpose' (Transpose) cannot be the layer Permute: axis 0 is the batch")


def test_weights_that_come_from_a_layer(write: Write) -> None:
    nodes = [node("Relu", ["x"], ["w"]), node("Conv", ["x", "w"], ["y"], name="c")]
    said = refusal(write(nodes, made=["n", "m", "h", "w"]))
    assert said == "The node 'c' (Conv) takes its weight from another layer's output, so it is no parameter."


def test_an_output_that_is_no_layers(write: Write) -> None:
    said = refusal(write([node("Shape", ["x"], ["s"]), node("Cast", ["s"], ["y"], to=1)]))
    assert said.endswith("model.onnx' returns 'y', which is a tensor of its own and no layer's work.")


@pytest.mark.parametrize(
    ("shape", "given", "words"),
    [
        (["b", 4, "h", "w"], [], "takes 'x' [b, 4, h, w], which leaves sizes open (h, w), and in a spec every size is stated: give them, the batch first, as in --input 'float32[1,3,224,224]'."),
        (["b", 4, "h", "w"], [(3, 8, 8)], "takes 'x' [b, 4, h, w], and --input gives examples of 3 × 8 × 8."),
        (["b", 4, "h", "w"], [(4, 8)], "takes 'x' [b, 4, h, w], and --input gives examples of 4 × 8."),
        (["b", 4], [(4,), (4,)], "takes 1 inputs, 'x' [b, 4], and --input gives 2."),
        ([4], [], "takes 'x' [4]; the first axis is the batch, an example needs one, too, and none is empty."),
        (["b", 0], [], "takes 'x' [b, 0]; the first axis is the batch, an example needs one, too, and none is empty."),
    ],
)  # fmt: skip
def test_sizes(write: Write, shape: list[Any], given: list[tuple[int, ...]], words: str) -> None:
    assert words in refusal(write([node("Relu", ["x"], ["y"])], shape), *given)


def test_sizes_that_are_open_can_be_given(write: Write) -> None:
    found = extract_file(write([node("Relu", ["x"], ["y"])], ["b", 4, "h", "w"]), (4, 5, 6))
    assert (found.sizes.shapes, found.inputs) == (((4, 5, 6),), ["float32[1,4,5,6]"])


def test_an_input_that_is_not_float32(tmp_path: Path) -> None:
    helper, kinds = onnx.helper, onnx.TensorProto
    graph = helper.make_graph(
        [node("Cast", ["ids"], ["y"], to=1)],
        "graph",
        [helper.make_tensor_value_info("ids", kinds.INT64, ["b", 4])],
        [helper.make_tensor_value_info("y", kinds.FLOAT, ["b", 4])],
    )
    onnx.save(helper.make_model(graph, ir_version=8), str(tmp_path / "ids.onnx"))
    assert refusal(tmp_path / "ids.onnx").endswith(
        "takes 'ids' [b, 4], which is not float32 as the inputs of a spec's networks are."
    )


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_what_is_not_installed_is_said(write: Write, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    path, real = write([node("Relu", ["x"], ["y"])]), installed.importlib.import_module

    def missing(name: str) -> Any:
        if name.partition(".")[0] == package:
            raise ModuleNotFoundError(name)
        return real(name)

    monkeypatch.setattr(installed.importlib, "import_module", missing)
    assert refusal(path) == (
        f"An ONNX file is read with the packages onnx and onnxruntime, and {package} cannot be imported: "
        "pip install 'specit-ml[onnx]'."
    )
