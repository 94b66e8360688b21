"""Transposed convolutions as products of patches: the same numbers as torch.nn's, and the same bits every time."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from specit.build import BuiltNetwork, patches
from specit.build.layers import Crop2d
from specit.build.transposed import is_transposed, run_transposed
from specit.spec.load import parse
from specit.spec.network import read_network

pytestmark = pytest.mark.usefixtures("one_thread")


def one_by_one(modules: list[nn.Module], x: Tensor) -> Tensor:
    for module in modules:
        x = module(x)
    return x


def results(y: Tensor, wanted: list[Tensor]) -> list[Tensor]:
    seen = torch.linspace(-1, 1, y.numel(), dtype=y.dtype).view_as(y)
    return [y.detach(), *torch.autograd.grad((y.sin() * seen).sum(), wanted)]


def agree(found: list[Tensor], expected: list[Tensor]) -> None:
    """Each differs by little of all together: by itself, one may be a sum of almost nothing, or of nothing at all."""
    assert [a.shape for a in found] == [b.shape for b in expected]
    whole = torch.cat([b.flatten() for b in expected]).norm()
    for a, b in zip(found, expected, strict=True):
        assert (a - b).norm() <= (1e-5 if a.dtype == torch.float32 else 1e-12) * whole


@st.composite
def stretches(draw: st.DrawFn) -> list[nn.Module]:
    stride = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    kernel = draw(st.integers(1, 2 * stride[0] + 1)), draw(st.integers(1, 2 * stride[1] + 1))
    padding = tuple(draw(st.integers(0, (k - 1) // 2)) for k in kernel)
    more = tuple(draw(st.integers(0, min(p, s - 1))) for p, s in zip(padding, stride, strict=True))
    modules: list[nn.Module] = [
        nn.ConvTranspose2d(
            draw(st.sampled_from([1, 2, 5, 60])),
            draw(st.integers(1, 6)),
            kernel,
            stride,
            padding,
            more,
            bias=draw(st.booleans()),
        )
    ]
    if draw(st.booleans()):
        cuts = [draw(st.integers(0, 1)) for _ in range(4)]
        modules.append(Crop2d(left=cuts[0], right=cuts[1], top=cuts[2], bottom=cuts[3]))
    return [*modules, nn.ReLU()] if draw(st.booleans()) else modules


@settings(max_examples=60, deadline=None)
@given(
    stretches(),
    st.tuples(st.integers(1, 5), st.integers(3, 5), st.integers(3, 5)),
    st.booleans(),
    st.sampled_from([torch.float32, torch.float64]),
)
def test_any_stretch_agrees_with_its_layers_one_by_one(
    modules: list[nn.Module], size: tuple[int, int, int], by_input: bool, dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    n, height, width = size
    stretch = nn.Sequential(*modules).to(dtype)
    assert is_transposed(modules[0])
    x = torch.randn(n, stretch[0].weight.shape[0], height, width, dtype=dtype, requires_grad=by_input)
    wanted = [t for t in (x, *stretch.parameters()) if t.requires_grad]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patches, "PATCH_VALUES", 200)  # several blocks
        found = results(run_transposed(modules, x), wanted)
    agree(found, results(one_by_one(modules, x), wanted))


def test_gradients_are_those_of_small_differences() -> None:
    torch.manual_seed(2)
    modules = [nn.ConvTranspose2d(3, 4, 3, 2).double(), Crop2d(left=0, right=1, top=0, bottom=1), nn.ReLU()]
    x = torch.randn(2, 3, 3, 2, dtype=torch.float64, requires_grad=True)
    weight, bias = modules[0].parameters()

    def run(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return run_transposed(modules, x)

    assert torch.autograd.gradcheck(run, (x, weight, bias))


def test_frozen_parameters_inference_and_the_same_bits() -> None:
    modules = [nn.ConvTranspose2d(3, 5, 4, 2), Crop2d(left=1, right=1, top=1, bottom=1)]
    weight, bias = modules[0].parameters()
    x = torch.randn(5, 3, 4, 4, requires_grad=True)
    first = results(run_transposed(modules, x), [x, weight, bias])
    assert all(map(torch.equal, first, results(run_transposed(modules, x), [x, weight, bias])))
    with torch.inference_mode():
        assert torch.equal(run_transposed(modules, x), first[0])
    assert torch.equal(run_transposed(modules, x), first[0])  # what inference mode has left behind is of use
    for wanted in ([x], [weight], [bias], [x, bias]):
        for tensor in (x, weight, bias):
            tensor.requires_grad_(any(tensor is t for t in wanted))
        agree(results(run_transposed(modules, x), wanted), results(one_by_one(modules, x), wanted))


@pytest.mark.parametrize(
    "other",
    [
        nn.ConvTranspose2d(2, 4, 3),  # at stride 1 patches overlap most
        nn.ConvTranspose2d(2, 4, 2, 2, groups=2),
        nn.ConvTranspose2d(2, 4, 2, 2, dilation=2),
        nn.Conv2d(2, 4, 2, 2),
    ],
)
def test_others_stay_as_they_are(other: nn.Module) -> None:
    assert not is_transposed(other)


@pytest.mark.parametrize(
    ("layer", "size", "is_product"),
    [
        (nn.ConvTranspose2d(4, 4, 4, 2), 9, True),  # patches overlap little
        (nn.ConvTranspose2d(4, 4, 5, 2), 9, False),
        (nn.ConvTranspose2d(4, 3, 5, 2), 9, True),  # few channels
        (nn.ConvTranspose2d(19, 4, 5, 2), 3, True),  # 2 · 3 · 3 pixels, fewer than channels
        (nn.ConvTranspose2d(18, 4, 5, 2), 3, False),
    ],
)
def test_it_is_a_product_where_that_pays(layer: nn.ConvTranspose2d, size: int, is_product: bool) -> None:
    x = torch.randn(2, layer.in_channels, size, size)
    y = run_transposed([layer], x)
    node = y.grad_fn.next_functions[0][0]  # before the permutation to (N, C, H, W)
    assert (node is not None and node.name() == "_TransposedBackward") == is_product
    torch.testing.assert_close(y, layer(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
def test_what_is_cropped_from_a_convolution_lies_in_one_piece(bias: bool) -> None:
    layer, crop = nn.ConvTranspose2d(4, 4, 5, 2, bias=bias), Crop2d(left=1, right=2, top=1, bottom=2)
    layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)
    x = torch.randn(2, 4, 9, 9).contiguous(memory_format=torch.channels_last).requires_grad_()
    wanted = [x, *layer.parameters()]
    y = run_transposed([layer, crop, nn.ReLU()], x)
    assert y.is_contiguous(memory_format=torch.channels_last)
    agree(results(y, wanted), results(one_by_one([layer, crop, nn.ReLU()], x), wanted))
    with torch.autocast("cpu", torch.bfloat16):
        assert run_transposed([layer, crop], x).dtype == torch.bfloat16


def test_an_output_padding_beyond_the_last_patch_runs_layer_by_layer() -> None:
    layer = nn.ConvTranspose2d(2, 3, 2, 2, output_padding=1)
    x = torch.randn(2, 2, 3, 3)
    assert torch.equal(run_transposed([layer], x), layer(x))


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_painter_agrees(k: int, dtype: torch.dtype) -> None:
    """With batch norm between, in training and in evaluation."""
    crop = f"Crop2d: {{left: {(k - 2) // 2}, right: {(k - 1) // 2}, top: {(k - 2) // 2}, bottom: {(k - 1) // 2}}}"
    text = f"""
- Input: {{shape: [2]}}
- Unflatten: {{dim: 1, unflattened_size: [2, 1, 1]}}
- ConvTranspose2d: {{in_channels: 2, out_channels: 8, kernel_size: {k}, stride: 2}}
- {crop}
- ReLU
- ConvTranspose2d: {{in_channels: 8, out_channels: 6, kernel_size: {k}, stride: 2}}
- {crop}
- BatchNorm2d: {{num_features: 6}}
- ReLU
- ConvTranspose2d: {{in_channels: 6, out_channels: 1, kernel_size: {k}, stride: 2}}
- {crop}
- Flatten: {{start_dim: 1, end_dim: -1}}
"""
    torch.manual_seed(0)
    stated = read_network(parse(text), {}, (2,))
    fast, plain = BuiltNetwork(stated).to(dtype), BuiltNetwork(stated, plain=True).to(dtype)
    plain.load_state_dict(fast.state_dict())
    assert len(fast.spans) < len(plain.spans)
    x = torch.randn(16, 2, dtype=dtype)
    for _ in range(2):
        found, expected = (results(network(x), list(network.parameters())) for network in (fast, plain))
        agree(found, expected)
        fast.eval()
        plain.eval()
