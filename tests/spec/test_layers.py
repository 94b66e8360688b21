"""Every layer repeats PyTorch's signature, and computes the shapes PyTorch makes. The oracle is PyTorch itself."""

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

from specit.spec.layers import LAYERS, Layer, ShapeError
from specit.spec.layers.activation import Softmax
from specit.spec.layers.convolution import Conv2d, ConvTranspose2d, CoordConv2d, CoordConvTranspose2d
from specit.spec.layers.coordinates import AddCoords
from specit.spec.layers.linear import Linear
from specit.spec.layers.normalisation import BatchNorm2d
from specit.spec.layers.pooling import AvgPool2d, MaxPool2d
from specit.spec.layers.resize import Upsample, ZeroPad2d
from specit.spec.layers.shape import Crop2d, Flatten, Input, Tile, Unflatten

# PyTorch tells that it copies the input once more for an even kernel.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
FEW = settings(derandomize=True, deadline=None, max_examples=120)
# Arguments younger than the oldest PyTorch we support, with the one value that all versions agree on.
YOUNGER = {name: {"bias": True} for name in ("BatchNorm1d", "BatchNorm2d", "GroupNorm", "InstanceNorm2d")}
# Arguments that PyTorch has given other names and keeps for old code.
RENAMED = {"Hardtanh": ["min_value", "max_value"]}
# Arguments that PyTorch guesses when they are left out, and a spec must state.
DEMANDED = {"Softmax": ["dim"]}
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
    anything = (
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    )  # nn.Sigmoid declares so, and takes none
    found = {p.name: p.default for p in parameters if p.name not in ("device", "dtype") and p.kind not in anything}
    for name, value in YOUNGER.get(torch_layer.__name__, {}).items():
        assert found.pop(name, value) == value
    for name in RENAMED.get(torch_layer.__name__, []):
        assert found.pop(name) is None
    for name in DEMANDED.get(torch_layer.__name__, []):
        assert found[name] is None
        found[name] = inspect.Parameter.empty
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
    assert sorted(set(LAYERS) - set(REPEATED)) == [
        "Add",
        "Concatenate",
        "Crop2d",
        "FourierFeatures",
        "FourierFeatures2d",
        "Gaussian",
        "Input",
        "LearnedScale",
        "LearnedShift",
        "LocallyConnected2d",
        "Mean",
        "Multiply",
        "Permute",
        "PositionEmbedding2d",
        "Scale",
        "Shift",
        "Sin",
        "Slice",
        "SoftArgmax2d",
        "Sum",
        "Tile",
    ]
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

    class Guessed(Softmax):
        dim: int | None = None  # type: ignore[assignment]

    assert len(differences(Guessed, nn.Softmax)) == 1
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


TRANSPOSED = [
    (ConvTranspose2d, {}),
    (CoordConvTranspose2d, {"radius": True}),
    (CoordConvTranspose2d, {"radius": False}),
]


@pytest.mark.parametrize(("layer_class", "more"), TRANSPOSED)
@FEW
@given(arguments=convolutions(), size=sides, extra=pads, wrong=st.integers(0, 5))
def test_transposed_convolutions(
    layer_class: type[Layer],
    more: dict[str, Any],
    arguments: dict[str, Any],
    size: tuple[int, int],
    extra: tuple[int, int],
    wrong: int,
) -> None:
    arguments = arguments | {"output_padding": extra, "padding_mode": "zeros"} | more
    if isinstance(arguments["padding"], str):
        arguments["padding"] = (1, 0)
    shape = (arguments["in_channels"] + (1 if wrong == 0 else 0), *size)
    module = torch_class(layer_class)(**arguments)
    try:
        layer = layer_class(**arguments)
    except ValueError as error:
        assert "output_padding must be smaller" in str(error)
        right = (arguments["in_channels"], 9, 9)
        with pytest.raises(RuntimeError, match="output padding must be smaller"):
            module(torch.zeros(1, *right))
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


images = st.tuples(st.integers(1, 3), *[st.integers(1, 9)] * 2) | shapes


def compare_on_images(layer: Layer, module: nn.Module, shape: tuple[int, ...]) -> None:
    """PyTorch takes other shapes, too, and may take an example's first axis for the channels; we take (C, H, W)."""
    if len(shape) == 3:
        compare(layer, module, shape)
    else:
        assert our_output(layer, shape) is None


def compare_pools(layer_class: type[Layer], arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    module = torch_class(layer_class)(**arguments)
    try:
        layer = layer_class(**arguments)
    except ValueError as error:
        assert "must be at most half of the kernel" in str(error)
        with pytest.raises(RuntimeError, match="pad should be"):
            module(torch.zeros(1, 1, 50, 50))
        return
    compare_on_images(layer, module, shape)


@FEW
@given(kernels, st.none() | steps, pads, steps, st.booleans(), images)
def test_max_pool2d(kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool, shape: tuple[int, ...]) -> None:
    arguments = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil}
    compare_pools(MaxPool2d, arguments, shape)


@FEW
@given(kernels, st.none() | steps, pads, st.booleans(), images)
def test_avg_pool2d(kernel: Any, stride: Any, padding: Any, ceil: bool, shape: tuple[int, ...]) -> None:
    compare_pools(AvgPool2d, {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil}, shape)


@pytest.mark.parametrize("name", ["AdaptiveAvgPool2d", "AdaptiveMaxPool2d"])
@FEW
@given(size=sides, shape=images)
def test_adaptive_pools(name: str, size: tuple[int, int], shape: tuple[int, ...]) -> None:
    compare_on_images(LAYERS[name](output_size=size), torch_class(LAYERS[name])(size), shape)


@FEW
@given(st.integers(1, 4), st.integers(1, 4), st.booleans(), shapes)
def test_linear(inputs: int, outputs: int, bias: bool, shape: tuple[int, ...]) -> None:
    layer = Linear(in_features=inputs, out_features=outputs, bias=bias)
    compare(layer, nn.Linear(inputs, outputs, bias), shape)


@pytest.mark.parametrize("name", ["Identity", "LeakyReLU", "ReLU", "Sigmoid", "Tanh"])
@FEW
@given(shape=shapes)
def test_activations(name: str, shape: tuple[int, ...]) -> None:
    compare(LAYERS[name](), torch_class(LAYERS[name])(), shape)


@FEW
@given(shapes, st.integers(-6, 6).filter(bool))
def test_softmax(shape: tuple[int, ...], dim: int) -> None:
    if dim == -1 - len(shape):  # counted from the end, PyTorch's axis of the batch
        assert our_output(Softmax(dim=dim), shape) is None
    else:
        compare(Softmax(dim=dim), nn.Softmax(dim), shape)


factors = st.floats(0.2, 3) | st.sampled_from([0.1, 0.3, 1 / 3, 0.7, 1.1, 2.0])
MODES = ["nearest", "nearest-exact", "bilinear", "bicubic"]


@FEW
@given(
    sides | st.tuples(factors, factors),
    st.sampled_from(MODES),
    st.sampled_from([None, False, True]),
    st.sampled_from([None, False, True]),
    images,
)
def test_upsample(larger: Any, mode: Any, corners: bool | None, again: bool | None, shape: tuple[int, ...]) -> None:
    """Where we refuse an argument, so does PyTorch."""
    arguments = {"size" if isinstance(larger[0], int) else "scale_factor": larger}
    arguments |= {"mode": mode, "align_corners": corners, "recompute_scale_factor": again}
    module = nn.Upsample(**arguments)
    try:
        layer = Upsample(**arguments)
    except ValueError as error:
        assert "align_corners is for" in str(error) or "recompute_scale_factor goes with" in str(error)
        assert torch_output(module, (1, 9, 9)) is None
        return
    compare_on_images(layer, module, shape)


@FEW
@given(st.tuples(*[st.integers(0, 3)] * 4), images)
def test_zero_pad2d(padding: tuple[int, int, int, int], shape: tuple[int, ...]) -> None:
    compare_on_images(ZeroPad2d(padding=padding), nn.ZeroPad2d(padding), shape)


@FEW
@given(st.lists(st.integers(1, 3), min_size=1, max_size=5).map(tuple), st.booleans())
def test_add_coords(shape: tuple[int, ...], radius: bool) -> None:
    compare(AddCoords(radius=radius), torch_class(AddCoords)(radius=radius), shape)


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


def test_a_single_number_is_a_pair() -> None:
    assert Conv2d(in_channels=1, out_channels=1, kernel_size=3) == Conv2d(  # type: ignore[arg-type]
        in_channels=1, out_channels=1, kernel_size=(3, 3)
    )
    assert ZeroPad2d(padding=1).padding == (1, 1, 1, 1)  # type: ignore[arg-type]
    assert Upsample(scale_factor=2).scale_factor == (2.0, 2.0)  # type: ignore[arg-type]


def test_input() -> None:
    assert Input(shape=(2, 3)).output((2, 3)) == (2, 3)
