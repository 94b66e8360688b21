"""CoordConv2d against the obvious implementation, which concatenates."""

import copy
import inspect
import math
import pickle

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from coordconv import CoordConv2d, coordinate_grid

# An even kernel with "same" padding: PyTorch warns that it pads by copying.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")

SETTINGS = settings(derandomize=True, deadline=None, max_examples=50)


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def concatenating(layer, x):
    """The oracle: put the coordinates after each group's inputs, pad, convolve."""
    grid = coordinate_grid(
        x.shape[2:],
        radius=layer.radius,
        order=layer.order,
        span=layer.span,
        anchor=layer.anchor,
        dtype=x.dtype,
    ).expand(len(x), -1, -1, -1)
    both = torch.cat([part for group in x.chunk(layer.groups, dim=1) for part in (group, grid)], dim=1)
    height, width = layer.kernel_size
    if layer.padding == "same":
        total = [layer.dilation[1] * (width - 1), layer.dilation[0] * (height - 1)]
        padding = [end for t in total for end in (t // 2, t - t // 2)]
    elif layer.padding == "valid":
        padding = [0, 0, 0, 0]
    else:
        padding = [layer.padding[1]] * 2 + [layer.padding[0]] * 2
    mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
    padded = F.pad(both, padding, mode=mode)
    return F.conv2d(padded, layer.weight, layer.bias, layer.stride, 0, layer.dilation, layer.groups)


def random(*shape, dtype=torch.float64, seed=0):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


@st.composite
def axes(draw, mode, padding):
    """One axis: (size, kernel, stride, dilation, padding) that PyTorch accepts together."""
    size = draw(st.integers(1, 9))
    dilation = draw(st.integers(1, 2))
    most = {"reflect": size - 1, "circular": size}.get(mode, 3)  # what torch.nn.functional.pad allows
    if padding == "same":
        longest = 5 if mode == "zeros" else 1 + 2 * most // dilation
        return size, draw(st.integers(1, min(longest, 5))), 1, dilation, "same"
    pad = 0 if padding == "valid" else draw(st.integers(0, min(most, 3)))
    longest = 1 + (size + 2 * pad - 1) // dilation
    return size, draw(st.integers(1, min(longest, 5))), draw(st.integers(1, 3)), dilation, pad


@st.composite
def layers_and_inputs(draw):
    mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    padding = draw(st.sampled_from(["numbers", "numbers", "same", "valid"]))
    both = axes(mode, padding)
    size, kernel, stride, dilation, pads = zip(draw(both), draw(both), strict=True)
    if padding == "numbers":
        padding = pads
    groups = draw(st.integers(1, 3))
    layer = CoordConv2d(
        draw(st.integers(1, 3)) * groups,
        draw(st.integers(1, 2)) * groups,
        kernel,
        stride,
        padding,
        dilation,
        groups,
        draw(st.booleans()),
        mode,
        dtype=torch.float64,
        radius=draw(st.booleans()),
        order=draw(st.sampled_from(["ij", "xy"])),
        span=draw(st.sampled_from([(-1.0, 1.0), (0.0, 1.0), (-0.5, 2.0)])),
        anchor=draw(st.sampled_from(["corners", "centers"])),
    )
    with torch.no_grad():
        for number, parameter in enumerate(layer.parameters()):
            parameter.copy_(random(*parameter.shape, seed=number + 1))
    return layer, random(draw(st.integers(1, 3)), layer.in_channels, *size)


@SETTINGS
@given(layers_and_inputs())
def test_computes_what_concatenation_computes(example):
    layer, x = example
    expected = concatenating(layer, x)
    assert torch.allclose(layer(x), expected, rtol=1e-12, atol=1e-12)
    assert torch.allclose(layer(x[0]), expected[0], rtol=1e-12, atol=1e-12)  # without a batch


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_every_padding_mode_pads_the_coordinates_too(mode):
    layer = CoordConv2d(4, 6, 3, stride=(1, 2), padding=(2, 1), groups=2, padding_mode=mode, dtype=torch.float64)
    x = random(2, 4, 5, 7)
    assert torch.allclose(layer(x), concatenating(layer, x), rtol=1e-12, atol=1e-12)


def test_depthwise():
    layer = CoordConv2d(4, 4, 3, padding=1, groups=4, radius=True, dtype=torch.float64)
    x = random(2, 4, 6, 5)
    assert layer.weight.shape == (4, 1 + 3, 3, 3)
    assert torch.allclose(layer(x), concatenating(layer, x), rtol=1e-12, atol=1e-12)


def test_a_drawn_example():
    # The weight picks the input, 10 rows and 100 columns; the bias is 1000.
    #
    # input  1 2 3    10 × row  -10 -10 -10    100 × column  -100 0 100
    #        4 5 6               10  10  10                  -100 0 100
    layer = CoordConv2d(1, 1, 1)
    layer.load_state_dict({"weight": torch.tensor([1.0, 10, 100]).reshape(1, 3, 1, 1), "bias": torch.tensor([1000.0])})
    out = layer(torch.tensor([[[[1.0, 2, 3], [4, 5, 6]]]]))
    assert out.tolist() == [[[[891, 992, 1093], [914, 1015, 1116]]]]


def test_borders_of_zeros_hold_zeros_in_the_coordinate_maps():
    # A column of ones, three high, sums the rows -1, 0, 1 with a zero beyond each border:
    # 0-1+0, -1+0+1, 0+1+0
    layer = CoordConv2d(1, 1, (3, 1), padding=(1, 0), bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([0.0, 1, 0]).reshape(1, 3, 1, 1).expand(1, 3, 3, 1))
    assert layer(torch.zeros(1, 1, 3, 1)).flatten().tolist() == [-1, 0, 1]


def test_a_lone_pixel_gives_numbers():
    assert torch.isfinite(CoordConv2d(2, 3, 1, radius=True)(torch.zeros(1, 2, 1, 1))).all()


@pytest.mark.parametrize(
    "arguments",
    [
        {"kernel_size": 3},
        {"kernel_size": (1, 5), "bias": False, "dtype": torch.float64},
        {"kernel_size": 3, "groups": 2},
    ],
)
@pytest.mark.parametrize("radius", [False, True])
def test_the_same_seed_gives_the_initial_values_of_the_plain_layer(arguments, radius):
    coords = arguments.get("groups", 1) * (3 if radius else 2)
    torch.manual_seed(7)
    plain = nn.Conv2d(4 + coords, 6, **arguments)
    torch.manual_seed(7)
    layer = CoordConv2d(4, 6, **arguments, radius=radius)
    assert list(layer.state_dict()) == list(plain.state_dict())
    for name, value in plain.state_dict().items():
        assert torch.equal(layer.state_dict()[name], value)
    torch.manual_seed(8)
    plain.reset_parameters()
    torch.manual_seed(8)
    layer.reset_parameters()
    assert torch.equal(layer.weight, plain.weight)


def test_the_bound_of_the_initial_values_counts_the_coordinates():
    layer = CoordConv2d(3, 64, 3)
    bound = 1 / math.sqrt((3 + 2) * 9)
    assert 0.98 * bound < layer.weight.abs().max() <= bound
    assert layer.bias.abs().max() <= bound


def test_a_checkpoint_of_a_concatenating_implementation_loads():
    class Concatenating(nn.Conv2d):
        def __init__(self, in_channels, *args):
            super().__init__(in_channels + 2, *args)

        def forward(self, x):
            row = torch.linspace(-1, 1, x.shape[2])[:, None].expand(len(x), 1, *x.shape[2:])
            column = torch.linspace(-1, 1, x.shape[3]).expand(len(x), 1, *x.shape[2:])
            return super().forward(torch.cat([x, row, column], dim=1))

    theirs, ours = Concatenating(3, 8, 3), CoordConv2d(3, 8, 3)
    ours.load_state_dict(theirs.state_dict())
    x = random(2, 3, 9, 12, dtype=torch.float32)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)


@pytest.mark.parametrize("padding_mode", ["zeros", "circular"])
def test_gradients(padding_mode):
    layer = CoordConv2d(2, 2, 2, padding=1, groups=2, padding_mode=padding_mode, radius=True, dtype=torch.float64)

    def function(x, weight, bias):
        return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)

    inputs = [random(2, 2, 3, 2, seed=3), *layer.parameters()]
    inputs = [tensor.detach().requires_grad_() for tensor in inputs]
    assert torch.autograd.gradcheck(function, inputs)
    assert torch.autograd.gradgradcheck(function, inputs)


def test_gradients_are_those_of_concatenation():
    layer = CoordConv2d(3, 4, 3, padding=1, dtype=torch.float64)
    x = random(5, 3, 6, 4)
    ours = torch.autograd.grad(layer(x).square().sum(), list(layer.parameters()))
    theirs = torch.autograd.grad(concatenating(layer, x).square().sum(), list(layer.parameters()))
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.bfloat16, 0.05), (torch.float16, 0.01), (torch.float32, 1e-5)])
def test_low_precision(dtype, tolerance):
    layer = CoordConv2d(3, 4, 3, padding=1, dtype=dtype)
    x = random(2, 3, 8, 6).to(dtype)
    out = layer(x)
    exact = concatenating(copy.deepcopy(layer).double(), x.double())
    assert out.dtype == dtype
    assert torch.allclose(out.double(), exact, atol=tolerance)


def test_autocast_rounds_as_concatenation_would():
    layer = CoordConv2d(3, 4, 3)
    x = random(2, 3, 8, 6, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = layer(x)
    assert out.dtype == torch.bfloat16
    assert torch.allclose(out.float(), layer(x), atol=0.05)


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("memory_format", [torch.channels_last, torch.contiguous_format])
def test_the_memory_format_is_kept(memory_format, kernel):
    layer = CoordConv2d(3, 4, kernel)
    x = random(2, 3, 8, 6, dtype=torch.float32)
    expected = concatenating(layer, x)
    out = layer.to(memory_format=memory_format)(x.contiguous(memory_format=memory_format))
    assert out.is_contiguous(memory_format=memory_format)
    assert torch.allclose(out, expected, atol=1e-6)


def test_the_signature_is_that_of_the_plain_layer_and_four_keywords():
    plain = inspect.signature(nn.Conv2d).parameters
    ours = inspect.signature(CoordConv2d).parameters
    shared = list(ours.values())[: len(plain)]
    described = [(p.name, p.kind, p.default) for p in shared]
    assert described == [(p.name, p.kind, p.default) for p in plain.values()]
    extras = list(ours.values())[len(plain) :]
    assert [(p.name, p.default) for p in extras] == [
        ("radius", False),
        ("order", "ij"),
        ("span", (-1.0, 1.0)),
        ("anchor", "corners"),
    ]
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in extras)


def test_only_the_weight_and_the_bias_are_stored():
    layer = CoordConv2d(3, 4, 3)
    layer(torch.zeros(1, 3, 5, 5))
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert not list(layer.buffers())
    assert layer.in_channels == 3


def test_copies_and_pickles_compute_the_same():
    layer, x = CoordConv2d(3, 4, 3, order="xy"), random(1, 3, 5, 6, dtype=torch.float32)
    assert torch.equal(copy.deepcopy(layer)(x), layer(x))
    assert torch.equal(pickle.loads(pickle.dumps(layer))(x), layer(x))


def test_a_parametrised_weight_is_used_whole():
    layer = nn.utils.parametrizations.weight_norm(CoordConv2d(3, 4, 3, dtype=torch.float64))
    x = random(1, 3, 5, 6)
    assert torch.allclose(layer(x), concatenating(layer, x))


def test_the_size_may_change_between_calls_and_the_batch_may_be_empty():
    layer = CoordConv2d(3, 4, 3, dtype=torch.float64)
    for shape in [(1, 3, 5, 5), (2, 3, 7, 4), (1, 3, 5, 5)]:
        x = random(*shape)
        assert torch.allclose(layer(x), concatenating(layer, x))
    assert layer(torch.zeros(0, 3, 5, 5, dtype=torch.float64)).shape == (0, 4, 3, 3)
    assert CoordConv2d(3, 4, 3, device="meta")(torch.zeros(2, 3, 5, 5, device="meta")).shape == (2, 4, 3, 3)


def test_the_layer_reads_well():
    assert repr(CoordConv2d(3, 8, 3, padding=1, bias=False, radius=True, order="xy", span=(0, 1))) == (
        "CoordConv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False, "
        "radius=True, order='xy', span=(0, 1))"
    )
    assert repr(CoordConv2d(3, 8, 1)) == "CoordConv2d(3, 8, kernel_size=(1, 1), stride=(1, 1))"


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (
            torch.zeros(2, 5, 8, 8),
            ValueError,
            "CoordConv2d expected 3 input channels (coordinates are added by the layer), "
            "but got 5 in an input of shape (2, 5, 8, 8).",
        ),
        (torch.zeros(5, 8, 8), ValueError, "but got 5 in an input of shape (5, 8, 8)."),
        (torch.zeros(8, 8), ValueError, "of shape (N, C, H, W) or (C, H, W), but got (8, 8)."),
        (torch.zeros(1, 1, 3, 8, 8), ValueError, "of shape (N, C, H, W) or (C, H, W)"),
        (
            torch.zeros(2, 3, 8, 8, dtype=torch.int64),
            TypeError,
            "CoordConv2d expected a floating-point input, but got torch.int64.",
        ),
        (torch.zeros(2, 3, 0, 8), ValueError, "at least 1, but got an input of shape (2, 3, 0, 8)."),
    ],
)
def test_errors_are_one_clear_sentence(x, error, words):
    with pytest.raises(error) as caught:
        CoordConv2d(3, 4, 3)(x)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"in_channels": 0}, "CoordConv2d expected in_channels to be at least 1, but got 0."),
        ({"order": "rows"}, "order must be 'ij' or 'xy', but got 'rows'."),
        ({"span": (1.0, -1.0)}, "span must be two finite numbers, the smaller first, but got (1.0, -1.0)."),
        ({"anchor": None}, "anchor must be 'corners' or 'centers', but got None."),
        ({"groups": 2}, "in_channels must be divisible by groups"),
    ],
)
def test_wrong_arguments_are_refused_when_the_layer_is_made(arguments, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        CoordConv2d(**{"in_channels": 3, "out_channels": 4, "kernel_size": 3} | arguments)
    assert words in str(caught.value)
