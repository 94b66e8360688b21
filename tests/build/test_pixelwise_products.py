"""Runs of pixelwise layers as products: the same numbers as layer by layer, whatever is asked of them."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from specit.build import BuiltNetwork
from specit.build import workspace as workspaces
from specit.build.composed import Pixelwise, compose
from specit.build.pixelwise import run_pixelwise
from specit.build.products import run_products
from specit.spec.load import parse
from specit.spec.network import read_network

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small tests have several blocks, with rests."""
    monkeypatch.setattr(workspaces, "ROWS", 7)


@pytest.fixture(params=[torch.float32, torch.float64], ids=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    assert isinstance(request.param, torch.dtype)
    return request.param


def agree(found: list[Tensor], expected: list[Tensor]) -> None:
    """Each differs by little of all together: by itself, one may be a sum of almost nothing, or of nothing at all."""
    assert [a.shape for a in found] == [b.shape for b in expected]
    whole = torch.cat([b.flatten() for b in expected]).norm()
    for a, b in zip(found, expected, strict=True):
        assert (a - b).norm() <= (1e-5 if a.dtype == torch.float32 else 1e-12) * whole


def twins(text: str, shape: tuple[int, ...], dtype: torch.dtype) -> tuple[BuiltNetwork, BuiltNetwork]:
    torch.manual_seed(0)
    stated = read_network(parse(text), {}, shape)
    fast, plain = BuiltNetwork(stated).to(dtype), BuiltNetwork(stated, plain=True).to(dtype)
    plain.load_state_dict(fast.state_dict())
    return fast, plain


def results(network: nn.Module, x: Tensor) -> list[Tensor]:
    """The output, and the gradients by input and parameters of some function of it."""
    y = network(x)
    wanted = [t for t in (x, *network.parameters()) if t.requires_grad]
    seen = torch.linspace(-1, 1, y.numel(), dtype=y.dtype).view_as(y)
    return [y.detach(), *torch.autograd.grad((y.sin() * seen).sum(), wanted)]


@st.composite
def runs(draw: st.DrawFn) -> tuple[str, tuple[int, ...]]:
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    channels = draw(st.integers(1, 3))
    lines = []
    tiled = draw(st.booleans())
    if tiled:
        shape: tuple[int, ...] = (channels,)
        lines.append(f"- Tile: {{size: [{height}, {width}], into: channels}}")
    else:
        shape = (channels, height, width)
    lines.insert(0, f"- Input: {{shape: {list(shape)}}}")
    lines += ["- ReLU"] * draw(st.integers(0, 1))
    for _ in range(draw(st.integers(2, 4))):
        made = draw(st.integers(1, 9))
        bias = str(draw(st.booleans())).lower()
        name, more = draw(st.sampled_from([("Conv2d", ""), ("CoordConv2d", ""), ("CoordConv2d", ", radius: true")]))
        arguments = f"in_channels: {channels}, out_channels: {made}, kernel_size: 1, bias: {bias}{more}"
        lines.append(f"- {name}: {{{arguments}}}")
        lines += ["- ReLU"] * draw(st.integers(0, 2)) + ["- Identity"] * draw(st.integers(0, 1))
        channels = made
    return "\n".join(lines), shape


@settings(max_examples=40, deadline=None)
@given(runs(), st.integers(1, 5), st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_any_run_agrees_with_its_layers_one_by_one(
    run: tuple[str, tuple[int, ...]], n: int, by_input: bool, dtype: torch.dtype
) -> None:
    workspaces.ROWS = 7
    text, shape = run
    fast, plain = twins(text, shape, dtype)
    assert len(fast.spans) < len(plain.spans)
    x = torch.randn(n, *shape, dtype=dtype, requires_grad=by_input)
    agree(results(fast, x), results(plain, x))


PAINTER = """
- Input: {shape: [2]}
- Tile: {size: [4, 5], into: channels}
- CoordConv2d: {in_channels: 2, out_channels: 6, kernel_size: 1}
- ReLU
- Conv2d: {in_channels: 6, out_channels: 5, kernel_size: 1}
- ReLU
- Conv2d: {in_channels: 5, out_channels: 1, kernel_size: 1}
- Flatten
"""


@pytest.mark.parametrize("tiled", [True, False])
def test_gradients_are_those_of_small_differences(tiled: bool) -> None:
    torch.manual_seed(1)
    grid = torch.randn(6, 2).double()
    x = torch.randn((3, 2) if tiled else (3, 6, 2), dtype=torch.float64, requires_grad=True)
    weights = [torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in ((4, 4), (3, 4), (1, 3))]
    biases = [torch.randn(n, dtype=torch.float64, requires_grad=True) for n in (4, 3)]

    def run(x: Tensor, *parameters: Tensor) -> Tensor:
        first, second, third, *biases = parameters
        layers = [
            Pixelwise(first, biases[0], grid, relu=True),
            Pixelwise(second, biases[1], None, relu=True),
            Pixelwise(third, None, None, relu=False),
        ]
        return run_products(x, 6, layers)

    assert torch.autograd.gradcheck(run, (x, *weights, *biases))


@pytest.mark.parametrize("frozen", [{0}, {1}, {0, 1, 2, 3}, {4, 5}, {2}, {5}])
def test_frozen_parameters_get_no_gradient_and_change_no_other(frozen: set[int], dtype: torch.dtype) -> None:
    fast, plain = twins(PAINTER, (2,), dtype)
    for network in (fast, plain):
        for i, parameter in enumerate(network.parameters()):
            parameter.requires_grad_(i not in frozen)
    x = torch.randn(3, 2, dtype=dtype)
    agree(results(fast, x), results(plain, x))


def test_without_gradients_the_same_bits(dtype: torch.dtype) -> None:
    fast, _ = twins(PAINTER, (2,), dtype)
    x = torch.randn(3, 2, dtype=dtype)
    expected = fast(x).detach()
    with torch.inference_mode():
        assert torch.equal(fast(x), expected)
    with torch.no_grad():
        assert torch.equal(fast(x), expected)
    assert torch.equal(fast(x), expected)  # what inference mode has left behind is of use to training
    fast(x).sum().backward()


def test_the_same_bits_every_time(dtype: torch.dtype) -> None:
    fast, _ = twins(PAINTER, (2,), dtype)
    x = torch.randn(5, 2, dtype=dtype)
    first = results(fast, x)
    for n in (3, 5, 5):
        again = results(fast, torch.randn(3, 2, dtype=dtype) if n == 3 else x)
    assert all(map(torch.equal, first, again))


def test_a_workspace_in_use_is_nobody_elses(dtype: torch.dtype) -> None:
    fast, plain = twins(PAINTER, (2,), dtype)
    x, z = torch.randn(2, 4, 2, dtype=dtype)
    one, two = fast(x), fast(z)  # both wait for their gradients
    found = [g for y in (one, two) for g in torch.autograd.grad(y.sin().sum(), list(fast.parameters()))]
    expected = [g for y in (plain(x), plain(z)) for g in torch.autograd.grad(y.sin().sum(), list(plain.parameters()))]
    agree(found, expected)


def test_gradients_again_of_a_kept_graph() -> None:
    fast, _ = twins(PAINTER, (2,), torch.float64)
    loss = fast(torch.randn(3, 2).double()).sin().sum()
    parameters = list(fast.parameters())
    first = torch.autograd.grad(loss, parameters, retain_graph=True)
    assert all(map(torch.equal, first, torch.autograd.grad(loss, parameters)))


def test_memory_comes_back() -> None:
    fast, _ = twins(PAINTER, (2,), torch.float32)
    for n in (2, 3, 2, 3, 4, 5, 6, 7):
        fast(torch.randn(n, 2)).sum().backward()
    assert len(workspaces._kept.workspaces) <= workspaces.KEPT


@pytest.mark.parametrize("n", [0, 2])
def test_what_cannot_be_written_in_place_runs_layer_by_layer(n: int) -> None:
    fast, plain = twins(PAINTER, (2,), torch.float32)
    x = torch.randn(n, 2)
    if n == 0:
        assert fast(x).shape == plain(x).shape == (0, 20)
        return
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(fast(x), plain(x))
    jacobian = torch.func.jacrev(lambda x: fast(x))(x)
    assert isinstance(jacobian, Tensor)
    assert jacobian.shape == (2, 20, 2, 2)


def test_the_output_is_strided_as_the_next_convolution_likes_it() -> None:
    layers = [nn.Conv2d(2, 4, 1), nn.ReLU(), nn.Conv2d(4, 3, 1)]
    made = run_pixelwise(layers, torch.randn(2, 2, 4, 5))
    assert made.shape == (2, 3, 4, 5)
    assert made.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(("widths", "left"), [((1, 8, 8, 8), 1), ((8, 2, 8), 2), ((5, 9, 9, 1), 1), ((3, 3), 1)])
def test_layers_without_relu_are_composed_where_that_saves_work(widths: tuple[int, ...], left: int) -> None:
    layers = [Pixelwise(torch.randn(b, a), None, None, relu=False) for a, b in itertools.pairwise(widths)]
    assert len(compose(layers)) == left


def test_nothing_is_composed_over_a_relu() -> None:
    layers = [Pixelwise(torch.randn(4, 4), torch.randn(4), None, relu=relu) for relu in (True, False, True)]
    first, second = compose(layers)
    assert first is layers[0]
    assert second.relu
