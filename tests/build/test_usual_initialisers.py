"""Initialisers that people state, and the defaults of the newer layers, against PyTorch's own."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from scipy import stats
from torch import Tensor, nn

from specit.build import build
from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.initialisers import INITIALISERS, RANDOM
from specit.spec.load import parse
from specit.spec.lock import Lock


def lock(layers: str, more: str = "") -> Lock:
    text = f"specit: 1\ntitle: x\n{more}\narms: {{model: {{network: [{{Input: {{shape: [16, 6, 6]}}}}, {layers}]}}}}"
    (point,) = Spec("x", parse(text)).plan()
    return point.lock


@pytest.mark.parametrize(
    ("how", "mean", "std"),
    [
        ("{normal: {mean: 0.5, std: 0.02}}", 0.5, 0.02),
        ("he_normal_fan_out", 0.0, math.sqrt(2 / (48 * 25))),
        ("{he_normal: {truncated: false}}", 0.0, math.sqrt(2 / (16 * 25))),
    ],
)
def test_normal_distributions(how: str, mean: float, std: float) -> None:
    stated = lock(
        "{Conv2d: {in_channels: 16, out_channels: 48, kernel_size: 5}}", f"initialise: {{Conv2d: {{weight: {how}}}}}"
    )
    assert stated.draws
    weights = [build(stated, seed)["network"].state_dict()["layers.1.weight"].double() for seed in (0, 0, 1)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    n = weights[0].numel()
    assert abs(weights[0].mean() - mean) < 4 * std / math.sqrt(n)
    assert abs(weights[0].std() / std - 1) < 4 / math.sqrt(2 * n)


def test_he_normal_fan_out_is_pytorchs() -> None:
    stated = lock(
        "{ConvTranspose2d: {in_channels: 16, out_channels: 32, kernel_size: 4}}",
        "initialise: {ConvTranspose2d: {weight: he_normal_fan_out}}",
    )
    ours = build(stated, 0)["network"].state_dict()["layers.1.weight"]
    theirs = torch.nn.init.kaiming_normal_(torch.empty_like(ours), mode="fan_out", nonlinearity="relu")
    assert abs(ours.std() / theirs.std() - 1) < 0.03


def test_defaults_are_pytorchs() -> None:
    stated = lock(
        "{GroupNorm: {num_groups: 2, num_channels: 16}}, {InstanceNorm2d: {num_features: 16, affine: true}}, "
        "{LayerNorm: {normalized_shape: 6}}, {PReLU: {num_parameters: 16, init: 0.1}}, "
        "{LearnedScale: {shape: [16, 1, 1]}}, {LearnedShift: {shape: [6]}}, Flatten, {BatchNorm1d: {num_features: 576}}"
    )
    built = build(stated, 0)["network"]
    for layer in built.layers:
        for name, tensor in layer.named_parameters():
            expected = {"weight": 1.0, "bias": 0.0}[name]
            if isinstance(layer, torch.nn.PReLU):
                expected = 0.1
            assert torch.equal(tensor, torch.full_like(tensor, expected))
    assert stated.parameters == 16 * 4 + 12 + 16 + 16 + 6 + 2 * 576


init = nn.init
# Drawn by PyTorch's own function from a generator of the same seed, these are the same numbers.
SAME: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "{he_uniform: {mode: fan_in, a: 0}}": lambda w, g: init.kaiming_uniform_(w, nonlinearity="relu", generator=g),
    "{he_uniform: {mode: fan_out, a: 0.2}}": lambda w, g: init.kaiming_uniform_(w, 0.2, "fan_out", generator=g),
    "{xavier_uniform: {gain: 1}}": lambda w, g: init.xavier_uniform_(w, generator=g),
    "{xavier_uniform: {gain: 1.7}}": lambda w, g: init.xavier_uniform_(w, 1.7, generator=g),
    "{xavier_normal: {gain: 0.3}}": lambda w, g: init.xavier_normal_(w, 0.3, generator=g),
    "lecun_uniform": lambda w, g: init.kaiming_uniform_(w, nonlinearity="linear", generator=g),
    "{lecun_normal: {truncated: false}}": lambda w, g: init.kaiming_normal_(w, nonlinearity="linear", generator=g),
    "{orthogonal: {gain: 2}}": lambda w, g: init.orthogonal_(w, 2, generator=g),
    "{uniform: {low: -0.5, high: 2}}": lambda w, g: init.uniform_(w, -0.5, 2, generator=g),
    "{truncated_normal: {mean: 0.5, std: 2, low: -2, high: 1}}": lambda w, g: init.trunc_normal_(
        w, 0.5, 2, -2, 1, generator=g
    ),
}
WEIGHTS = [
    "Conv2d: {in_channels: 16, out_channels: 12, kernel_size: [3, 2], groups: 2, bias: false}",
    "ConvTranspose2d: {in_channels: 16, out_channels: 12, kernel_size: 4, bias: false}",
    "CoordConv2d: {in_channels: 16, out_channels: 4, kernel_size: 3, bias: false}",
    "Linear: {in_features: 6, out_features: 40, bias: false}",
]


def weight(layer: str, how: str, seed: int = 7) -> Tensor:
    stated = lock(f"{{{layer}}}", f"initialise: {{{layer.partition(':')[0]}: {{weight: {how}}}}}")
    found = build(stated, seed)["network"].state_dict()["layers.1.weight"]
    assert isinstance(found, Tensor)
    return found


@pytest.mark.parametrize("how", SAME)
@pytest.mark.parametrize("layer", WEIGHTS, ids=lambda layer: layer.partition(":")[0])
def test_the_numbers_are_pytorchs(layer: str, how: str) -> None:
    ours = weight(layer, how)
    assert torch.equal(ours, SAME[how](torch.full_like(ours, math.nan), torch.Generator().manual_seed(7)))
    assert not torch.equal(ours, weight(layer, how, 8))


# LeCun's, cut off as in Keras; and a layer whose fans PyTorch would not count right: 16 · 3 · 2 in, 4 · 3 · 2 out.
LOCAL = "LocallyConnected2d: {in_channels: 16, out_channels: 4, size: 6, kernel_size: [3, 2], padding: 0, bias: false}"
WIDE = math.sqrt(1 / 96) / stats.truncnorm(-2, 2).std()
DISTRIBUTIONS = [
    (WEIGHTS[0], "{lecun_normal: {truncated: true}}", stats.truncnorm(-2, 2, scale=WIDE / math.sqrt(48 / 96))),
    (LOCAL, "{lecun_normal: {truncated: true}}", stats.truncnorm(-2, 2, scale=WIDE)),
    (LOCAL, "{lecun_normal: {truncated: false}}", stats.norm(scale=math.sqrt(1 / 96))),
    (LOCAL, "lecun_uniform", stats.uniform(-math.sqrt(3 / 96), 2 * math.sqrt(3 / 96))),
    (LOCAL, "{he_uniform: {mode: fan_out, a: 0}}", stats.uniform(-math.sqrt(6 / 24), 2 * math.sqrt(6 / 24))),
    (LOCAL, "{xavier_uniform: {gain: 2}}", stats.uniform(-2 * math.sqrt(6 / 120), 4 * math.sqrt(6 / 120))),
    (LOCAL, "{xavier_normal: {gain: 1}}", stats.norm(scale=math.sqrt(2 / 120))),
]


@pytest.mark.parametrize(("layer", "how", "distribution"), DISTRIBUTIONS)
def test_the_distributions_that_pytorch_does_not_name(layer: str, how: str, distribution: stats.rv_frozen) -> None:
    drawn = weight(layer, how).double().flatten().numpy()
    assert stats.kstest(drawn, distribution.cdf).pvalue > 0.01
    low, high = distribution.support()
    assert low <= drawn.min() * (1 + 1e-6)
    assert drawn.max() <= high * (1 + 1e-6)


def test_an_orthogonal_matrix_is_one() -> None:
    for layer in (*WEIGHTS, LOCAL):
        matrix = weight(layer, "{orthogonal: {gain: 0.5}}").flatten(1).double()
        short = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
        assert torch.allclose(short @ short.T, 0.25 * torch.eye(len(short), dtype=torch.float64), atol=1e-6)


def test_every_initialiser_is_compared_with_something() -> None:
    compared = {
        name for name in INITIALISERS if any(name in how for how in (*SAME, *(how for _, how, _ in DISTRIBUTIONS)))
    }
    elsewhere = {"zeros", "ones", "he_normal", "he_normal_fan_out", "normal", "pytorch_default"}
    assert compared | elsewhere == set(INITIALISERS)
    assert set(RANDOM) == set(INITIALISERS) - {"zeros", "ones"}


CONV = "{Conv2d: {in_channels: 16, out_channels: 2, kernel_size: 1}}"


@pytest.mark.parametrize(
    ("layer", "how", "words"),
    [
        (CONV, "{Conv2d: {bias: {xavier_uniform: {gain: 1}}}}", "The bias of Conv2d has one axis (2), so it cannot start "
         "as xavier_uniform, which counts what goes in and out."),
        (CONV, "{Conv2d: {bias: he_normal_fan_out}}", "The bias of Conv2d has one axis (2), so it cannot start as "
         "he_normal_fan_out, which counts what goes in and out."),
        ("{LearnedShift: {shape: [6]}}", "{LearnedShift: {bias: {he_normal: {truncated: true}}}}",
         "The bias of LearnedShift cannot start as he_normal: the layer has no weight, and so no fan-in."),
        (CONV, "{Conv2d: {weight: xavier_uniform}}", "xavier_uniform needs the argument 'gain', which is missing."),
        (CONV, "{Conv2d: {weight: {orthogonal: {gain: 0}}}}", "orthogonal: gain: input should be greater than 0, not 0."),
        (CONV, "{Conv2d: {weight: {xavier_unifrom: {gain: 1}}}}",
         "Unknown initialiser 'xavier_unifrom'; did you mean 'xavier_uniform' or 'xavier_normal'?"),
        (CONV, "{Conv2d: {weight: {he_uniform: {mode: fan, a: 0}}}}",
         "he_uniform: mode: input should be 'fan_in' or 'fan_out', not 'fan'."),
        (CONV, "{Conv2d: {weight: {uniform: {low: 1, high: 1}}}}", "uniform: low (1.0) must be smaller than high (1.0)."),
        (CONV, "{Conv2d: {weight: {uniform: {low: 0, high: 1.0e+300}}}}",
         "uniform: high: input should be less than or equal to 1000000000, not 1e+300."),
        (CONV, "{Conv2d: {weight: {truncated_normal: {mean: 0, std: 1, low: 2, high: -2}}}}",
         "truncated_normal: low (2.0) must be smaller than high (-2.0)."),
        (CONV, "{Conv2d: {weight: {truncated_normal: {mean: 5, std: 1, low: -2, high: 2}}}}",
         "truncated_normal: the mean (5.0) lies more than two standard deviations (1.0) outside low (-2.0) and high (2.0), "
         "where PyTorch draws wrongly."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_its_line(layer: str, how: str, words: str) -> None:
    with pytest.raises(SpecItError) as caught:
        lock(layer, f"initialise: {how}")
    assert caught.value.message == words
    assert caught.value.at
    assert caught.value.at.line == 3
