"""Layers as their users meet them: arguments, initial values, checkpoints, representation, errors."""

import inspect
import math

import pytest
import torch
from torch import nn

import coordconv
from coordconv import CoordConv1d, CoordConv2d, CoordConv3d, CoordConvTranspose2d

LAYERS = [f"CoordConv{kind}{rank}d" for kind in ("", "Transpose") for rank in (1, 2, 3)]


@pytest.fixture(params=LAYERS)
def pair(request):
    """A CoordConv layer, and its `torch.nn` sibling."""
    return getattr(coordconv, request.param), getattr(nn, request.param.removeprefix("Coord"))


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


@pytest.mark.parametrize("radius", [False, True])
def test_a_lone_element_gives_numbers(pair, radius):
    layer = pair[0](2, 3, 1, radius=radius)
    assert torch.isfinite(layer(torch.zeros(1, 2, *[1] * len(layer.kernel_size)))).all()


@pytest.mark.parametrize(
    "arguments",
    [
        {"kernel_size": 3},
        {"kernel_size": 2, "bias": False, "dtype": torch.float64},
        {"kernel_size": 3, "groups": 2},
    ],
)
@pytest.mark.parametrize("radius", [False, True])
def test_the_same_seed_gives_the_initial_values_of_the_plain_layer(pair, arguments, radius):
    ours, theirs = pair
    coords = arguments.get("groups", 1) * (int(ours.__name__[-2]) + radius)
    torch.manual_seed(7)
    plain = theirs(4 + coords, 6, **arguments)
    torch.manual_seed(7)
    layer = ours(4, 6, **arguments, radius=radius)
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


@pytest.mark.parametrize("transposed", [False, True])
def test_a_checkpoint_of_a_concatenating_implementation_loads(random, transposed):
    kind = nn.ConvTranspose2d if transposed else nn.Conv2d

    class Concatenating(kind):
        def __init__(self, in_channels, *args):
            super().__init__(in_channels + 2, *args)

        def forward(self, x):
            row = torch.linspace(-1, 1, x.shape[2])[:, None].expand(len(x), 1, *x.shape[2:])
            column = torch.linspace(-1, 1, x.shape[3]).expand(len(x), 1, *x.shape[2:])
            return super().forward(torch.cat([x, row, column], dim=1))

    theirs, ours = Concatenating(3, 8, 3), (CoordConvTranspose2d if transposed else CoordConv2d)(3, 8, 3)
    ours.load_state_dict(theirs.state_dict())
    x = random(2, 3, 9, 12, dtype=torch.float32)
    assert torch.allclose(ours(x), theirs(x), atol=1e-6)


def test_the_signature_is_that_of_the_plain_layer_and_four_keywords(pair):
    ours, plain = (inspect.signature(kind).parameters for kind in pair)
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
    forwards = [list(inspect.signature(kind.forward).parameters) for kind in pair]
    assert forwards[0] == forwards[1]


def test_a_layer_is_one_of_its_siblings_with_every_argument_in_its_place(pair):
    ours, theirs = pair
    names = list(inspect.signature(theirs).parameters)
    values = {
        "in_channels": 4,
        "out_channels": 6,
        "kernel_size": 5,
        "stride": 3,
        "padding": 2,
        "output_padding": 1,
        "dilation": 2,
        "groups": 2,
        "bias": False,
        "padding_mode": "zeros" if "Transpose" in ours.__name__ else "circular",
        "device": "meta",
        "dtype": torch.float64,
    }
    layer, plain = ours(*[values[name] for name in names]), theirs(*[values[name] for name in names])
    assert isinstance(layer, theirs)
    for name in set(names) - {"bias", "device", "dtype"}:
        assert getattr(layer, name) == getattr(plain, name)
    assert layer.bias is None
    assert (layer.weight.device, layer.weight.dtype) == (plain.weight.device, plain.weight.dtype)


def test_only_the_weight_and_the_bias_are_stored(pair):
    layer = pair[0](3, 4, 3)
    with torch.no_grad():
        layer(torch.zeros(1, 3, *[5] * len(layer.kernel_size)))
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert not list(layer.buffers())
    assert layer.in_channels == 3


def test_layers_read_well():
    assert repr(CoordConv2d(3, 8, 3, padding=1, bias=False, radius=True, order="xy", span=(0, 1))) == (
        "CoordConv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False, "
        "radius=True, order='xy', span=(0, 1))"
    )
    assert repr(CoordConv2d(3, 8, 1)) == "CoordConv2d(3, 8, kernel_size=(1, 1), stride=(1, 1))"
    assert repr(CoordConv1d(3, 8, 5, anchor="centers")) == (
        "CoordConv1d(3, 8, kernel_size=(5,), stride=(1,), anchor='centers')"
    )
    assert repr(CoordConvTranspose2d(4, 2, 4, 2, 1, 1, groups=2)) == (
        "CoordConvTranspose2d(4, 2, kernel_size=(4, 4), stride=(2, 2), padding=(1, 1), output_padding=(1, 1), groups=2)"
    )


@pytest.mark.parametrize(
    ("layer", "x", "error", "words"),
    [
        (
            CoordConv2d(3, 4, 3),
            torch.zeros(2, 5, 8, 8),
            ValueError,
            "CoordConv2d expected 3 input channels (coordinates are added by the layer), "
            "but got 5 in an input of shape (2, 5, 8, 8).",
        ),
        (CoordConv2d(3, 4, 3), torch.zeros(5, 8, 8), ValueError, "but got 5 in an input of shape (5, 8, 8)."),
        (CoordConv2d(3, 4, 3), torch.zeros(8, 8), ValueError, "of shape (N, C, H, W) or (C, H, W), but got (8, 8)."),
        (CoordConv2d(3, 4, 3), torch.zeros(1, 1, 3, 8, 8), ValueError, "of shape (N, C, H, W) or (C, H, W)"),
        (
            CoordConv2d(3, 4, 3),
            torch.zeros(2, 3, 8, 8, dtype=torch.int64),
            TypeError,
            "CoordConv2d expected a floating-point input, but got torch.int64.",
        ),
        (CoordConv2d(3, 4, 3), torch.zeros(2, 3, 0, 8), ValueError, "but got an input of shape (2, 3, 0, 8)."),
        (
            CoordConv1d(3, 4, 3),
            torch.zeros(8),
            ValueError,
            "CoordConv1d expected an input of shape (N, C, L) or (C, L)",
        ),
        (CoordConv3d(3, 4, 3), torch.zeros(3, 8, 8), ValueError, "(N, C, D, H, W) or (C, D, H, W), but got (3, 8, 8)."),
        (
            CoordConvTranspose2d(3, 4, 3),
            torch.zeros(2, 4, 8, 8),
            ValueError,
            "CoordConvTranspose2d expected 3 input channels",
        ),
        (CoordConvTranspose2d(3, 4, 3), torch.zeros(2, 3, 8, 0), ValueError, "every spatial axis to be at least 1"),
        (CoordConvTranspose2d(3, 4, 3), torch.zeros(2, 3, 8, 8).bool(), TypeError, "but got torch.bool."),
    ],
)
def test_a_wrong_input_gets_one_clear_sentence(layer, x, error, words):
    with pytest.raises(error) as caught:
        layer(x)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"in_channels": 0}, "expected in_channels to be at least 1, but got 0."),
        ({"order": "rows"}, "order must be 'ij' or 'xy', but got 'rows'."),
        ({"span": (1.0, -1.0)}, "span must be two finite numbers, the smaller first, but got (1.0, -1.0)."),
        ({"anchor": None}, "anchor must be 'corners' or 'centers', but got None."),
        ({"groups": 2}, "in_channels must be divisible by groups"),
    ],
)
def test_wrong_arguments_are_refused_when_the_layer_is_made(pair, arguments, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        pair[0](**{"in_channels": 3, "out_channels": 4, "kernel_size": 3} | arguments)
    assert words in str(caught.value)
