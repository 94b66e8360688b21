"""Every layer computes what concatenation computes, over everything its arguments allow."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import coordconv

# An even kernel with "same" padding: PyTorch warns that it pads by copying.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")

SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)
LAYERS = [f"CoordConv{kind}{rank}d" for kind in ("", "Transpose") for rank in (1, 2, 3)]
CHANNELS_LAST = {3: torch.contiguous_format, 4: torch.channels_last, 5: torch.channels_last_3d}
# Of the largest value; coordinates keep single precision, and the sum is rounded twice in a half type.
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 2e-2, torch.float16: 3e-3}


@st.composite
def axes(draw, mode, padding, longest):
    """One axis: (size, kernel, stride, dilation, padding) that PyTorch accepts together."""
    size = draw(st.integers(1, longest))
    dilation = draw(st.integers(1, 2))
    most = {"reflect": size - 1, "circular": size}.get(mode, 3)  # what torch.nn.functional.pad allows
    if padding == "same":
        kernel = 5 if mode == "zeros" else 1 + 2 * most // dilation
        return size, draw(st.integers(1, min(kernel, 5))), 1, dilation, "same"
    pad = 0 if padding == "valid" else draw(st.integers(0, min(most, 3)))
    kernel = 1 + (size + 2 * pad - 1) // dilation
    return size, draw(st.integers(1, min(kernel, 5))), draw(st.integers(1, 3)), dilation, pad


@st.composite
def transposed_axes(draw, longest):
    """One axis: (size, kernel, stride, dilation, padding, output padding) that leave an output."""
    size, kernel = draw(st.integers(1, longest)), draw(st.integers(1, 4))
    stride, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    output_padding = draw(st.integers(0, max(stride, dilation) - 1))
    most = ((size - 1) * stride + dilation * (kernel - 1) + output_padding) // 2
    return size, kernel, stride, dilation, draw(st.integers(0, min(most, 3))), output_padding


@st.composite
def layers(draw):
    """A layer of any kind and the size of an input that it takes."""
    name = draw(st.sampled_from(LAYERS))
    rank = int(name[-2])
    longest = {1: 9, 2: 7, 3: 4}[rank]
    groups = draw(st.integers(1, 3))
    if "Transpose" in name:
        each = [draw(transposed_axes(longest)) for _ in range(rank)]
        size, kernel, stride, dilation, padding, output_padding = map(tuple, zip(*each, strict=True))
        special = {"output_padding": output_padding}
    else:
        modes = ["zeros", "replicate", "circular", "reflect"]
        mode, padding = draw(st.sampled_from(modes)), draw(st.sampled_from(["numbers", "numbers", "same", "valid"]))
        each = [draw(axes(mode, padding, longest)) for _ in range(rank)]
        size, kernel, stride, dilation, pads = map(tuple, zip(*each, strict=True))
        padding = pads if padding == "numbers" else padding
        special = {"padding_mode": mode}
    layer = getattr(coordconv, name)(
        draw(st.integers(1, 3)) * groups,
        draw(st.integers(1, 2)) * groups,
        kernel,
        stride,
        padding,
        dilation=dilation,
        groups=groups,
        bias=draw(st.booleans()),
        radius=draw(st.booleans()),
        order=draw(st.sampled_from(["ij", "xy"])),
        span=draw(st.sampled_from([(-1.0, 1.0), (0.0, 1.0), (-0.5, 2.0)])),
        anchor=draw(st.sampled_from(["corners", "centers"])),
        dtype=torch.float64,
        **special,
    )
    return layer, size


@SETTINGS
@given(
    drawn=layers(),
    batch=st.integers(1, 3),
    dtype=st.sampled_from([torch.float64, torch.float64, torch.float32, torch.bfloat16, torch.float16]),
    channels_last=st.booleans(),
    evaluating=st.booleans(),
)
def test_computes_what_concatenation_computes(concatenating, random, drawn, batch, dtype, channels_last, evaluating):
    layer, size = drawn
    with torch.no_grad():
        for number, parameter in enumerate(layer.parameters()):
            parameter.copy_(random(*parameter.shape, seed=number + 1))
    layer, x = layer.to(dtype), random(batch, layer.in_channels, *size).to(dtype)
    expected = concatenating(copy.deepcopy(layer).double(), x.double())  # exact, for these rounded values

    memory_format = CHANNELS_LAST[x.dim()] if channels_last else torch.contiguous_format
    layer, x = layer.to(memory_format=memory_format), x.to(memory_format=memory_format)
    with torch.set_grad_enabled(not evaluating):
        for _ in range(2):  # what the first call keeps serves the second
            out = layer(x)
            assert out.dtype == dtype
            assert (out - expected).abs().max() <= TOLERANCE[dtype] * expected.abs().max().clamp(min=1)
        # without a batch
        assert (layer(x[0]) - expected[0]).abs().max() <= TOLERANCE[dtype] * expected.abs().max().clamp(min=1)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_padding_mode_pads_the_coordinates_too(concatenating, random, mode, rank):
    layer = getattr(coordconv, f"CoordConv{rank}d")(
        4, 6, 3, stride=2, padding=(2, 1, 2)[:rank], groups=2, padding_mode=mode, dtype=torch.float64
    )
    x = random(2, 4, *(5, 7, 4)[:rank])
    assert torch.allclose(layer(x), concatenating(layer, x), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_depthwise(concatenating, random, name):
    rank = int(name[-2])
    layer = getattr(coordconv, name)(4, 4, 3, padding=1, groups=4, radius=True, dtype=torch.float64)
    x = random(2, 4, *(6, 5, 3)[:rank])
    channels = layer.weight.shape[0] // 4 if layer.transposed else layer.weight.shape[1]
    assert channels == 1 + rank + 1
    assert torch.allclose(layer(x), concatenating(layer, x), rtol=1e-12, atol=1e-12)


def test_a_transposed_layer_reaches_every_output_size_of_its_stride(concatenating, random):
    layer = coordconv.CoordConvTranspose2d(2, 3, 3, stride=3, padding=1, radius=True, dtype=torch.float64)
    x = random(2, 2, 4, 5)
    for extra in [(0, 0), (1, 0), (2, 2)]:
        size = tuple((n - 1) * 3 + 1 + e for n, e in zip((4, 5), extra, strict=True))
        with torch.no_grad():
            for output_size in (list(size), torch.Size((2, 3, *size))):
                out = layer(x, output_size=output_size)
                assert out.shape == (2, 3, *size)
                assert torch.allclose(out, concatenating(layer, x, extra), rtol=1e-12, atol=1e-12)


def test_a_drawn_transposed_example():
    # A kernel of one, stride 2: each input value, and 10 × its coordinate, lands on every other place.
    #
    # input  1 2 3    10 × coordinate  -10 0 10    sum  -9 2 13    out  -9 . 2 . 13
    layer = coordconv.CoordConvTranspose1d(1, 1, 1, stride=2, bias=False)
    layer.load_state_dict({"weight": torch.tensor([1.0, 10]).reshape(2, 1, 1)})
    assert layer(torch.tensor([[[1.0, 2, 3]]])).tolist() == [[[-9, 0, 2, 0, 13]]]
