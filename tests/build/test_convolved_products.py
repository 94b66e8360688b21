"""Convolutions of few pixels as products of patches: the same numbers as torch.nn's, and the same bits every time."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.build.test_transposed_products import agree, one_by_one, results
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from specit.build import BuiltNetwork, patches
from specit.build.convolved import is_convolved, run_convolved
from specit.spec.load import parse
from specit.spec.network import read_network

pytestmark = pytest.mark.usefixtures("one_thread")


def is_product(y: Tensor) -> bool:
    node = y.grad_fn.next_functions[0][0] if y.grad_fn else None
    return node is not None and node.name() == "_ConvolvedBackward"


@st.composite
def stretches(draw: st.DrawFn) -> list[nn.Module]:
    two = st.tuples(st.integers(0, 2), st.integers(0, 2))
    kernel = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    assume(kernel != (1, 1))
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    bias = draw(st.booleans())
    convolution = nn.Conv2d(draw(st.integers(1, 6)), draw(st.integers(70, 80)), kernel, stride, draw(two), bias=bias)
    if draw(st.booleans()):
        convolution.weight.data = convolution.weight.data.contiguous(memory_format=torch.channels_last)
    before = draw(st.none() | st.tuples(two, two).map(lambda pairs: pairs[0] + pairs[1]))
    return [convolution] if before is None else [nn.ZeroPad2d(before), convolution]


@settings(max_examples=60, deadline=None)
@given(
    stretches(),
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)),
    st.booleans(),
    st.sampled_from([torch.float32, torch.float64]),
)
def test_any_stretch_agrees_with_its_layers_one_by_one(
    modules: list[nn.Module], size: tuple[int, int, int], by_input: bool, dtype: torch.dtype
) -> None:
    torch.manual_seed(0)
    n, height, width = size
    stretch = nn.Sequential(*modules).to(dtype)
    assert is_convolved(modules[-1])
    x = torch.randn(n, modules[-1].in_channels, height, width, dtype=dtype, requires_grad=by_input)
    try:
        expected = one_by_one(modules, x)
    except RuntimeError:  # smaller than a patch
        assume(False)
    wanted = [t for t in (x, *stretch.parameters()) if t.requires_grad]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patches, "PATCH_VALUES", 1)
        patch.setattr(patches.Geometry, "pixels", lambda *_: 0)  # however many there are
        patch.setattr(
            patches.Geometry, "blocks", lambda _, images, *__: map(slice, range(images), range(1, images + 1))
        )
        agree(results(run_convolved(modules, x), wanted), results(expected, wanted))


def test_what_lies_in_no_patch_runs_layer_by_layer() -> None:
    layer = nn.Conv2d(2, 90, 2, 3)
    assert not is_product(run_convolved([layer], torch.randn(2, 2, 4, 4)))  # the last row and column
    assert is_product(run_convolved([layer], torch.randn(2, 2, 5, 5)))


def test_gradients_are_those_of_small_differences() -> None:
    torch.manual_seed(2)
    modules = [nn.ZeroPad2d((1, 0, 1, 0)), nn.Conv2d(2, 9, 3, 2).double()]
    x = torch.randn(2, 2, 4, 4, dtype=torch.float64, requires_grad=True)

    def run(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return run_convolved(modules, x)

    assert is_product(run(x, *modules[1].parameters()))
    assert torch.autograd.gradcheck(run, (x, *modules[1].parameters()))


def test_frozen_parameters_inference_and_the_same_bits() -> None:
    modules = [nn.ZeroPad2d(1), nn.Conv2d(3, 50, 4, 2)]
    weight, bias = modules[1].parameters()
    x = torch.randn(5, 3, 4, 4, requires_grad=True)
    first = results(run_convolved(modules, x), [x, weight, bias])
    assert all(map(torch.equal, first, results(run_convolved(modules, x), [x, weight, bias])))
    with torch.inference_mode():
        assert torch.equal(run_convolved(modules, x), first[0])
    assert torch.equal(run_convolved(modules, x), first[0])
    for wanted in ([x], [weight], [bias], [x, bias]):
        for tensor in (x, weight, bias):
            tensor.requires_grad_(any(tensor is t for t in wanted))
        agree(results(run_convolved(modules, x), wanted), results(one_by_one(modules, x), wanted))


def test_it_is_a_product_where_the_weight_has_more_values_than_the_patches() -> None:
    for channels, wanted in ((18, False), (19, True)):
        layer = nn.Conv2d(2, channels, 3)
        assert is_product(run_convolved([layer], torch.randn(2, 2, 5, 5))) == wanted  # 2 · 3 · 3 pixels
    with torch.autocast("cpu", torch.bfloat16):
        assert run_convolved([layer], torch.randn(2, 2, 5, 5)).dtype == torch.bfloat16


@pytest.mark.parametrize(
    "other",
    [
        nn.Conv2d(2, 40, 1),  # pixelwise
        nn.Conv2d(2, 40, 3, dilation=2),
        nn.Conv2d(2, 40, 3, groups=2),
        nn.Conv2d(2, 40, 3, padding="same"),
        nn.Conv2d(2, 40, 3, padding=1, padding_mode="reflect"),
        nn.ConvTranspose2d(2, 40, 3),
    ],
)
def test_others_stay_as_they_are(other: nn.Module) -> None:
    assert not is_convolved(other)


def test_a_discriminator_agrees_and_its_spectral_norm_is_computed_once_a_call() -> None:
    """Through every stretch there is: convolutions of patches and of pixels."""
    text = """
- Input: {shape: [3, 8, 8]}
- ZeroPad2d: {padding: [1, 2, 1, 2]}
- Conv2d: {in_channels: 3, out_channels: 8, kernel_size: 5, stride: 2}
- Conv2d: {in_channels: 8, out_channels: 6, kernel_size: 1}
- CoordConv2d: {in_channels: 6, out_channels: 8, kernel_size: 1}
- LeakyReLU: {negative_slope: 0.2}
- Conv2d: {in_channels: 8, out_channels: 40, kernel_size: 3}
- BatchNorm2d: {num_features: 40}
- Flatten
- Linear: {in_features: 160, out_features: 1}
"""
    network = read_network(parse(text), {}, (3, 8, 8))
    built = BuiltNetwork(network), BuiltNetwork(network, plain=True)
    built[1].load_state_dict(built[0].state_dict())
    for one in built:
        torch.manual_seed(0)
        for layer in one.layers:
            if isinstance(layer, nn.Conv2d | nn.Linear):
                spectral_norm(layer)
        one.place(torch.device("cpu"))
    assert any(span.run is run_convolved for span in built[0].spans)
    found = []
    for one in built:
        torch.manual_seed(1)
        for _ in range(3):  # each call of a layer in training brings its norm a step nearer
            y = one(torch.randn(5, 3, 8, 8))
        found.append([y.detach(), *torch.autograd.grad(y.sin().sum(), list(one.parameters()))])
        found[-1] += [buffer.double() for name, buffer in one.named_buffers() if "_u" in name]
    for pair in pairwise(found):
        for a, b in zip(*pair, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5)
