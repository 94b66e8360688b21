"""What a spec says wrongly of a layer is answered in one sentence, with the layer's number and line."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import pytest

from specit.errors import SpecItError
from specit.spec.layers import LAYERS
from specit.spec.load import parse
from specit.spec.model import read
from specit.spec.network import read_network

IMAGE = "- Input: {shape: [2]}\n- Tile: {size: [3, 4], into: channels}\n"
LOCAL = "in_channels: 2, out_channels: 1, padding: 0, bias: false"


@pytest.mark.parametrize(
    ("layers", "line", "words"),
    [
        ("- Input: {shape: [3]}", 1, "Input (layer 0) states an input of 3, but the data give 2."),
        (
            "- Input: {shape: [2]}\n- Unflatten: {dim: 1, unflattened_size: [3, 1]}",
            2,
            "Unflatten (layer 1) cannot unfold axis 1 of 2 into 3 × 1.",
        ),
        (
            "- Input: {shape: [2]}\n- Tile: {size: [4, 5], into: channels}\n\n"
            "- Conv2d: {in_channels: 3, out_channels: 1, kernel_size: 1}",
            4,
            "Conv2d (layer 2) expected 3 input channels, but gets 2 in an input of 2 × 4 × 5.",
        ),
        (
            "- Input: {shape: [2]}\n- Tile: {size: [4, 5], into: channels}\n"
            "- CoordConv2d: {in_channels: 4, out_channels: 1, kernel_size: 1}",
            3,
            "CoordConv2d (layer 2) expected 4 input channels, but gets 2",
        ),
        (
            "- Input: {shape: [2]}\n- Tile: {size: [4, 5], into: channels}\n"
            "- Conv2d: {in_channels: 2, out_channels: 1, kernel_size: [5, 1]}",
            3,
            "Conv2d (layer 2) the kernel 5 × 1 is larger than its padded input 4 × 5.",
        ),
        (
            "- Input: {shape: [2]}\n- Tile: {size: [3, 3], into: plane}",
            2,
            "Tile (layer 1) 2 numbers do not fill a plane of 3 × 3 evenly.",
        ),
        ("- Input: {shape: [2]}\n- BatchNorm2d: {num_features: 2}", 2, "BatchNorm2d (layer 1) expected an image (C, H, W)"),
        ("- Input: {shape: [2]}\n- ReLU\n- Flatten: {end_dim: 3}", 3, "Flatten (layer 2) has no axes 1 to 3 to flatten in 2."),
        ("- Input: {shape: [2]}\n- Linear: {in_features: 3, out_features: 1}", 2, "Linear (layer 1) expected 3 numbers along the last axis, but gets 2."),
        ("- Input: {shape: [2]}\n- MaxPool2d: {kernel_size: 2}", 2, "MaxPool2d (layer 1) expected an image (C, H, W), but gets a shape of 1 axes, 2."),
        (f"{IMAGE}- MaxPool2d: {{kernel_size: [5, 1]}}", 3, "MaxPool2d (layer 2) the kernel 5 × 1 is larger than its padded input 3 × 4."),
        (f"{IMAGE}- AvgPool2d: {{kernel_size: [1, 5]}}", 3, "AvgPool2d (layer 2) the kernel 1 × 5 is larger than its padded input 3 × 4."),
        (f"{IMAGE}- Softmax: {{dim: 4}}", 3, "Softmax (layer 2) has no axis 4 to normalise over in 2 × 3 × 4."),
        (f"{IMAGE}- Softmax: {{dim: -4}}", 3, "Softmax (layer 2) has no axis -4 to normalise over in 2 × 3 × 4."),
        (f"{IMAGE}- Sum: {{dim: [2, 4]}}", 3, "Sum (layer 2) has no axis 4 to sum over in 2 × 3 × 4."),
        (f"{IMAGE}- Upsample: {{scale_factor: [2, 0.2]}}", 3, "Upsample (layer 2) the factors 2.0 × 0.2 leave nothing of 2 × 3 × 4."),
        ("- Input: {shape: [2]}\n- AddCoords", 2, "AddCoords (layer 1) expected channels and one to three spatial axes, but gets 2."),
        (f"{IMAGE}- PositionEmbedding2d: {{channels: 3, size: [3, 4], combine: add}}", 3, "PositionEmbedding2d (layer 2) expected 3 input channels, but gets 2"),
        (f"{IMAGE}- PositionEmbedding2d: {{channels: 3, size: [4, 3], combine: concatenate}}", 3, "PositionEmbedding2d (layer 2) has a map of 4 × 3, but gets an input of 2 × 3 × 4."),
        (f"{IMAGE}- FourierFeatures: {{frequencies: 1}}", 3, "FourierFeatures (layer 2) expected a vector, but gets 2 × 3 × 4."),
        (f"{IMAGE}- LocallyConnected2d: {{{LOCAL}, size: 5, kernel_size: 3}}", 3, "LocallyConnected2d (layer 2) has kernels for images of 5 × 5, but gets an input of 2 × 3 × 4."),
        (
            "- Input: {shape: [2]}\n- Tile: {size: [3, 4], into: channels}\n"
            "- Crop2d: {left: 2, right: 2, top: 0, bottom: 0}",
            3,
            "Crop2d (layer 2) cropping leaves nothing of 2 × 3 × 4.",
        ),
    ],
)  # fmt: skip
def test_a_shape_that_clashes_is_named_with_layer_number_and_line(layers: str, line: int, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        read_network(parse(layers, "net.yaml"), {}, (2,))
    assert words in raised.value.message
    assert str(raised.value.at) == f"net.yaml:{line}"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("Conv2d", "{out_channels: 1, kernel_size: 1}", "Conv2d needs the argument 'in_channels', which is missing"),
        ("Conv2d", "{in_channel: 1}", "Conv2d has no argument 'in_channel'; did you mean 'in_channels'"),
        ("Conv2d", "{in_channels: 1.0, out_channels: 1, kernel_size: 1}", "in_channels: input should be a valid integer, not 1.0"),
        ("Conv2d", "{in_channels: 0, out_channels: 1, kernel_size: 1}", "in_channels: input should be greater than or equal to 1, not 0"),
        ("Conv2d", "{in_channels: 1, out_channels: 1, kernel_size: [3]}", "kernel_size: the list is too short, it has only 1"),
        ("Conv2d", "{in_channels: 1, out_channels: 1, kernel_size: [3, 3, 3]}", "kernel_size: list should have at most 2 items, not 3"),
        ("Conv2d", "{in_channels: 1, out_channels: 1, kernel_size: 3, bias: 1}", "bias: input should be a valid boolean, not 1"),
        ("Conv2d", "{in_channels: 3, out_channels: 2, kernel_size: 1, groups: 2}", "groups (2) must divide in_channels (3)"),
        ("Conv2d", "{in_channels: 1, out_channels: 1, kernel_size: 2, padding_mode: zero}", "padding_mode: input should be 'zeros', 'reflect'"),
        ("ConvTranspose2d", "{in_channels: 1, out_channels: 1, kernel_size: 2, output_padding: 1}", "output_padding must be smaller than the stride"),
        ("CoordConv2d", "{in_channels: 1, out_channels: 1, kernel_size: 2, order: yx}", "order: input should be 'ij' or 'xy', not 'yx'"),
        ("MaxPool2d", "{kernel_size: [2, 3], padding: [1, 2]}", "the padding 1 × 2 must be at most half of the kernel 2 × 3"),
        ("AvgPool2d", "{kernel_size: 1, padding: 1}", "the padding 1 × 1 must be at most half of the kernel 1 × 1"),
        ("MaxPool2d", "{kernel_size: 2, return_indices: true}", "return_indices: input should be False, not True"),
        ("AdaptiveMaxPool2d", "{output_size: 0}", "output_size: input should be greater than or equal to 1, not 0"),
        ("Softmax", "{}", "Softmax needs the argument 'dim', which is missing"),
        ("Softmax", "{dim: 0}", "Softmax: dim: axis 0 is the batch; the axes of an example begin with 1."),
        ("Sum", "{dim: []}", "Sum: dim: list should have at least 1 item"),
        ("Sum", "{dim: [2, 3, 2]}", "Sum: dim: an axis is summed over once, but [2, 3, 2] names one twice."),
        ("Sum", "{dim: 0}", "dim: input should be greater than or equal to 1, not 0"),
        ("Upsample", "{}", "Upsample: state either size or scale_factor."),
        ("Upsample", "{size: 4, scale_factor: 2}", "Upsample: state either size or scale_factor."),
        ("Upsample", "{size: 4, align_corners: false}", "align_corners is for the modes bilinear and bicubic, not for nearest"),
        ("Upsample", "{size: 4, recompute_scale_factor: true}", "recompute_scale_factor goes with scale_factor, not with size"),
        ("Upsample", "{scale_factor: 0}", "scale_factor: input should be greater than 0, not 0"),
        ("ZeroPad2d", "{padding: [1, 1, 1]}", "ZeroPad2d: padding: the list is too short, it has only 3."),
        ("AddCoords", "{span: [1, -1]}", "AddCoords: span: the smallest coordinate comes first, then the largest, unlike in [1.0, -1.0]."),
        ("CoordConvTranspose2d", "{in_channels: 1, out_channels: 1, kernel_size: 1, anchor: centres}", "anchor: input should be 'corners' or 'centers', not 'centres'"),
        ("SoftArgmax2d", "{temperature: 0, span: [-1, 1], anchor: corners}", "temperature: input should be greater than 0, not 0"),
        ("FourierFeatures", "{frequencies: 25}", "frequencies: input should be less than or equal to 24, not 25"),
        ("FourierFeatures2d", "{frequencies: 2, anchor: corners}", "FourierFeatures2d needs the argument 'span', which is missing"),
        ("PositionEmbedding2d", "{channels: 2, size: 3, combine: sum}", "combine: input should be 'concatenate' or 'add', not 'sum'"),
        ("LocallyConnected2d", f"{{{LOCAL}, size: [3, 9], kernel_size: 4}}", "LocallyConnected2d: the kernel 4 × 4 is larger than its padded input 3 × 9."),
        ("ReLU", "{in_place: true}", "ReLU has no argument 'in_place'; did you mean 'inplace'?"),
        ("ReLU", "[1]", "ReLU must be a mapping (key: value), not a list"),
    ],
)  # fmt: skip
def test_a_wrong_argument(name: str, arguments: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        read(LAYERS[name], parse(f"\n{arguments}", "net.yaml"), name)
    assert words in raised.value.message
    assert str(raised.value.at) == "net.yaml:2"
