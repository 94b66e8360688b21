"""Converted weights against the implementations they come from: their formulas, pixel by pixel, in their layouts."""

import copy
import itertools
import math
import subprocess
import sys
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import coordconv
from coordconv import CoordConv2d, CoordConvTranspose2d, compat
from coordconv.compat import CONVENTIONS, convert
from coordconv.compat._convert import Name

SETTINGS = settings(derandomize=True, deadline=None, max_examples=20)
CENTRED = [(-1.0, 1.0), (-0.3, 0.3)]
SHIFTED = [(0.0, 1.0), (-1.5, 0.5)]


# --- The oracle ------------------------------------------------------------------------------------------------------

# What each implementation makes of the coordinates of one pixel, each from -1 to 1. With the radius, then without.
THEIR_CHANNELS = {
    ("released", 2, True): lambda y, x: [x, y, math.sqrt(x**2 + y**2)],
    ("released", 2, False): lambda y, x: [x, y],
    ("mkocabas", 2, True): lambda y, x: [y, x, math.sqrt((y - 0.5) ** 2 + (x - 0.5) ** 2)],
    ("mkocabas", 2, False): lambda y, x: [y, x],
    ("walsvid", 1, True): lambda x: [x, math.sqrt((x - 0.5) ** 2)],
    ("walsvid", 1, False): lambda x: [x],
    ("walsvid", 2, True): lambda y, x: [y, x, math.sqrt((y - 0.5) ** 2 + (x - 0.5) ** 2)],
    ("walsvid", 2, False): lambda y, x: [y, x],
    ("titu1994", 1, False): lambda x: [x],
    ("titu1994", 2, True): lambda y, x: [y, x, math.sqrt((y - 0.5) ** 2 + (x - 0.5) ** 2)],
    ("titu1994", 2, False): lambda y, x: [y, x],
    ("titu1994", 3, False): lambda z, y, x: [z, y, x],
    ("solo", 2, False): lambda y, x: [x, y],
    ("paddledetection", 2, False): lambda y, x: [x, y],
    ("wizaron", 2, True): lambda y, x: [y, x, math.sqrt(y**2 + x**2) / math.sqrt(2)],
    ("wizaron", 2, False): lambda y, x: [y, x],
}
KERAS = {"released", "titu1994"}
OFF_CENTRE = {"mkocabas", "walsvid", "titu1994"}

everywhere = pytest.mark.parametrize(("convention", "rank", "radius"), THEIR_CHANNELS)


def pixels(size):
    return itertools.product(*map(range, size))


def with_their_coordinates(image, convention, radius):
    """Return the image `(channels, *size)` with the maps of the convention."""
    size = image.shape[1:]
    channels = THEIR_CHANNELS[convention, len(size), radius]
    maps = np.zeros((len(channels(*size)), *size))
    for pixel in pixels(size):
        maps[(slice(None), *pixel)] = channels(*(2 * i / (n - 1) - 1 for i, n in zip(pixel, size, strict=True)))
    return np.concatenate([maps, image] if convention == "wizaron" else [image, maps])


def their_convolution(image, weight, bias, convention, padding, mode):
    """Return `(out, *size)`: each output is the sum of a window times the kernel, which is indexed in its layout."""
    keras, rank = convention in KERAS, image.ndim - 1
    image = np.pad(image, [(0, 0), *padding], mode=mode)
    kernel = weight.shape[:rank] if keras else weight.shape[2:]
    size = [n - k + 1 for n, k in zip(image.shape[1:], kernel, strict=True)]
    out = np.zeros((len(bias), *size))
    for o, place, c, tap in itertools.product(range(len(bias)), pixels(size), range(len(image)), pixels(kernel)):
        at = tuple(np.add(place, tap))
        out[(o, *place)] += image[(c, *at)] * (weight[(*tap, c, o)] if keras else weight[(o, c, *tap)])
    return out + bias.reshape(-1, *[1] * rank)


def their_transposed_convolution(image, weight, bias, convention, stride):
    """Return `(out, *size)`, nothing cropped: each input lays a copy of the kernel, times itself, into the output."""
    keras, rank = convention in KERAS, image.ndim - 1
    kernel = weight.shape[:rank] if keras else weight.shape[2:]
    out = np.zeros((len(bias), *((n - 1) * stride + k for n, k in zip(image.shape[1:], kernel, strict=True))))
    for c, place, o, tap in itertools.product(
        range(len(image)), pixels(image.shape[1:]), range(len(bias)), pixels(kernel)
    ):
        at = tuple(stride * np.array(place) + tap)
        out[(o, *at)] += image[(c, *place)] * (weight[(*tap, o, c)] if keras else weight[(c, o, *tap)])
    return out + bias.reshape(-1, *[1] * rank)


def trained(layer, convention, seed=0):
    """Return a weight and a bias as training might leave them for the layer, in the layout of the convention."""
    generator = np.random.default_rng(seed)
    first, second, *kernel = layer.weight.shape
    shape = (*kernel, second, first) if convention in KERAS else (first, second, *kernel)
    return generator.normal(size=shape), generator.normal(size=layer.out_channels)


def image(channels, size, seed=1):
    return np.random.default_rng(seed).normal(size=(channels, *size))


def layer_class(rank, convention="released", radius=False, transposed=False):
    name = f"CoordConv{'Transpose' if transposed else ''}{rank}d"
    off_centre = radius and convention in OFF_CENTRE
    return getattr(compat, f"OffCentre{name}") if off_centre else getattr(coordconv, name)


def loaded(layer, weight, bias, convention):
    layer.load_state_dict(convert(layer, weight, bias, convention=convention))
    return layer


def run(layer, x):
    with torch.no_grad():
        return layer(torch.from_numpy(x)[None])[0].numpy()


# --- What it computes ------------------------------------------------------------------------------------------------


@everywhere
@SETTINGS
@given(st.data())
def test_a_converted_layer_computes_what_theirs_did(convention, rank, radius, data):
    size = [data.draw(st.integers(3, 5)) for _ in range(rank)]
    if convention == "released":
        size = [size[0]] * rank
    kernel = data.draw(st.sampled_from([1, 3] if rank < 3 else [1, 2]))
    padding = data.draw(st.sampled_from([0, kernel // 2]))
    mode = data.draw(st.sampled_from(["zeros", "circular"]))
    off_centre = radius and convention in OFF_CENTRE
    padded_with_zeros = padding and mode == "zeros"
    spans = CENTRED if padded_with_zeros or (radius and not off_centre) else CENTRED + SHIFTED
    layer = layer_class(rank, convention, radius)(
        2, 2, kernel, padding=padding, padding_mode=mode, dtype=torch.float64,
        radius=radius, order=data.draw(st.sampled_from(["ij", "xy"])), span=data.draw(st.sampled_from(spans)),
    )  # fmt: skip
    weight, bias = trained(layer, convention)
    x = image(2, size)
    expected = their_convolution(
        with_their_coordinates(x, convention, radius), weight, bias, convention,
        [(padding, padding)] * rank, "constant" if mode == "zeros" else "wrap",
    )  # fmt: skip
    assert np.allclose(run(loaded(layer, weight, bias, convention), x), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("convention", "radius"), [(c, r) for c, rank, r in THEIR_CHANNELS if rank == 2])
@pytest.mark.parametrize("order", ["ij", "xy"])
def test_a_transposed_layer_too(convention, radius, order):
    layer = layer_class(2, convention, radius, transposed=True)(
        2, 3, (3, 2), stride=2, dtype=torch.float64, radius=radius, order=order, span=(-2.0, 2.0)
    )
    weight, bias = trained(layer, convention)
    x = image(2, (4, 4))
    both = with_their_coordinates(x, convention, radius)
    expected = their_transposed_convolution(both, weight, bias, convention, stride=2)
    assert np.allclose(run(loaded(layer, weight, bias, convention), x), expected, rtol=0, atol=1e-12)


def test_a_transposed_layer_of_ones_may_be_shifted():
    layer = CoordConvTranspose2d(2, 3, 1, dtype=torch.float64, span=(0, 1))
    weight, bias = trained(layer, "wizaron")
    x = image(2, (3, 4))
    expected = their_transposed_convolution(with_their_coordinates(x, "wizaron", False), weight, bias, "wizaron", 1)
    assert np.allclose(run(loaded(layer, weight, bias, "wizaron"), x), expected, rtol=0, atol=1e-12)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
def test_an_even_kernel_is_padded_as_tensorflow_pads():
    # SAME adds kernel - 1 rows, the odd one below; padding="same" does so, too.
    layer = CoordConv2d(2, 3, (2, 4), padding="same", dtype=torch.float64, order="xy")
    weight, bias = trained(layer, "released")
    x = image(2, (5, 5))
    both = with_their_coordinates(x, "released", False)
    expected = their_convolution(both, weight, bias, "released", [(0, 1), (1, 2)], "constant")
    assert np.allclose(run(loaded(layer, weight, bias, "released"), x), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kernel", [3, 5])
def test_a_stride_of_2_is_padded_as_tensorflow_pads_once_the_kernel_begins_with_zeros(kernel):
    # SAME adds kernel - 2 rows to an even size, the odd one below.
    above, n = (kernel - 2) // 2, 6
    layer = CoordConv2d(2, 3, kernel + 1, stride=2, padding=kernel // 2, dtype=torch.float64)
    weight, bias = trained(CoordConv2d(2, 3, kernel), "released")
    x = image(2, (n, n))
    both = with_their_coordinates(x, "released", False)
    all_places = their_convolution(both, weight, bias, "released", [(above, kernel - 2 - above)] * 2, "constant")
    begun_with_zeros = np.pad(weight, [(1, 0), (1, 0), (0, 0), (0, 0)])
    ours = run(loaded(layer, begun_with_zeros, bias, "released"), x)
    assert ours.shape == (3, n // 2, n // 2)
    assert np.allclose(ours, all_places[:, ::2, ::2], rtol=0, atol=1e-12)


@pytest.mark.parametrize("kernel", [2, 3, 4, 5])
def test_a_deconvolution_is_cropped_as_tensorflow_crops(kernel):
    # SAME at stride 2 keeps twice the size and crops kernel - 2 rows, the odd one below.
    above, n = (kernel - 2) // 2, 4
    layer = CoordConvTranspose2d(2, 3, kernel, stride=2, padding=above, dtype=torch.float64)
    weight, bias = trained(layer, "titu1994")
    x = image(2, (n, n))
    whole = their_transposed_convolution(with_their_coordinates(x, "titu1994", False), weight, bias, "titu1994", 2)
    expected = whole[:, above : above + 2 * n, above : above + 2 * n]
    ours = run(loaded(layer, weight, bias, "titu1994"), x)[:, : 2 * n, : 2 * n]
    assert ours.shape == expected.shape
    assert np.allclose(ours, expected, rtol=0, atol=1e-12)


def test_a_span_that_has_their_radius_is_found_without_the_special_layer():
    # Coordinates from -1.5 to 0.5 are theirs less 0.5, and so their radius is measured from zero.
    layer = CoordConv2d(2, 3, 3, dtype=torch.float64, radius=True, span=(-1.5, 0.5))
    weight, bias = trained(layer, "mkocabas")
    x = image(2, (4, 5))
    both = with_their_coordinates(x, "mkocabas", True)
    expected = their_convolution(both, weight, bias, "mkocabas", [(0, 0)] * 2, "constant")
    assert np.allclose(run(loaded(layer, weight, bias, "mkocabas"), x), expected, rtol=0, atol=1e-12)


def test_without_the_conversion_it_would_be_another_function():
    layer = CoordConv2d(2, 3, 3, padding=1, dtype=torch.float64)
    weight, bias = trained(layer, "solo")
    converted = run(loaded(layer, weight, bias, "solo"), image(2, (5, 4)))
    layer.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
    assert abs(run(layer, image(2, (5, 4))) - converted).max() > 0.1


def test_a_decoupled_head_of_solo_has_one_coordinate_and_the_other_with_zeros():
    layer = CoordConv2d(2, 3, 3, padding=1, bias=False, dtype=torch.float64)
    only_x = torch.rand(3, 2 + 1, 3, 3, dtype=torch.float64)
    layer.load_state_dict(convert(layer, nn.functional.pad(only_x, (0, 0, 0, 0, 0, 1)), convention="solo"))
    x = image(2, (4, 5))
    both = np.concatenate([x, np.broadcast_to(2 * np.arange(5.0) / 4 - 1, (1, 4, 5))])
    expected = their_convolution(both, only_x.numpy(), np.zeros(3), "solo", [(1, 1)] * 2, "constant")
    assert np.allclose(run(layer, x), expected, rtol=0, atol=1e-12)


# --- The state dict --------------------------------------------------------------------------------------------------


def test_a_drawn_example():
    # In: input, x, y, radius as TensorFlow has them, 1 × 1. Here: input, row, column, radius, from 0 to 10,
    # a fifth as steep, and 1 less at the zero: that is 20 + 30 less in the bias.
    layer = CoordConv2d(1, 1, 1, span=(0, 10))
    state = convert(layer, [[[[1], [20], [30]]]], [99.5], convention="released")
    assert state["weight"].flatten().tolist() == pytest.approx([1, 6, 4])
    assert state["bias"].tolist() == [49.5]
    assert convert(layer, [[[[1]], [[20]], [[30.5]]]], [1], convention="solo")["bias"].tolist() == [-49.5]  # integers


def test_numpy_arrays_of_another_dtype_and_read_only_ones_are_taken():
    layer = CoordConv2d(3, 4, 3)
    weight, bias = trained(layer, "titu1994")
    weight.flags.writeable = bias.flags.writeable = False
    assert loaded(layer, weight, bias, "titu1994").weight.dtype == torch.float32
    assert convert(layer, weight.astype(np.float32), convention="titu1994")["weight"].dtype == torch.float32


def test_no_bias_is_a_bias_of_zeros_or_none():
    weight = torch.rand(4, 5, 3, 3)
    assert convert(CoordConv2d(3, 4, 3), weight, convention="solo")["bias"].tolist() == [0, 0, 0, 0]
    assert list(convert(CoordConv2d(3, 4, 3, bias=False), weight, convention="solo")) == ["weight"]


def test_nothing_is_changed_and_nothing_is_shared():
    layer = CoordConv2d(3, 4, 3)
    before = copy.deepcopy(layer.state_dict())
    weight, bias = nn.Parameter(torch.rand(4, 5, 3, 3)), nn.Parameter(torch.rand(4))
    kept = weight.clone(), bias.clone()
    for value in convert(layer, weight, bias, convention="mkocabas").values():
        assert not value.requires_grad
        assert value.is_contiguous()
        value.zero_()
    assert torch.equal(weight, kept[0])
    assert torch.equal(bias, kept[1])
    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())


def test_the_names_in_the_signature_are_those_of_the_table():
    assert list(get_args(Name)) == list(CONVENTIONS)
    assert {(c.name, rank, False) for c in CONVENTIONS.values() for rank in c.ranks} | {
        (c.name, rank, True) for c in CONVENTIONS.values() for rank in c.radius_ranks
    } == set(THEIR_CHANNELS)


def test_importing_the_layers_does_not_import_this():
    program = "import sys, coordconv; sys.exit('coordconv.compat' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
