"""Every operator becomes the layer it is: modules taken apart by PyTorch's export, and functions people call."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from specit.extract import Extracted
from specit.extract.leaves import as_layer

from .conftest import Extract

pytestmark = pytest.mark.usefixtures("one_thread")
IMAGE = (4, 6, 8)

MODULES = [
    nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2, bias=False),
    nn.Conv2d(4, 6, 3, padding="same"),
    nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), (1, 2), groups=2, dilation=(1, 2)),
    nn.Linear(8, 5, bias=False),
    nn.BatchNorm2d(4, eps=0.1, momentum=0.3),
    nn.BatchNorm2d(4, affine=False),
    nn.InstanceNorm2d(4, eps=0.1, affine=True),
    nn.InstanceNorm2d(4, track_running_stats=True),
    nn.GroupNorm(2, 4, eps=0.1),
    nn.LayerNorm((6, 8), eps=0.1),
    nn.LayerNorm(8, bias=False),
    nn.LayerNorm(8, elementwise_affine=False),
    nn.ReLU(),
    nn.ReLU6(),
    nn.LeakyReLU(0.2),
    nn.ELU(0.5),
    nn.GELU("tanh"),
    nn.SiLU(),
    nn.Hardtanh(-0.5, 0.25),
    nn.Hardsigmoid(),
    nn.Hardswish(),
    nn.Sigmoid(),
    nn.Tanh(),
    nn.Softmax(2),
    nn.PReLU(4),
    nn.Dropout(0.3),
    nn.Dropout2d(0.3),
    nn.MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2), ceil_mode=True),
    nn.AvgPool2d((3, 2), (2, 1), (1, 0), ceil_mode=True, count_include_pad=False, divisor_override=5),
    nn.AdaptiveAvgPool2d((2, 3)),
    nn.AdaptiveMaxPool2d((2, 3)),
    nn.Flatten(1, 2),
    nn.Unflatten(1, (2, 2)),
    nn.ZeroPad2d((1, 2, 3, 0)),
    nn.Upsample(scale_factor=(2.0, 1.5), mode="bilinear", align_corners=True),
    nn.Upsample(size=(7, 9), mode="bicubic", align_corners=False),
    nn.Upsample(scale_factor=2.0),
    nn.Upsample(size=(7, 9), mode="nearest-exact"),
]


@pytest.mark.parametrize("module", MODULES, ids=repr)
def test_a_module_taken_apart_is_the_module_kept_whole(extract_same: Extract, module: nn.Module) -> None:
    """A subclass is not known to be the layer, so it goes through PyTorch's export, operator by operator."""
    whole = extract_same(module, IMAGE)
    assert as_layer(module) is not None
    assert whole.network.layers[1].layer == as_layer(module)[1]  # type: ignore[index]
    module.__class__ = type("Sub", (type(module),), {})
    assert as_layer(module) is None
    apart = extract_same(module, IMAGE)
    if isinstance(module, nn.ReLU6):  # PyTorch's export knows it by its bounds alone
        assert apart.network.layers[1].layer.model_dump() == {"min_val": 0.0, "max_val": 6.0, "inplace": False}
        return
    assert [placed.name for placed in apart.network.layers] == [placed.name for placed in whole.network.layers]
    expected = whole.network.layers[1].layer.model_dump()
    assert apart.network.layers[1].layer.model_dump() == expected


def test_batch_norm_of_vectors(extract_same: Extract) -> None:
    class Sub(nn.BatchNorm1d):
        pass

    for module in (nn.BatchNorm1d(5), Sub(5)):
        assert [placed.name for placed in extract_same(module, (5,)).network.layers] == ["Input", "BatchNorm1d"]


class Function(nn.Module):
    """A function as a model."""

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: Tensor) -> object:
        return self.function(*inputs)


def said(extracted: Extracted) -> str:
    """The layers after the input, with their arguments."""
    return "; ".join(
        " ".join([placed.name, *(str(value) for value in placed.layer.model_dump().values())])
        for placed in extracted.network.layers[1:]
    )


@pytest.mark.parametrize(
    ("function", "layers"),
    [
        (lambda x: F.relu(x) + x, "ReLU False; Add"),
        (lambda x: x + x, "Add"),
        (lambda x: x * torch.tanh(x), "Tanh; Multiply"),
        (lambda x: 2 * x - 1, "Scale 2.0; Shift -1.0"),
        (lambda x: 1 - x, "Scale -1.0; Shift 1.0"),
        (lambda x: -x / 4, "Scale -1.0; Scale 0.25"),
        (lambda x: torch.sub(x, x.sin(), alpha=3), "Sin; Scale -3.0; Add"),
        (lambda x: x.permute(0, 2, 3, 1), "Permute (0, 2, 3, 1)"),
        (lambda x: x.transpose(-1, -3), "Permute (0, 3, 2, 1)"),
        (lambda x: x.flatten(1), "Flatten 1 -1"),
        (lambda x: x.view(x.size(0), -1), "Flatten 1 -1"),
        (lambda x: x.reshape(-1, 4, 48), "Flatten 2 -1"),
        (lambda x: x.reshape(x.size(0), 24, 8), "Flatten 1 2"),
        (lambda x: x.reshape(x.size(0), 8, 24), "Flatten 1 -1; Unflatten 1 (8, 24)"),
        (lambda x: x.unsqueeze(1), "Unflatten 1 (1, 4)"),
        (lambda x: x.unsqueeze(-1), "Unflatten 3 (8, 1)"),
        (lambda x: x[:, :1].squeeze(1), "Slice 1 0 1; Flatten 1 2"),
        (lambda x: x[:, 2], "Slice 1 2 3; Flatten 1 2"),
        (lambda x: x[..., 1:-2], "Slice 3 1 6"),
        (lambda x: torch.cat([*x.chunk(2, 1)][::-1], 1), "Slice 1 0 2; Slice 1 2 4; Concatenate 1"),
        (lambda x: torch.cat(x.split([1, 3], 1), -3), "Slice 1 0 1; Slice 1 1 4; Concatenate 1"),
        (lambda x: x.mean((2, 3)), "Mean (2, 3)"),
        (lambda x: x.mean((-2, -1), keepdim=True), "AdaptiveAvgPool2d (1, 1)"),
        (lambda x: x.mean(1, keepdim=True), "Mean (1,); Unflatten 1 (1, 6)"),
        (lambda x: x.sum(-1), "Sum (3,)"),
        (lambda x: F.softmax(x, -1), "Softmax 3"),
        (lambda x: x.clamp(min=0), "ReLU False"),
        (lambda x: x.clamp(-1, 2), "Hardtanh -1.0 2.0 False"),
        (lambda x: F.pad(x, (1, 2, -1, -2)), "Crop2d 0 0 1 2; ZeroPad2d (1, 2, 0, 0)"),
        (lambda x: F.max_pool2d(x, 2), "MaxPool2d (2, 2) None (0, 0) (1, 1) False False"),
        (lambda x: F.dropout(x, 0.2, training=False), "Dropout 0.2 False"),
        (lambda x: F.interpolate(x, scale_factor=2), "Upsample None (2.0, 2.0) nearest None None"),
        (lambda x: x.clone().contiguous().to(torch.float32).detach() * 2.0, "Scale 2.0"),
    ],
)  # fmt: skip
def test_functions(extract_same: Extract, function: Callable[[Tensor], Tensor], layers: str) -> None:
    assert said(extract_same(Function(function), IMAGE)) == layers


def test_what_is_changed_in_place_is_read_changed(extract_same: Extract) -> None:
    def changes(x: Tensor) -> Tensor:
        y = x.sin()
        z = y.relu_()
        return torch.cat([y, z, x], 1)

    extracted = extract_same(Function(changes), IMAGE)
    assert said(extracted) == "Sin; ReLU True; Concatenate 1"
    assert extracted.network.layers[3].takes == (2, 2, 0)


def test_a_residual_in_place(extract_same: Extract) -> None:
    """As residual networks are often written: the sum over the branch, the activation over the sum."""

    def residual(x: Tensor) -> Tensor:
        y = torch.tanh(x)
        y += x
        return F.relu(y, inplace=True) * 2

    assert said(extract_same(Function(residual), IMAGE)) == "Tanh; Add; ReLU True; Scale 2.0"


def test_the_longer_branch_comes_first(extract_same: Extract) -> None:
    extracted = extract_same(Function(lambda x: x.sin() + x.tanh().sigmoid()), IMAGE)
    assert said(extracted) == "Tanh; Sigmoid; Sin; Add"
    assert "shortcut:" in extracted.yaml("x")


def test_what_leads_nowhere_is_left_out(extract_same: Extract) -> None:
    class Dead(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = nn.Linear(3, 2), nn.Linear(3, 2).requires_grad_(False)

        def forward(self, x: Tensor) -> Tensor:
            self.unused(x)
            made: Tensor = self.used(x)
            return made

    assert said(extract_same(Dead(), (3,))) == "Linear 3 2 True"


def test_several_inputs_and_outputs(extract_same: Extract) -> None:
    model = Function(lambda x, y: {"sum": x + y, "both": (torch.cat([x, y], 1), x)})
    extracted = extract_named(model, extract_same)
    assert [placed.name for placed in extracted.network.layers[2:]] == ["Add", "Concatenate"]
    assert extracted.network.outputs == (2, 3, 0)


def extract_named(model: nn.Module, extract_same: Extract) -> Extracted:
    class Listed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
            made = self.model(x, y)
            return made["sum"], *made["both"]

    return extract_same(Listed(), (3,), (3,))


def test_an_input_that_is_not_used(extract_same: Extract) -> None:
    extracted = extract_same(Function(lambda x, y: y.tanh()), (3,), (2,))
    assert [placed.shape for placed in extracted.network.layers] == [(3,), (2,), (2,)]


def test_shared_layers_are_shared(extract_same: Extract) -> None:
    step = nn.Linear(3, 3)
    extracted = extract_same(nn.Sequential(step, nn.Tanh(), step), (3,))
    assert [placed.shares for placed in extracted.network.layers] == [None, None, None, 1]
    tied = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Tanh(), nn.Linear(3, 3, bias=False))
    tied[2].weight = tied[0].weight
    assert extract_same(tied, (3,)).network.layers[3].shares == 1


def test_parameters_that_scale_and_shift(extract_same: Extract) -> None:
    class Affine(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gamma = nn.Parameter(torch.full((4,), 0.1))
            self.places = nn.Parameter(torch.zeros(1, 4, 6, 8))

        def forward(self, x: Tensor) -> Tensor:
            return (x + self.places) * self.gamma.view(-1, 1, 1)

    extracted = extract_same(Affine(), IMAGE)
    assert said(extracted) == "LearnedShift (4, 6, 8); LearnedScale (4, 1, 1)"
    assert extracted.initialisers["LearnedScale"]["weight"][1].model_dump() == {"value": 0.1}
    assert extracted.weights()["layers.2.weight"].shape == (4, 1, 1)


def test_a_padding_mode_is_kept(extract_same: Extract) -> None:
    extracted = extract_same(nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect"), IMAGE)
    assert extracted.network.layers[1].layer.model_dump()["padding_mode"] == "reflect"


def test_a_hook_is_seen(extract_same: Extract) -> None:
    """What a hook computes is part of the model, so the module is not taken for the bare layer."""
    module = nn.Linear(3, 2)
    module.register_forward_hook(lambda module, inputs, made: made * 2)
    assert said(extract_same(module, (3,))) == "Linear 3 2 True; Scale 2.0"


def test_the_model_is_left_as_it_was() -> None:
    from specit.extract import extract

    model = nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.5).eval()).train()
    model[1].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    extract(model, (3,))
    assert [module.training for module in model.modules()] == [True, True, False]
    assert all("forward" not in vars(module) for module in model.modules())
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
