"""Normal distributions and the defaults of the newer layers, against PyTorch's own."""

from __future__ import annotations

import math

import pytest
import torch

from specit.build import build
from specit.spec.document import Spec
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
