"""What PyTorch's two exporters write is the model it was written from: every layer, its arguments, its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from specit.extract import extract
from specit.extract.onnx import extract_file

from .conftest import Check, Export, arguments, kinds

pytestmark = pytest.mark.usefixtures("one_thread")
both = pytest.mark.parametrize("dynamo", [False, True], ids=["torchscript", "dynamo"])


def randomised(model: nn.Module) -> nn.Module:
    """Give every parameter and statistic its own numbers, so that none is taken for another."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for tensor in [*model.parameters(), *model.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
    return model


def plain() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.BatchNorm2d(8, eps=1e-3, momentum=0.01),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 8, (3, 1), stride=2, groups=2, bias=False),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(48, 16),
        nn.Tanh(),
        nn.Linear(16, 5, bias=False),
        nn.Softmax(dim=1),
    )


@pytest.mark.parametrize(("dynamo", "any_batch"), [(False, True), (False, False), (True, True)])
def test_a_plain_network_is_what_extract_makes_of_the_model(
    same: Check, export: Export, dynamo: bool, any_batch: bool
) -> None:
    torch.manual_seed(0)
    model = plain()
    path = export(model, (3, 12, 12), dynamo=dynamo, any_batch=any_batch)
    from_file, from_model = same(path, batch=4 if any_batch else 1), extract(model, (3, 12, 12))
    own = [(placed.name, placed.layer, placed.takes) for placed in from_file.network.layers]
    assert own == [(placed.name, placed.layer, placed.takes) for placed in from_model.network.layers]
    assert from_file.paths[1] == from_model.paths[1] == "0"
    assert {name: from_file.origins[name] for name in ("layers.1.weight", "layers.8.bias")} == {
        "layers.1.weight": "0.weight",
        "layers.8.bias": "7.bias",
    }
    # 48 × 16 numbers tell PyTorch's default, and so it is known of its bias; the file says nothing of 8 × 27 others.
    assert {key: how[0] for key, how in from_file.initialisers["Linear"].items()} == dict.fromkeys(
        ("weight", "bias"), "pytorch_default"
    )
    assert {one.origin for one in from_file.unrecognised} == {"0.weight", "0.bias", "4.weight"}
    assert extract_file(path).sizes.batch == (None if any_batch else 1)


class Block(nn.Module):
    """As in a ResNet: two convolutions, and the input, or a projection of it, past them."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.past = nn.Conv2d(before, after, 1, stride) if before != after else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.past(x))


def test_a_residual_network(same: Check, export: Export) -> None:
    blocks = nn.Sequential(Block(4, 4, 1), Block(4, 6, 2))
    model = randomised(nn.Sequential(blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3)))
    extracted = same(export(model, (4, 8, 8), dynamo=False))
    # In evaluation a batch-norm right after a convolution is written into its weights.
    conv = ["Conv2d", "ReLU", "Conv2d"]
    assert kinds(extracted) == [
        *conv,
        "Add",
        "ReLU",
        *conv,
        "Conv2d",
        "Add",
        "ReLU",
        "AdaptiveAvgPool2d",
        "Flatten",
        "Linear",
    ]
    assert extracted.yaml("T").count("- residual:") == 2
    assert [found["bias"] for found in arguments(extracted, "Conv2d")] == [True] * 5


class UNet(nn.Module):
    """Down and up again, once with a transposed convolution and once with interpolation, joined with what was."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
        self.three = nn.Conv2d(8, 8, 3, padding=1)
        self.up, self.head = nn.ConvTranspose2d(8, 8, 2, 2), nn.Conv2d(20, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        one = F.elu(self.one(x))
        two = F.silu(self.two(F.max_pool2d(one, 2)))
        three = F.gelu(self.three(F.avg_pool2d(two, 2)))
        up = torch.cat([self.up(three), two], 1)
        up = F.interpolate(up, scale_factor=2, mode="bilinear", align_corners=False)
        made: Tensor = self.head(torch.cat([up, one], 1))
        return torch.sigmoid(made)


@both
def test_a_u_net(same: Check, export: Export, dynamo: bool) -> None:
    extracted = same(export(randomised(UNet()), (1, 16, 16), dynamo=dynamo))
    assert sorted(kinds(extracted)) == sorted(
        ["Conv2d"] * 4 + ["ELU", "MaxPool2d", "SiLU", "AvgPool2d", "GELU", "ConvTranspose2d", "Concatenate", "Upsample"]
        + ["Concatenate", "Sigmoid"]
    )  # fmt: skip
    assert arguments(extracted, "Concatenate") == [{"dim": 1}, {"dim": 1}]


class ConvNeXtBlock(nn.Module):
    """Depthwise, then channels last: layer norm, two linear layers, a learned scale."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.scale = nn.Parameter(1e-6 * torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.scale * self.narrow(F.gelu(self.wide(y)))
        return x + y.permute(0, 3, 1, 2)


CONVNEXT = ["Conv2d", "Permute", "LayerNorm", "Linear", "GELU", "Linear", "LearnedScale", "Permute", "Add"]


def test_a_convnext_block(same: Check, export: Export) -> None:
    extracted = same(export(randomised(ConvNeXtBlock(6)), (6, 8, 8), dynamo=False))
    assert kinds(extracted) == CONVNEXT
    assert arguments(extracted, "LayerNorm")[0]["eps"] == 1e-6
    assert extracted.yaml("T").count("- residual:") == 1


def test_a_convnext_block_of_an_old_file(same: Check, export: Export) -> None:
    """Before opset 17 a layer norm is nine nodes, and before 20 GELU is five."""
    extracted = same(export(randomised(ConvNeXtBlock(6)), (6, 8, 8), dynamo=False, opset=12))
    assert kinds(extracted) == CONVNEXT
    assert arguments(extracted, "LayerNorm")[0]["eps"] == 1e-6


def test_nature_cnn(same: Check, export: Export) -> None:
    layers = pytest.importorskip("stable_baselines3.common.torch_layers", reason="extracts a network that others wrote")
    spaces = pytest.importorskip("gymnasium.spaces", reason="its network asks for a space")
    torch.manual_seed(0)
    model = layers.NatureCNN(spaces.Box(0, 255, (4, 84, 84), "uint8"))
    extracted = same(export(model, (4, 84, 84), dynamo=False), batch=2)
    assert kinds(extracted) == ["Conv2d", "ReLU"] * 3 + ["Flatten", "Linear", "ReLU"]
    assert extracted.paths[8] == "linear.0"
    assert extracted.unrecognised == ()


def test_a_resnet_that_others_wrote(same: Check, export: Export) -> None:
    transformers = pytest.importorskip("transformers", reason="exports a ResNet that others wrote")
    config = transformers.ResNetConfig(embedding_size=4, hidden_sizes=[8, 16], depths=[1, 1], num_labels=3)
    config.return_dict = False
    model = randomised(transformers.ResNetForImageClassification(config))
    extracted = same(export(model, (3, 32, 32), dynamo=False), batch=2)
    assert len(arguments(extracted, "Conv2d")) == 9
    assert extracted.yaml("T").count("- residual:") == 2


MODULES: list[tuple[nn.Module, list[str]]] = [
    (nn.Conv2d(4, 6, 3, padding="same"), ["Conv2d"]),
    (nn.Conv2d(4, 6, 3, padding=1, padding_mode="reflect"), ["Conv2d"]),
    (nn.Conv2d(4, 6, 3, padding=(1, 2), padding_mode="replicate"), ["Conv2d"]),
    (nn.ConvTranspose2d(4, 6, 3, 2, 1, 1), ["ConvTranspose2d"]),
    (nn.GroupNorm(2, 4, eps=0.1), ["GroupNorm"]),
    (nn.GroupNorm(2, 4, affine=False), ["GroupNorm"]),
    (nn.InstanceNorm2d(4, affine=True), ["InstanceNorm2d"]),
    (nn.InstanceNorm2d(4), ["InstanceNorm2d"]),
    (nn.LayerNorm((6, 8), eps=0.1), ["LayerNorm"]),
    (nn.LayerNorm(8, elementwise_affine=False), ["LayerNorm"]),
    (nn.PReLU(4), ["PReLU"]),
    (nn.ReLU6(), ["ReLU6"]),
    (nn.Hardswish(), ["Hardswish"]),
    (nn.Hardsigmoid(), ["Hardsigmoid"]),
    (nn.SiLU(), ["SiLU"]),
    (nn.GELU("tanh"), ["GELU"]),
    (nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False), ["AvgPool2d"]),
    (nn.MaxPool2d(3, 2, 1, ceil_mode=True), ["MaxPool2d"]),
    (nn.Upsample(scale_factor=2.0, mode="nearest"), ["Upsample"]),
    (nn.Upsample(size=(9, 11), mode="bilinear", align_corners=True), ["Upsample"]),
    (nn.Upsample(scale_factor=2.0, mode="bicubic"), ["Upsample"]),
    (nn.ZeroPad2d((1, 2, 0, 3)), ["ZeroPad2d"]),
    (nn.Unflatten(1, (2, 2)), ["Unflatten"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "expected"), MODULES, ids=lambda one: repr(one) if isinstance(one, nn.Module) else ""
)
def test_a_module_comes_back(same: Check, export: Export, module: nn.Module, expected: list[str]) -> None:
    opset = 18 if isinstance(module, nn.LayerNorm | nn.Upsample) else 13  # from 17 on LayerNormalization is a node
    extracted = same(export(randomised(module), (4, 6, 8), dynamo=False, opset=opset))
    assert kinds(extracted) == expected
    theirs = extract(module, (4, 6, 8)).network.layers[1].layer.model_dump()
    ours = extracted.network.layers[1].layer.model_dump()
    if getattr(module, "padding", None) == "same":
        theirs["padding"] = (1, 1)
    if isinstance(module, nn.Upsample) and module.mode == "bicubic":
        theirs["align_corners"] = False
    assert ours == theirs


FUNCTIONS: list[tuple[Callable[[Tensor], Tensor], list[str]]] = [
    (lambda x: x[:, 1:3], ["Slice"]),
    (lambda x: x.chunk(2, 1)[1], ["Slice"]),
    (lambda x: x[:, 2], ["Slice", "Flatten"]),
    (lambda x: x.mean((2, 3)), ["Mean"]),
    (lambda x: x.sum(1), ["Sum"]),
    (lambda x: x.view(x.size(0), -1), ["Flatten"]),
    (lambda x: x.reshape(-1, 2, 2, *x.shape[2:]), ["Unflatten"]),
    (lambda x: x * x.sigmoid() + 2 * x, ["SiLU", "Scale", "Add"]),
    (lambda x: x * F.adaptive_avg_pool2d(x, 1), ["AdaptiveAvgPool2d", "Multiply"]),
    (lambda x: 1 - x / 2, ["Scale", "Scale", "Shift"]),
    (lambda x: torch.exp(-(x**2)), ["Gaussian"]),
    (lambda x: F.pad(x, (1, 0, 2, 0)), ["ZeroPad2d"]),
    (lambda x: x.transpose(2, 3).contiguous(), ["Permute"]),
]


class Function(nn.Module):
    """A function as a model."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


@pytest.mark.parametrize("place", range(len(FUNCTIONS)))
def test_a_function(same: Check, export: Export, place: int) -> None:
    function, expected = FUNCTIONS[place]
    assert kinds(same(export(Function(function), (4, 6, 8), dynamo=False))) == expected


def test_two_inputs_and_two_outputs(same: Check, export: Export) -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 3)

        def forward(self, x: Tensor, y: Tensor) -> Any:
            return self.layer(x), torch.cat([self.layer(y).relu(), x], 1)

    extracted = same(export(randomised(Two()), (4,), (4,), dynamo=False))
    assert [placed.name for placed in extracted.network.layers][:2] == ["Input", "Input"]
    assert [placed.shares for placed in extracted.network.layers if placed.name == "Linear"] == [None, 2]
    assert len(extracted.network.outputs) == 2
