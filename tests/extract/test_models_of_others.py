"""Models that others wrote: the spec has their parameters, and computes what they compute."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import torch
from torch import nn

from specit.extract import Extracted

from .conftest import Extract

pytestmark = pytest.mark.usefixtures("one_thread")


def kinds(extracted: Extracted) -> Counter[str]:
    return Counter(placed.name for placed in extracted.network.layers)


def test_resnet_50(extract_same: Extract) -> None:
    transformers = pytest.importorskip("transformers", reason="extracts a ResNet-50 that others wrote")
    torch.manual_seed(0)
    config = transformers.ResNetConfig(num_labels=1000)  # its defaults are ResNet-50
    extracted = extract_same(transformers.ResNetForImageClassification(config), (3, 64, 64))
    assert extracted.network.parameters == 25_557_032
    assert kinds(extracted)["Conv2d"] == kinds(extracted)["BatchNorm2d"] == 53
    assert kinds(extracted)["Add"] == 16
    assert extracted.yaml("ResNet-50").count("- residual:") == 16
    # Their _init_weights: kaiming_normal_(mode="fan_out"), ones and zeros; the last layer as PyTorch has it.
    assert extracted.unrecognised == ()
    names = {kind: {key: how[0] for key, how in all_.items()} for kind, all_ in extracted.initialisers.items()}
    assert names == {
        "Conv2d": {"weight": "he_normal_fan_out"},
        "BatchNorm2d": {"weight": "ones", "bias": "zeros"},
        "Linear": {"weight": "pytorch_default", "bias": "pytorch_default"},
    }
    assert not any(placed.initialise for placed in extracted.network.layers)


@pytest.mark.parametrize("size", ["small", "default"])
def test_convnext(extract_same: Extract, size: str) -> None:
    transformers = pytest.importorskip("transformers", reason="extracts a ConvNeXt that others wrote")
    torch.manual_seed(0)
    small = {"depths": [1, 1, 2, 1], "hidden_sizes": [8, 16, 32, 64]}
    config = transformers.ConvNextConfig(**(small if size == "small" else {}))
    extracted = extract_same(transformers.ConvNextForImageClassification(config), (3, 32, 32))
    found = kinds(extracted)
    assert found["LearnedScale"] == found["Add"] == sum(config.depths)
    assert extracted.initialisers["Linear"]["weight"][1].model_dump() == {"mean": 0.0, "std": 0.02}
    assert extracted.initialisers["LearnedScale"]["weight"][1].model_dump() == {"value": 1e-6}
    assert extracted.unrecognised == ()


@pytest.mark.parametrize("units", [0, 2])
def test_a_u_net(extract_same: Extract, units: int) -> None:
    nets = pytest.importorskip("monai.networks.nets", reason="extracts a U-Net that others wrote")
    torch.manual_seed(0)
    model = nets.UNet(2, 1, 2, (4, 8, 16), (2, 2), num_res_units=units, dropout=0.1)
    found = kinds(extract_same(model, (1, 32, 32)))
    assert found["Concatenate"] == 2
    assert found["PReLU"] == found["InstanceNorm2d"] == found["Dropout"]


def test_nature_cnn(extract_same: Extract) -> None:
    layers = pytest.importorskip("stable_baselines3.common.torch_layers", reason="extracts a network that others wrote")
    spaces = pytest.importorskip("gymnasium.spaces", reason="its network asks for a space")
    torch.manual_seed(0)
    model = layers.NatureCNN(spaces.Box(0, 255, (4, 84, 84), "uint8"))
    extracted = extract_same(model, (4, 84, 84))
    assert [placed.name for placed in extracted.network.layers] == (
        ["Input", "Conv2d", "ReLU", "Conv2d", "ReLU", "Conv2d", "ReLU", "Flatten", "Linear", "ReLU"]
    )
    assert extracted.origins["layers.8.bias"] == "linear.0.bias"
    assert all(how[0] == "pytorch_default" for kind in extracted.initialisers.values() for how in kind.values())


def dcgan_weights(module: nn.Module) -> None:
    """As in PyTorch's tutorial on DCGAN (Radford et al. 2016)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


class Reshaped(nn.Module):
    """A generator that takes a vector."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.body(z.view(z.size(0), -1, 1, 1))
        return made


def dcgan(which: str) -> tuple[nn.Module, tuple[int, ...]]:
    widths = [128, 64, 32]
    layers: list[nn.Module] = []
    before = 100 if which == "generator" else 3
    for at, width in enumerate(widths if which == "generator" else reversed(widths)):
        arguments: dict[str, Any] = {"kernel_size": 4, "stride": 2, "padding": 1, "bias": False}
        if which == "generator":
            arguments |= {"stride": 1, "padding": 0} if at == 0 else {}
            layers += [nn.ConvTranspose2d(before, width, **arguments), nn.BatchNorm2d(width), nn.ReLU(True)]
        else:
            layers += [nn.Conv2d(before, width, **arguments)]
            layers += ([nn.BatchNorm2d(width)] if at else []) + [nn.LeakyReLU(0.2, inplace=True)]
        before = width
    if which == "generator":
        layers += [nn.ConvTranspose2d(before, 3, 4, 2, 1, bias=False), nn.Tanh()]
        return Reshaped(nn.Sequential(*layers)), (100,)
    return nn.Sequential(*layers, nn.Conv2d(before, 1, 4, 1, 0, bias=False), nn.Sigmoid(), nn.Flatten(0)), (3, 32, 32)


def test_a_dcgan_generator(extract_same: Extract) -> None:
    torch.manual_seed(0)
    model, shape = dcgan("generator")
    extracted = extract_same(model.apply(dcgan_weights), shape)
    assert kinds(extracted)["ConvTranspose2d"] == 4
    assert extracted.initialisers["ConvTranspose2d"]["weight"][1].model_dump() == {"mean": 0.0, "std": 0.02}
    # 128, 64 and 32 numbers are too few to tell a normal distribution from others.
    assert {one.origin for one in extracted.unrecognised} == {f"body.{place}.weight" for place in (1, 4, 7)}


def test_a_dcgan_discriminator(extract_same: Extract) -> None:
    torch.manual_seed(0)
    model, shape = dcgan("discriminator")
    model[-1] = nn.Flatten()  # type: ignore[operator]  # Flatten(0) would mix the examples with what they make
    extracted = extract_same(model.apply(dcgan_weights), shape)
    assert kinds(extracted)["LeakyReLU"] == 3
    assert extracted.initialisers["Conv2d"]["weight"][1].model_dump() == {"mean": 0.0, "std": 0.02}
