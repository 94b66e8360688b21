"""Nodes made by hand, many of which PyTorch never writes: each is the layers it should be, and computes the same."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .conftest import Check, Write, arguments, kinds, onnx

pytestmark = pytest.mark.usefixtures("one_thread")
RNG = np.random.default_rng(0)
node = onnx.helper.make_node


def draw(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype("float32")


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, "int64")


def one(op: str, *tensors: Any, **attributes: Any) -> tuple[Any, dict[str, Any]]:
    """A node that takes x and then tensors; None is one left out."""
    named = {f"t{place}": array for place, array in enumerate(tensors) if array is not None}
    inputs = ["x", *(f"t{place}" if array is not None else "" for place, array in enumerate(tensors))]
    return node(op, inputs, ["y"], name="one", **attributes), named


KERNEL = draw(6, 4, 3, 3)
WITH_GAPS = {"kernel_shape": [3, 2], "strides": [2, 1], "dilations": [2, 1]}
BIG = {"kernel_shape": [3, 3], "strides": [2, 2]}
NODES: list[tuple[tuple[Any, dict[str, Any]], int, list[str]]] = [
    # convolution
    (one("Conv", KERNEL, draw(6), pads=[1, 2, 1, 2], strides=[2, 1]), 17, ["Conv2d"]),
    (one("Conv", draw(6, 2, 3, 2), group=2, dilations=[2, 1]), 17, ["Conv2d"]),
    (one("Conv", KERNEL, pads=[0, 1, 2, 0]), 17, ["ZeroPad2d", "Conv2d"]),
    (one("Conv", KERNEL, auto_pad="SAME_UPPER", strides=[2, 2]), 17, ["Conv2d"]),
    (one("Conv", draw(6, 4, 2, 4), auto_pad="SAME_UPPER", strides=[2, 2]), 17, ["ZeroPad2d", "Conv2d"]),
    (one("Conv", draw(6, 4, 2, 4), auto_pad="SAME_LOWER", strides=[2, 2]), 17, ["ZeroPad2d", "Conv2d"]),
    (one("Conv", draw(6, 4, 4, 4), auto_pad="SAME_LOWER"), 17, ["ZeroPad2d", "Conv2d"]),
    (one("Conv", KERNEL, auto_pad="VALID"), 17, ["Conv2d"]),
    (one("ConvTranspose", draw(4, 3, 3, 2), draw(6), group=2, strides=[2, 3], pads=[1, 0, 1, 0], output_padding=[1, 2]), 17, ["ConvTranspose2d"]),
    (one("ConvTranspose", draw(4, 3, 3, 3), strides=[2, 2], pads=[0, 1, 1, 0]), 17, ["ConvTranspose2d", "Crop2d"]),
    (one("ConvTranspose", draw(4, 3, 3, 3), strides=[2, 2], auto_pad="SAME_UPPER"), 17, ["ConvTranspose2d", "Crop2d"]),
    (one("ConvTranspose", draw(4, 3, 3, 3), strides=[2, 2], auto_pad="SAME_LOWER"), 17, ["ConvTranspose2d", "Crop2d"]),
    (one("ConvTranspose", draw(4, 3, 3, 3), strides=[2, 2], output_shape=[14, 18]), 17, ["ConvTranspose2d", "Crop2d"]),
    # pooling
    (one("MaxPool", **WITH_GAPS), 17, ["MaxPool2d"]),
    (one("MaxPool", **BIG, ceil_mode=1, pads=[1, 1, 1, 1]), 17, ["MaxPool2d"]),
    (one("MaxPool", **BIG, auto_pad="SAME_UPPER"), 17, ["MaxPool2d"]),
    (one("MaxPool", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER"), 17, ["MaxPool2d"]),
    (one("MaxPool", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_LOWER"), 17, ["MaxPool2d"]),
    (one("MaxPool", kernel_shape=[2, 2], strides=[1, 1], auto_pad="SAME_LOWER"), 17, ["MaxPool2d", "Crop2d"]),
    (one("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1]), 17, ["MaxPool2d"]),
    (one("MaxPool", kernel_shape=[2, 3], strides=[1, 2], pads=[1, 0, 0, 1]), 17, ["MaxPool2d", "Crop2d"]),
    (one("AveragePool", **BIG, pads=[1, 1, 1, 1]), 17, ["AvgPool2d"]),
    (one("AveragePool", **BIG, pads=[1, 1, 1, 1], count_include_pad=1), 17, ["AvgPool2d"]),
    (one("AveragePool", **BIG, pads=[0, 1, 1, 0], count_include_pad=1), 17, ["ZeroPad2d", "AvgPool2d"]),
    (one("AveragePool", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER"), 17, ["AvgPool2d"]),
    (one("AveragePool", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_LOWER"), 17, ["AvgPool2d"]),
    (one("AveragePool", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1), 17, ["AvgPool2d"]),
    (one("GlobalAveragePool"), 17, ["AdaptiveAvgPool2d"]),
    (one("GlobalMaxPool"), 17, ["AdaptiveMaxPool2d"]),
    (one("ReduceMax", axes=[2, 3], keepdims=0), 17, ["AdaptiveMaxPool2d", "Flatten"]),
    # normalisation
    (one("BatchNormalization", draw(4), draw(4), draw(4), abs(draw(4)), epsilon=1e-3, momentum=0.99), 17, ["BatchNorm2d"]),
    (one("InstanceNormalization", draw(4), draw(4), epsilon=1e-3), 17, ["InstanceNorm2d"]),
    (one("InstanceNormalization", np.ones(4, "float32"), np.zeros(4, "float32")), 17, ["InstanceNorm2d"]),
    (one("LayerNormalization", draw(7, 9), draw(7, 9), axis=2, epsilon=1e-3), 17, ["LayerNorm"]),
    (one("LayerNormalization", draw(9)), 17, ["LayerNorm"]),
    # activation
    (one("Relu"), 17, ["ReLU"]),
    (one("LeakyRelu", alpha=0.2), 17, ["LeakyReLU"]),
    (one("LeakyRelu"), 17, ["LeakyReLU"]),
    (one("PRelu", draw(4, 1, 1)), 17, ["PReLU"]),
    (one("PRelu", draw(1)), 17, ["PReLU"]),
    (one("Elu", alpha=0.5), 17, ["ELU"]),
    (one("Gelu"), 20, ["GELU"]),
    (one("Gelu", approximate="tanh"), 20, ["GELU"]),
    (one("Sigmoid"), 17, ["Sigmoid"]),
    (one("Tanh"), 17, ["Tanh"]),
    (one("Sin"), 17, ["Sin"]),
    (one("HardSigmoid", alpha=1 / 6), 17, ["Hardsigmoid"]),
    (one("HardSigmoid"), 17, ["Scale", "Shift", "Hardtanh"]),
    (one("HardSwish"), 17, ["Hardswish"]),
    (one("Softmax", axis=1), 17, ["Softmax"]),
    (one("Softmax", axis=3), 11, ["Softmax"]),
    (one("Clip", np.float32(0), np.float32(6)), 17, ["ReLU6"]),
    (one("Clip", min=-0.5, max=0.25), 6, ["Hardtanh"]),
    (one("Clip", np.float32(0)), 17, ["ReLU"]),
    (one("Dropout", np.float32(0.3)), 17, ["Dropout"]),
    (one("Dropout", ratio=0.3), 11, ["Dropout"]),
    # arithmetic
    (one("Add", np.float32(0.5)), 17, ["Shift"]),
    (one("Add", draw(4, 1, 1)), 17, ["LearnedShift"]),
    (one("Add", draw(1, 4, 7, 9)), 17, ["LearnedShift"]),
    (one("Sub", draw(1, 4, 1, 1)), 17, ["LearnedShift"]),
    (one("Sub", np.float32(0.5)), 17, ["Shift"]),
    (one("Mul", draw(4, 1, 1)), 17, ["LearnedScale"]),
    (one("Mul", np.float32(2)), 17, ["Scale"]),
    (one("Div", np.float32(2)), 17, ["Scale"]),
    (one("Div", 1 + abs(draw(4, 1, 1))), 17, ["LearnedScale"]),
    (one("Neg"), 17, ["Scale"]),
    (one("Pow", np.float32(2)), 17, ["Multiply"]),
    (one("ReduceMean", axes=[2, 3], keepdims=0), 17, ["Mean"]),
    (one("ReduceMean", ints(-1, -2)), 18, ["AdaptiveAvgPool2d"]),
    (one("ReduceSum", ints(1)), 17, ["Sum", "Unflatten"]),
    (one("ReduceSum", axes=[2], keepdims=0), 11, ["Sum"]),
    # shape
    (one("Reshape", ints(0, -1)), 17, ["Flatten"]),
    (one("Reshape", ints(-1, 2, 2, 63)), 17, ["Flatten", "Unflatten"]),
    (one("Flatten"), 17, ["Flatten"]),
    (one("Unsqueeze", ints(2)), 17, ["Unflatten"]),
    (one("Unsqueeze", axes=[-1]), 11, ["Unflatten"]),
    (one("Transpose", perm=[0, 2, 3, 1]), 17, ["Permute"]),
    (one("Slice", ints(1, -3), ints(3, 2**62), ints(1, 3)), 17, ["Slice", "Slice"]),
    (one("Slice", starts=[1], ends=[3], axes=[2]), 9, ["Slice"]),
    (one("Gather", np.array(2), axis=1), 17, ["Slice", "Flatten"]),
    (one("Gather", ints(1, 2), axis=1), 17, ["Slice"]),
    (one("Identity"), 17, []),
    (one("Cast", to=1), 17, []),
    (one("Expand", ints(1, 4, 7, 9)), 17, []),
    # resize
    (one("Pad", ints(0, 0, 1, 2, 0, 0, 3, 0)), 17, ["ZeroPad2d"]),
    (one("Pad", pads=[0, 0, 0, 1, 0, 0, -1, 0]), 10, ["Crop2d", "ZeroPad2d"]),
    (one("Pad", ints(1, 2), None, ints(3)), 18, ["ZeroPad2d"]),
    (one("Resize", None, np.array([1, 1, 2, 3], "float32"), mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"), 17, ["Upsample"]),
    (one("Resize", None, np.array([1, 1, 2, 2], "float32")), 17, ["Upsample"]),
    (one("Resize", None, np.array([1, 1, 3, 3], "float32"), nearest_mode="round_prefer_ceil"), 17, ["Upsample"]),
    (one("Resize", None, None, ints(2, 4, 12, 13), mode="nearest", nearest_mode="round_prefer_ceil"), 17, ["Upsample"]),
    (one("Resize", None, np.array([2, 2], "float32"), axes=[2, 3], mode="linear"), 18, ["Upsample"]),
    (one("Resize", None, np.array([1, 1, 2, 2], "float32"), mode="linear", coordinate_transformation_mode="align_corners"), 17, ["Upsample"]),
    (one("Resize", None, np.array([1, 1, 2, 2], "float32"), mode="linear", coordinate_transformation_mode="pytorch_half_pixel"), 17, ["Upsample"]),
    (one("Resize", None, np.array([1, 1, 2, 2], "float32"), mode="cubic"), 17, ["Upsample"]),
    (one("Upsample", np.array([1, 1, 2, 2], "float32")), 9, ["Upsample"]),
]  # fmt: skip


@pytest.mark.parametrize("case", NODES, ids=lambda case: f"{case[0][0].op_type}-{'-'.join(case[2])}")
def test_a_node(same: Check, write: Write, case: Any) -> None:
    (made, tensors), opset, expected = case
    batch = 2 if made.op_type == "Resize" and "t2" in tensors else 4  # a size that is written out has a batch
    extracted = same(write([made], [batch if batch == 2 else "batch", 4, 7, 9], tensors, opset), batch=batch)
    assert kinds(extracted) == expected


def test_momentum_is_pytorchs_and_epsilon_as_written(same: Check, write: Write) -> None:
    made, tensors = one("BatchNormalization", *(abs(draw(4)) for _ in range(4)), epsilon=1e-3, momentum=0.99)
    (found,) = arguments(same(write([made], tensors=tensors)), "BatchNorm2d")
    assert (found["eps"], found["momentum"]) == (0.001, 0.01)


def test_group_normalization(same: Check, write: Write) -> None:
    made, tensors = one("GroupNormalization", draw(4), draw(4), num_groups=2, epsilon=1e-3)
    extracted = same(write([made], tensors=tensors, opset=21, made=["batch", 4, 7, 9]))
    assert arguments(extracted, "GroupNorm") == [{"num_groups": 2, "num_channels": 4, "eps": 0.001, "affine": True}]


@pytest.mark.parametrize(
    ("mode", "where", "nearest", "said"),
    [
        ("nearest", "asymmetric", "floor", "nearest"),
        ("nearest", "half_pixel", "round_prefer_ceil", "nearest-exact"),
        ("linear", "half_pixel", "floor", "bilinear"),
    ],
)
def test_how_pixels_are_interpolated(same: Check, write: Write, mode: str, where: str, nearest: str, said: str) -> None:
    made, tensors = one(
        "Resize", None, None, ints(2, 4, 12, 13), mode=mode, coordinate_transformation_mode=where, nearest_mode=nearest
    )
    (found,) = arguments(same(write([made], [2, 4, 7, 9], tensors), batch=2), "Upsample")
    assert (found["mode"], found["size"]) == (said, (12, 13))


@pytest.mark.parametrize("factors", [{}, {"alpha": 0.5, "beta": 2.0}])
@pytest.mark.parametrize("transposed", [0, 1])
@pytest.mark.parametrize("bias", [(5,), (1, 5), (1,), None])
def test_gemm(
    same: Check, write: Write, factors: dict[str, float], transposed: int, bias: tuple[int, ...] | None
) -> None:
    weight = draw(5, 6) if transposed else draw(6, 5)
    made, tensors = one("Gemm", weight, *([draw(*bias)] if bias else []), transB=transposed, **factors)
    extracted = same(write([made], ["batch", 6], tensors))
    assert arguments(extracted, "Linear") == [{"in_features": 6, "out_features": 5, "bias": bias is not None}]
    assert extracted.origins["layers.1.weight"] == "t0"


def test_a_product_and_a_sum_are_one_linear_layer(same: Check, write: Write) -> None:
    nodes = [node("MatMul", ["x", "w"], ["product"]), node("Add", ["b", "product"], ["y"])]
    extracted = same(write(nodes, ["batch", 3, 6], {"w": draw(6, 5), "b": draw(5)}))
    assert arguments(extracted, "Linear") == [{"in_features": 6, "out_features": 5, "bias": True}]


def test_branches_are_a_residual(same: Check, write: Write) -> None:
    nodes = [
        node("Conv", ["x", "w"], ["a"], pads=[1, 1, 1, 1]),
        node("Sigmoid", ["a"], ["b"]),
        node("Add", ["x", "b"], ["y"]),
    ]
    extracted = same(write(nodes, tensors={"w": draw(4, 4, 3, 3)}))
    assert kinds(extracted) == ["Conv2d", "Sigmoid", "Add"]
    assert "- residual:" in extracted.yaml("T")


def test_parts_and_their_joins(same: Check, write: Write) -> None:
    nodes = [
        node("Split", ["x", "sizes"], ["a", "b"], axis=1),
        node("Relu", ["a"], ["c"]),
        node("Concat", ["c", "b", "x"], ["d"], axis=1),
        node("Sum", ["d", "d", "d"], ["y"]),
    ]
    assert kinds(same(write(nodes, tensors={"sizes": ints(1, 3)}))) == [
        "Slice",
        "Slice",
        "ReLU",
        "Concatenate",
        "Add",
        "Add",
    ]


def test_weights_held_by_two_layers_are_shared_and_equal_ones_are_not(same: Check, write: Write) -> None:
    nodes = [
        node("Conv", ["x", "w", "zeros"], ["a"]),
        node("InstanceNormalization", ["a", "s", "zeros"], ["b"]),
        node("Conv", ["b", "w", "zeros"], ["c"]),
        node("BatchNormalization", ["c", "ones", "zeros", "zeros", "ones"], ["d"]),
        node("BatchNormalization", ["d", "ones", "zeros", "zeros", "ones"], ["y"]),
    ]
    tensors = {"w": draw(4, 4, 1, 1), "s": draw(4), "ones": np.ones(4, "float32"), "zeros": np.zeros(4, "float32")}
    layers = same(write(nodes, tensors=tensors)).network.layers
    assert [placed.shares for placed in layers] == [None, None, None, 1, None, None]


def test_a_shape_that_is_computed(same: Check, write: Write) -> None:
    """As x.view(x.size(0), x.size(1) * 7, -1) is exported: Shape, Gather, Mul, Unsqueeze, Concat, Reshape."""
    nodes = [
        node("Shape", ["x"], ["shape"]),
        node("Gather", ["shape", "zero"], ["batch_"]),
        node("Gather", ["shape", "first"], ["channels"]),
        node("Mul", ["channels", "seven"], ["product"]),
        node("Unsqueeze", ["batch_", "axes"], ["a"]),
        node("Unsqueeze", ["product", "axes"], ["b"]),
        node("Constant", [], ["c"], value_ints=[-1]),
        node("Concat", ["a", "b", "c"], ["to"], axis=0),
        node("Reshape", ["x", "to"], ["y"]),
    ]
    tensors = {"zero": np.array(0), "first": np.array(1), "seven": np.array(7), "axes": ints(0)}
    assert kinds(same(write(nodes, tensors=tensors))) == ["Flatten"]


@pytest.mark.parametrize(("order", "span"), [("ij", (-1.0, 1.0)), ("xy", (0.0, 1.0))])
@pytest.mark.parametrize("anchor", ["corners", "centers"])
def test_coordinates_are_recognised(
    same: Check, write: Write, order: str, span: tuple[float, float], anchor: str
) -> None:
    from coordconv import coordinate_grid

    grid = coordinate_grid((7, 9), order=order, span=span, anchor=anchor, radius=True).numpy()[None]  # type: ignore[arg-type]
    nodes = [
        node("Shape", ["x"], ["batch_"], start=0, end=1),
        node("Concat", ["batch_", "rest"], ["to"], axis=0),
        node("Expand", ["grid", "to"], ["maps"]),
        node("Concat", ["x", "maps"], ["y"], axis=1),
    ]
    extracted = same(write(nodes, tensors={"grid": grid, "rest": ints(3, 7, 9)}))
    (found,) = arguments(extracted, "AddCoords")
    assert found == {"radius": True, "order": order, "span": pytest.approx(span, abs=1e-6), "anchor": anchor}


def test_a_map_that_is_joined_is_learned(same: Check, write: Write) -> None:
    extracted = same(
        write([node("Concat", ["x", "map"], ["y"], axis=1)], [2, 4, 7, 9], {"map": np.stack([draw(3, 7, 9)] * 2)}),
        batch=2,
    )
    assert kinds(extracted) == ["PositionEmbedding2d"]


@pytest.mark.parametrize("how", ["Expand", "Tile"])
def test_a_vector_on_a_canvas(same: Check, write: Write, how: str) -> None:
    nodes = [node("Unsqueeze", ["x", "axes"], ["image"]), node(how, ["image", "to"], ["y"])]
    extracted = same(write(nodes, ["batch", 3], {"axes": ints(2, 3), "to": ints(1, 1, 5, 6)}))
    assert kinds(extracted) == ["Tile"]
