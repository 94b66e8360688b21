"""Every layer repeats PyTorch's signature, and computes the shapes PyTorch makes. The oracle is PyTorch itself."""

# ruff: noqa: E501  # tables read better with one case a line
# ruff: noqa: PT017  # either outcome is allowed, so pytest.raises does not fit

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticUndefined
from torch import nn

from specit.errors import SpecItError
from specit.spec.layers import LAYERS, Layer, ShapeError
from specit.spec.layers.convolution import Conv2d, ConvTranspose2d, CoordConv2d
from specit.spec.layers.normalisation import BatchNorm2d
from specit.spec.layers.shape import Crop2d, Flatten, Input, Tile, Unflatten
from specit.spec.load import parse
from specit.spec.model import read
from specit.spec.network import read_network

# PyTorch tells that it copies the input once more for an even kernel.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
FEW = settings(derandomize=True, deadline=None, max_examples=120)
# Arguments younger than the oldest PyTorch we support, with the one value that all versions agree on.
YOUNGER = {"BatchNorm2d": {"bias": True}}
REPEATED = sorted(name for name, layer in LAYERS.items() if layer.torch_name)


def torch_class(layer: type[Layer]) -> type[nn.Module]:
    assert layer.torch_name is not None
    module, _, name = f"torch.nn.{layer.torch_name}".rpartition(".") if "." not in layer.torch_name else (
        layer.torch_name.rpartition(".")
    )  # fmt: skip
    found: type[nn.Module] = getattr(importlib.import_module(module), name)
    return found


def torch_signature(torch_layer: type[nn.Module]) -> dict[str, Any]:
    parameters = inspect.signature(torch_layer).parameters.values()
    found = {p.name: p.default for p in parameters if p.name not in ("device", "dtype")}
    for name, value in YOUNGER.get(torch_layer.__name__, {}).items():
        assert found.pop(name, value) == value
    return found


def differences(layer: type[Layer], torch_layer: type[nn.Module]) -> list[str]:
    """Compare our arguments with PyTorch's: their order, their names and their defaults."""
    theirs = torch_signature(torch_layer)
    ours = {
        name: inspect.Parameter.empty if field.default is PydanticUndefined else field.default
        for name, field in layer.model_fields.items()
    }
    found = [] if list(ours) == list(theirs) else [f"arguments {list(ours)}, in PyTorch {list(theirs)}"]
    for name in ours.keys() & theirs.keys():
        mine, other = ours[name], theirs[name]
        if isinstance(mine, tuple) and isinstance(other, int):  # stated in full: 1 is (1, 1)
            other = (other,) * len(mine)
        if mine != other or isinstance(mine, bool) != isinstance(other, bool):
            found.append(f"{name} = {mine}, in PyTorch {other}")
    return found


@pytest.mark.parametrize("name", REPEATED)
def test_a_layer_repeats_the_signature(name: str) -> None:
    assert differences(LAYERS[name], torch_class(LAYERS[name])) == []


def test_which_layers_repeat_one() -> None:
    """A layer of our own says so by having no torch_name; nothing else may escape the comparison."""
    assert sorted(set(LAYERS) - set(REPEATED)) == ["Crop2d", "Input", "Tile"]
    assert torch_class(LAYERS["Conv2d"]) is nn.Conv2d


def test_the_comparison_bites() -> None:
    class WrongDefault(BatchNorm2d):
        momentum: float | None = 0.9

    class WrongKind(Conv2d):
        bias: int = 1  # type: ignore[assignment]

    class OneMore(Conv2d):
        extra: int = 0

    class Required(Flatten):
        start_dim: int

    assert differences(WrongDefault, nn.BatchNorm2d) == ["momentum = 0.9, in PyTorch 0.1"]
    assert differences(WrongKind, nn.Conv2d) == ["bias = 1, in PyTorch True"]
    assert len(differences(OneMore, nn.Conv2d)) == 1
    assert len(differences(Required, nn.Flatten)) == 1
    assert differences(Conv2d, nn.ConvTranspose2d) != []


def torch_output(module: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Run it. None where PyTorch refuses; the meta device would do, but it lets wrong channels pass."""
    try:
        made = module(torch.zeros(2, *shape))
    except (RuntimeError, IndexError, ValueError, AssertionError):
        return None
    return tuple(made.shape[1:]) if made.numel() else None  # nothing of nothing is a mistake to us


def our_output(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return layer.output(shape)
    except ShapeError as error:
        assert str(error)
        return None


def compare(layer: Layer, module: nn.Module, shape: tuple[int, ...]) -> None:
    assert our_output(layer, shape) == torch_output(module, shape)
    assert layer.parameters() == {name: tuple(tensor.shape) for name, tensor in module.named_parameters()}


sides = st.tuples(st.integers(1, 9), st.integers(1, 9))
kernels = st.tuples(st.integers(1, 4), st.integers(1, 4))
steps = st.tuples(st.integers(1, 3), st.integers(1, 3))
pads = st.tuples(st.integers(0, 3), st.integers(0, 3))


@st.composite
def convolutions(draw: st.DrawFn) -> dict[str, Any]:
    groups = draw(st.integers(1, 3))
    padding = draw(pads | st.sampled_from(["same", "valid"]))
    return {
        "in_channels": groups * draw(st.integers(1, 2)),
        "out_channels": groups * draw(st.integers(1, 2)),
        "kernel_size": draw(kernels),
        "stride": (1, 1) if padding == "same" else draw(steps),
        "padding": padding,
        "dilation": draw(steps),
        "groups": groups,
        "bias": draw(st.booleans()),
        "padding_mode": draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"])),
    }


@FEW
@given(convolutions(), sides, st.integers(0, 5))
def test_conv2d(arguments: dict[str, Any], size: tuple[int, int], wrong: int) -> None:
    channels = arguments["in_channels"] + (1 if wrong == 0 else 0)
    compare(Conv2d(**arguments), nn.Conv2d(**arguments), (channels, *size))


@FEW
@given(convolutions(), sides, st.booleans(), st.sampled_from(["ij", "xy"]), st.sampled_from(["corners", "centers"]))
def test_coordconv2d(arguments: dict[str, Any], size: tuple[int, int], radius: bool, order: Any, anchor: Any) -> None:
    arguments |= {"radius": radius, "order": order, "anchor": anchor, "span": (-1.0, 1.0)}
    module = torch_class(CoordConv2d)(**arguments)
    compare(CoordConv2d(**arguments), module, (arguments["in_channels"], *size))


@FEW
@given(convolutions(), sides, pads, st.integers(0, 5))
def test_conv_transpose2d(arguments: dict[str, Any], size: tuple[int, int], extra: tuple[int, int], wrong: int) -> None:
    arguments |= {"output_padding": extra, "padding_mode": "zeros"}
    if isinstance(arguments["padding"], str):
        arguments["padding"] = (1, 0)
    shape = (arguments["in_channels"] + (1 if wrong == 0 else 0), *size)
    module = nn.ConvTranspose2d(**arguments)
    try:
        layer = ConvTranspose2d(**arguments)
    except ValueError as error:
        assert "output_padding must be smaller" in str(error)
        right = (arguments["in_channels"], 9, 9)
        with pytest.raises(RuntimeError, match="output padding must be smaller"):
            nn.ConvTranspose2d(**arguments)(torch.zeros(1, *right))
        return
    compare(layer, module, shape)


shapes = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


@FEW
@given(shapes, st.integers(1, 5), st.integers(-6, 6))
def test_flatten(shape: tuple[int, ...], start: int, end: int) -> None:
    compare(Flatten(start_dim=start, end_dim=end), nn.Flatten(start, end), shape)


@FEW
@given(shapes, st.integers(1, 4), st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
def test_unflatten(shape: tuple[int, ...], dim: int, sizes: tuple[int, ...]) -> None:
    compare(Unflatten(dim=dim, unflattened_size=sizes), nn.Unflatten(dim, sizes), shape)


def test_unflatten_that_fits() -> None:
    compare(Unflatten(dim=2, unflattened_size=(2, 1, 3)), nn.Unflatten(2, (2, 1, 3)), (5, 6, 2))


@FEW
@given(st.integers(1, 4), st.integers(1, 4), st.booleans(), sides)
def test_batch_norm2d(features: int, channels: int, affine: bool, size: tuple[int, int]) -> None:
    module = nn.BatchNorm2d(features, affine=affine).train()
    compare(BatchNorm2d(num_features=features, affine=affine), module, (channels, *size))


@FEW
@given(st.integers(1, 6), sides)
def test_tile(length: int, size: tuple[int, int]) -> None:
    """Written as the paper's code would: copies in channels, or the vector again and again in one plane."""
    vector = torch.arange(length, dtype=torch.float32)
    channels = vector[:, None, None].repeat(1, *size)
    assert Tile(size=size, into="channels").output((length,)) == tuple(channels.shape)
    times, left = divmod(size[0] * size[1], length)
    plane = our_output(Tile(size=size, into="plane"), (length,))
    assert plane == (None if left else tuple(vector.repeat(times).view(1, *size).shape))


@FEW
@given(shapes, st.tuples(*[st.integers(0, 3)] * 4))
def test_crop2d(shape: tuple[int, ...], cut: tuple[int, int, int, int]) -> None:
    left, right, top, bottom = cut
    made = our_output(Crop2d(left=left, right=right, top=top, bottom=bottom), shape)
    if len(shape) != 3:
        assert made is None
        return
    kept = torch.empty(shape)[:, top : max(shape[1] - bottom, top), left : max(shape[2] - right, left)]
    assert made == (tuple(kept.shape) if kept.numel() else None)


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
        ("Conv2d", "{in_channels: 1, out_channels: 1, kernel_size: 2, stride: 2, padding: same}", "padding: same needs stride 1"),
        ("Conv2d", "{in_channels: 1, out_channels: 1, kernel_size: 2, padding_mode: zero}", "padding_mode: input should be 'zeros', 'reflect'"),
        ("ConvTranspose2d", "{in_channels: 1, out_channels: 1, kernel_size: 2, output_padding: 1}", "output_padding must be smaller than the stride"),
        ("CoordConv2d", "{in_channels: 1, out_channels: 1, kernel_size: 2, order: yx}", "order: input should be 'ij' or 'xy', not 'yx'"),
        ("ReLU", "{in_place: true}", "ReLU has no argument 'in_place'; did you mean 'inplace'?"),
        ("ReLU", "[1]", "ReLU must be a mapping (key: value), not a list"),
    ],
)  # fmt: skip
def test_a_wrong_argument(name: str, arguments: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        read(LAYERS[name], parse(f"\n{arguments}", "net.yaml"), name)
    assert words in raised.value.message
    assert str(raised.value.at) == "net.yaml:2"


def test_a_single_number_is_a_pair() -> None:
    assert Conv2d(in_channels=1, out_channels=1, kernel_size=3) == Conv2d(  # type: ignore[arg-type]
        in_channels=1, out_channels=1, kernel_size=(3, 3)
    )


def test_input() -> None:
    assert Input(shape=(2, 3)).output((2, 3)) == (2, 3)
