"""Parameters start as stated: the right distribution, and the same numbers from the same seed."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from scipy import stats
from torch import Tensor, nn

from specit.build.initialise import initialise
from specit.build.network import BuiltNetwork
from specit.spec.initialise import read_initialisers
from specit.spec.load import parse
from specit.spec.network import read_network
from specit.studies import find

LAYERS = {
    "Conv2d": ("Conv2d: {in_channels: 16, out_channels: 64, kernel_size: [3, 5]}", 16 * 15),
    "CoordConv2d": ("CoordConv2d: {in_channels: 16, out_channels: 64, kernel_size: 3}", 18 * 9),
    # PyTorch and TensorFlow both count a transposed convolution's output channels
    "ConvTranspose2d": ("ConvTranspose2d: {in_channels: 16, out_channels: 64, kernel_size: 4}", 64 * 16),
    "CoordConvTranspose2d": ("CoordConvTranspose2d: {in_channels: 16, out_channels: 64, kernel_size: 4}", 64 * 16),
    "Linear": ("Linear: {in_features: 9, out_features: 500}", 9),
    "LocallyConnected2d": (
        "LocallyConnected2d: {in_channels: 16, out_channels: 4, size: 9, kernel_size: [3, 2], padding: 0, bias: true}",
        16 * 6,
    ),
}


def started(layer: str, how: str, seed: int = 0) -> BuiltNetwork:
    text = f"- Input: {{shape: [16, 9, 9]}}\n- {layer}"
    networks = {"network": read_network(parse(text), {}, (16, 9, 9))}
    built = BuiltNetwork(networks["network"])
    name = layer.partition(":")[0]
    initialisers, _ = read_initialisers(parse(f"{name}: {how}") if how else None, networks)
    with torch.no_grad():
        for parameter in built.parameters():
            parameter.fill_(math.nan)  # whatever was there before must be gone
    initialise(built, initialisers, seed)
    return built


def values(built: BuiltNetwork, parameter: str) -> Tensor:
    tensor: Any = getattr(built.layers[1], parameter)
    assert isinstance(tensor, Tensor)
    return tensor.detach().flatten().double()


@pytest.mark.parametrize("name", LAYERS)
def test_truncated_he_normal(name: str) -> None:
    layer, fan_in = LAYERS[name]
    built = started(layer, "{weight: {he_normal: {truncated: true}}, bias: zeros}")
    weight, std = values(built, "weight"), math.sqrt(2 / fan_in)
    wide = std / 0.8796256610342398  # TensorFlow widens, so that what is left after truncation has this std
    assert abs(weight.std().item() / std - 1) < 0.03
    assert weight.abs().max().item() <= 2 * wide * (1 + 1e-6)
    assert weight.abs().max().item() > 1.95 * wide
    assert stats.kstest(weight.numpy(), stats.truncnorm(-2, 2, scale=wide).cdf).pvalue > 0.01
    assert values(built, "bias").abs().max() == 0


@pytest.mark.parametrize("name", LAYERS)
def test_he_normal(name: str) -> None:
    layer, fan_in = LAYERS[name]
    weight, std = (
        values(started(layer, "{weight: {he_normal: {truncated: false}}, bias: ones}"), "weight"),
        math.sqrt(2 / fan_in),
    )
    assert stats.kstest(weight.numpy(), stats.norm(scale=std).cdf).pvalue > 0.01
    assert weight.abs().max().item() > 2.5 * std


@pytest.mark.parametrize("name", LAYERS)
def test_pytorch_default(name: str) -> None:
    """The oracle is the layer as PyTorch starts it, drawn many times."""
    layer, fan_in = LAYERS[name]
    built = started(layer, "")
    bound = 1 / math.sqrt(fan_in)
    module: Any = built.layers[1]
    for parameter in ("weight", "bias"):
        theirs = []
        for seed in range(4):
            torch.manual_seed(seed)
            module.reset_parameters()
            theirs.append(values(built, parameter))
        ours = torch.cat([values(started(layer, "", seed), parameter) for seed in range(4)])
        assert ours.abs().max().item() <= bound
        assert torch.cat(theirs).abs().max().item() <= bound
        assert ours.abs().max().item() > 0.95 * bound
        assert stats.kstest(ours.numpy(), stats.uniform(-bound, 2 * bound).cdf).pvalue > 0.01
        assert stats.ks_2samp(ours.numpy(), torch.cat(theirs).numpy()).pvalue > 0.01


def test_batch_norm() -> None:
    layer = "BatchNorm2d: {num_features: 16}"
    built = started(layer, "")
    assert values(built, "weight").tolist() == [1.0] * 16
    assert values(built, "bias").tolist() == [0.0] * 16
    turned = started(layer, "{weight: zeros, bias: ones}")
    assert values(turned, "weight").tolist() == [0.0] * 16
    assert values(turned, "bias").tolist() == [1.0] * 16


def test_position_embedding2d() -> None:
    layer = "PositionEmbedding2d: {channels: 16, size: 9, combine: add}"
    weight = values(started(layer, ""), "weight")
    assert stats.kstest(weight.numpy(), stats.norm(scale=0.02).cdf).pvalue > 0.01


def test_the_same_seed_gives_the_same_numbers() -> None:
    layer = LAYERS["Conv2d"][0]
    for how in ("", "{weight: {he_normal: {truncated: true}}}", "{weight: {he_normal: {truncated: false}}}"):
        torch.manual_seed(1)
        one = values(started(layer, how, 5), "weight")
        torch.manual_seed(2)
        assert torch.equal(one, values(started(layer, how, 5), "weight"))
        assert not torch.equal(one, values(started(layer, how, 6), "weight"))


def test_initialising_leaves_the_callers_random_numbers_alone() -> None:
    layer = LAYERS["Conv2d"][0]
    built = started(layer, "")
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    point = find("coordconv/classification").plan(arms=["coordconv"])[0]
    initialise(built, {"Conv2d": {"weight": ("x", point.lock.initialisers["Conv2d"]["weight"][1]),
                                  "bias": point.lock.initialisers["Conv2d"]["bias"]}}, 0)  # fmt: skip
    assert torch.equal(before, torch.random.get_rng_state())


def test_without_a_bias() -> None:
    built = started("Conv2d: {in_channels: 16, out_channels: 2, kernel_size: 1, bias: false}", "")
    assert [name for name, _ in built.named_parameters()] == ["layers.1.weight"]
    assert isinstance(built.layers[1], nn.Conv2d)
