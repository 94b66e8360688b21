"""The vocabulary's own layers compute what their documentation says: by hand, and against slow loops."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from coordconv import coordinate_grid
from specit.build.layers.locally_connected import FEW as FEW_INPUTS
from specit.build.layers.locally_connected import LocallyConnected2d
from specit.build.layers.position_embedding import PositionEmbedding2d
from specit.build.modules import make_module
from specit.build.network import BuiltNetwork
from specit.spec.layers import LAYERS, ShapeError
from specit.spec.layers.layer import Shape
from specit.spec.load import parse
from specit.spec.network import read_network

FEW = settings(derandomize=True, deadline=None, max_examples=40)
sides = st.tuples(st.integers(1, 5), st.integers(1, 5))
spans = st.sampled_from([(-1.0, 1.0), (0.0, 1.0), (-0.5, 3.0)])
anchors = st.sampled_from(["corners", "centers"])


def make(name: str, **arguments: Any) -> nn.Module:
    return make_module(name, LAYERS[name](**arguments)).double()


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def close(found: Tensor, expected: Any) -> None:
    np.testing.assert_allclose(found.detach().numpy(), np.asarray(expected), rtol=1e-12, atol=1e-12)


def differentiable(module: nn.Module, *shape: int) -> bool:
    """Compare the gradients, the parameters' too, with differences of the function."""
    parameters = list(module.parameters())
    x = random(*shape).requires_grad_()
    return torch.autograd.gradcheck(lambda x, *_: module(x), (x, *parameters))


def test_sum() -> None:
    image = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]], [[10.0, 20.0], [30.0, 40.0]]]]).double()
    close(make("Sum", dim=(2, 3))(image), [[10, 100]])
    close(make("Sum", dim=(1,))(image), [[[11, 22], [33, 44]]])
    close(make("Sum", dim=(3, 1))(image), [[33, 77]])
    close(make("Sum", dim=(1, 2, 3))(torch.cat([image, 2 * image])), [110, 220])  # each example by itself
    assert LAYERS["Sum"](dim=(1, 2, 3)).output((2, 2, 2)) == ()
    assert LAYERS["Sum"](dim=2) == LAYERS["Sum"](dim=(2,))


@FEW
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.lists(st.integers(1, 4), min_size=1, unique=True))
def test_the_shape_of_a_sum_is_numpys(shape: list[int], axes: list[int]) -> None:
    try:
        made = LAYERS["Sum"](dim=tuple(axes)).output(tuple(shape))
    except ShapeError:
        assert max(axes) > len(shape)
        return
    assert made == np.zeros((2, *shape)).sum(axis=tuple(axes)).shape[1:]


def test_scale() -> None:
    close(make("Scale", factor=-0.25)(torch.tensor([[4.0, 8.0]]).double()), [[-1, -2]])


def test_activations_of_pattern_producing_networks() -> None:
    x = torch.tensor([[0.0, 1.0, -1.0, 2.0]]).double()
    close(make("Gaussian")(x), [[1, 1 / math.e, 1 / math.e, math.e**-4]])
    close(make("Sin")(x * math.pi / 2), [[0, 1, -1, math.sin(math.pi)]])


@pytest.mark.parametrize("combine", ["concatenate", "add"])
def test_position_embedding2d(combine: str) -> None:
    module = make("PositionEmbedding2d", channels=2, size=(3, 4), combine=combine)
    x, weight = random(5, 2, 3, 4), module.weight
    assert isinstance(weight, Tensor)
    made = module(x)
    for n, i, j in itertools.product(range(5), range(3), range(4)):
        here, place = x[n, :, i, j].tolist(), weight[:, i, j].tolist()
        expected = here + place if combine == "concatenate" else [a + b for a, b in zip(here, place, strict=True)]
        close(made[n, :, i, j], expected)
    assert differentiable(module, 2, 2, 3, 4)


def slow_fourier(x: Tensor, frequencies: int, span: tuple[float, float], anchor: Any) -> np.ndarray:
    n, channels, height, width = x.shape
    columns, rows = coordinate_grid((height, width), order="xy", span=span, anchor=anchor, dtype=torch.float64).tolist()
    made = np.zeros((n, channels + 4 * frequencies, height, width))
    made[:, :channels] = x.numpy()
    for i, j in itertools.product(range(height), range(width)):
        waves = []
        for k in range(frequencies):
            for coordinate in (columns[i][j], rows[i][j]):
                waves += [math.sin(2**k * math.pi * coordinate), math.cos(2**k * math.pi * coordinate)]
        made[:, channels:, i, j] = waves
    return made


@FEW
@given(sides, st.integers(1, 2), st.integers(1, 4), spans, anchors)
def test_fourier_features2d(
    size: tuple[int, int], channels: int, frequencies: int, span: tuple[float, float], anchor: str
) -> None:
    x = random(2, channels, *size)
    made = make("FourierFeatures2d", frequencies=frequencies, span=span, anchor=anchor)(x)
    np.testing.assert_allclose(made.numpy(), slow_fourier(x, frequencies, span, anchor), atol=1e-11)


def test_fourier_features2d_by_hand() -> None:
    """Two columns and one row between 0 and a half: x is 0, then 1/2; y is the middle, 1/4."""
    made = make("FourierFeatures2d", frequencies=2, span=(0.0, 0.5), anchor="corners")(random(1, 1, 1, 2))[0, 1:, 0]
    half = math.sqrt(0.5)
    expected = [[0, 1], [1, 0], [half, half], [half, half], [0, 0], [1, -1], [1, 1], [0, 0]]
    np.testing.assert_allclose(made.numpy(), expected, atol=1e-15)


def test_fourier_features2d_is_as_exact_as_its_numbers() -> None:
    """The highest frequency has 2²³ half waves in the span: in float32 the phase itself would be off by radians."""
    layer = LAYERS["FourierFeatures2d"](frequencies=24, span=(-1.0, 1.0), anchor="corners")
    single = make_module("FourierFeatures2d", layer)(torch.zeros(1, 1, 7, 9))
    double = make_module("FourierFeatures2d", layer)(torch.zeros(1, 1, 7, 9, dtype=torch.float64))
    assert single.dtype == torch.float32
    assert (single - double).abs().max() < 1e-7


def test_fourier_features() -> None:
    made = make("FourierFeatures", frequencies=2)(torch.tensor([[0.5, 0.25], [0.0, 1.0]]).double())
    half = math.sqrt(0.5)
    expected = [[0.5, 0.25, 1, half, 0, half, 0, 1, -1, 0], [0, 1, 0, 0, 1, -1, 0, 0, 1, 1]]
    np.testing.assert_allclose(made.numpy(), expected, atol=1e-15)
    assert differentiable(make("FourierFeatures", frequencies=2), 2, 3)


@st.composite
def local(draw: st.DrawFn) -> dict[str, Any]:
    size, kernel, padding = draw(sides), draw(sides), draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    fitting = tuple(min(k, n + 2 * p) for k, n, p in zip(kernel, size, padding, strict=True))
    channels = {"in_channels": draw(st.integers(1, 4)), "out_channels": draw(st.integers(1, 3))}
    return {**channels, "size": size, "kernel_size": fitting, "padding": padding, "bias": draw(st.booleans())}


def slow_local(module: LocallyConnected2d, x: Tensor, shape: Shape) -> np.ndarray:
    made = np.zeros((len(x), *shape))
    weight, inputs = module.weight.detach().numpy(), x.numpy()
    (height, width), (down, across), (top, left) = module.size, module.kernel_size, module.padding
    for o, i, j, a, b in itertools.product(*map(range, (*shape, down, across))):
        row, column = i + a - top, j + b - left
        if 0 <= row < height and 0 <= column < width:
            made[:, o, i, j] += inputs[:, :, row, column] @ weight[o, :, a, b, i, j]
    return made if module.bias is None else made + module.bias.detach().numpy()


@FEW
@given(local())
def test_locally_connected2d(arguments: dict[str, Any]) -> None:
    layer = LAYERS["LocallyConnected2d"](**arguments)
    module = make("LocallyConnected2d", **arguments)
    assert isinstance(module, LocallyConnected2d)
    shape = (arguments["in_channels"], *arguments["size"])
    assert {name: tuple(p.shape) for name, p in module.named_parameters()} == layer.parameters()
    x = random(3, *shape)
    close(module(x), slow_local(module, x, layer.output(shape)))


ONE = {"in_channels": 2, "out_channels": 3, "size": (4, 5), "kernel_size": (3, 2), "padding": (1, 0), "bias": True}


@pytest.mark.parametrize("kernel_size", [(1, 1), (3, 2)])
def test_locally_connected2d_with_one_kernel_everywhere_is_a_convolution(kernel_size: tuple[int, int]) -> None:
    module = make("LocallyConnected2d", **{**ONE, "kernel_size": kernel_size})
    assert isinstance(module, LocallyConnected2d)
    assert (module.fan_in <= FEW_INPUTS) is (kernel_size == (1, 1))  # both ways of computing it
    plain = nn.Conv2d(2, 3, kernel_size, padding=(1, 0)).double()
    assert plain.bias is not None
    assert module.bias is not None
    with torch.no_grad():
        module.weight.copy_(plain.weight[..., None, None].expand_as(module.weight))
        module.bias.copy_(plain.bias[:, None, None].expand_as(module.bias))
    x = random(3, 2, 4, 5)
    close(module(x), plain(x).detach())
    assert differentiable(module, 1, 2, 4, 5)


def test_locally_connected2d_starts_as_a_convolution() -> None:
    torch.manual_seed(0)
    module = make("LocallyConnected2d", **{**ONE, "size": (20, 20)})
    assert isinstance(module, LocallyConnected2d)
    bound = 1 / math.sqrt(2 * 3 * 2)
    plain = nn.Conv2d(2, 300, (3, 2))
    for name, parameter in module.named_parameters():
        assert 0.95 * bound < parameter.abs().max().item() <= bound
        theirs = plain.get_parameter(name)
        assert abs(parameter.std().item() / theirs.std().item() - 1) < 0.1


def test_position_embedding2d_starts_small() -> None:
    torch.manual_seed(0)
    module = PositionEmbedding2d(8, (20, 20), "add")
    assert abs(module.weight.std().item() / 0.02 - 1) < 0.05
    assert abs(module.weight.mean().item()) < 0.002


def slow_soft_argmax(x: Tensor, temperature: float, span: tuple[float, float], anchor: Any) -> np.ndarray:
    n, channels, height, width = x.shape
    columns, rows = coordinate_grid((height, width), order="xy", span=span, anchor=anchor, dtype=torch.float64).tolist()
    made = np.zeros((n, 2 * channels))
    for m, c in itertools.product(range(n), range(channels)):
        powers = {
            (i, j): math.exp(x[m, c, i, j].item() / temperature)
            for i, j in itertools.product(range(height), range(width))
        }
        total = sum(powers.values())
        made[m, 2 * c] = sum(p / total * columns[i][j] for (i, j), p in powers.items())
        made[m, 2 * c + 1] = sum(p / total * rows[i][j] for (i, j), p in powers.items())
    return made


@FEW
@given(sides, st.integers(1, 3), st.sampled_from([0.5, 1.0, 3.0]), spans, anchors)
def test_soft_argmax2d(
    size: tuple[int, int], channels: int, temperature: float, span: tuple[float, float], anchor: str
) -> None:
    x = random(2, channels, *size)
    made = make("SoftArgmax2d", temperature=temperature, span=span, anchor=anchor)(x)
    close(made, slow_soft_argmax(x, temperature, span, anchor))


def test_soft_argmax2d_by_hand() -> None:
    """One bright pixel, at row 1 and column 3 of 3 × 5, so y is 0 and x a half; and an even channel: the middle."""
    x = torch.zeros(1, 2, 3, 5, dtype=torch.float64)
    x[0, 0, 1, 3] = 100
    layer = make("SoftArgmax2d", temperature=0.1, span=(-1.0, 1.0), anchor="corners")
    close(layer(x), [[0.5, 0, 0, 0]])
    close(make("SoftArgmax2d", temperature=0.1, span=(0.0, 5.0), anchor="centers")(x), [[3.5, 2.5, 2.5, 2.5]])
    assert differentiable(make("SoftArgmax2d", temperature=2.0, span=(-1.0, 1.0), anchor="corners"), 2, 2, 3, 2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("name", "arguments", "shape"),
    [
        ("FourierFeatures", {"frequencies": 3}, (4,)),
        ("FourierFeatures2d", {"frequencies": 3, "span": (-1.0, 1.0), "anchor": "corners"}, (1, 3, 4)),
        ("PositionEmbedding2d", {"channels": 2, "size": (3, 4), "combine": "concatenate"}, (1, 3, 4)),
        ("SoftArgmax2d", {"temperature": 1.0, "span": (-1.0, 1.0), "anchor": "corners"}, (1, 3, 4)),
        ("LocallyConnected2d", ONE, (2, 4, 5)),
    ],
)
def test_numbers_keep_their_precision(name: str, arguments: dict[str, Any], shape: Shape, dtype: torch.dtype) -> None:
    module = make_module(name, LAYERS[name](**arguments)).to(dtype)
    assert module(torch.zeros(2, *shape, dtype=dtype)).dtype == dtype
    assert f"{module}".startswith(name)


def test_a_network_built_by_hand() -> None:
    """max(0, 4 · brightness + coordinate) at every pixel, and all to one sum: by hand, with one bright pixel."""
    text = """
- Input: {shape: [1, 4, 6]}
- AddCoords: {order: xy}
- Conv2d: {in_channels: 3, out_channels: 2, kernel_size: 1, bias: false}
- LeakyReLU: {negative_slope: 0}
- Sum: {dim: [2, 3]}
- Scale: {factor: 0.5}
"""
    stated = read_network(parse(text), {}, (1, 4, 6))
    assert [placed.shape for placed in stated.layers] == [(1, 4, 6), (3, 4, 6), (2, 4, 6), (2, 4, 6), (2,), (2,)]
    x = torch.zeros(24, 1, 4, 6, dtype=torch.float64)
    x.view(24, 24).fill_diagonal_(1)
    for plain in (True, False):
        built = BuiltNetwork(stated, plain=plain).double()
        with torch.no_grad():
            built.layers[2].weight.copy_(torch.tensor([[4.0, 1, 0], [4.0, 0, 1]])[:, :, None, None])
        dark = built(0 * x[:1])  # where it is dark, the positive coordinates add up
        found = (built(x) - dark) * 2
        columns, rows = coordinate_grid((4, 6), order="xy", dtype=torch.float64)
        expected = [[4 + min(c, 0), 4 + min(r, 0)] for c, r in zip(columns.flatten(), rows.flatten(), strict=True)]
        close(found, expected)
