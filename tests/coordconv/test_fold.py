"""fold: the same function for one size, as a plain convolution and a constant map."""

import copy
import pickle

import pytest
import torch
from torch import nn

import coordconv
from coordconv import CoordConv2d, CoordConvTranspose2d, fold

LAYERS = [f"CoordConv{kind}{rank}d" for kind in ("", "Transpose") for rank in (1, 2, 3)]


class Shared(nn.Module):
    """A head that serves two sizes, registered under two names."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.head = CoordConv2d(4, 2, 3, padding=1)
        self.alias = self.head

    def forward(self, x):
        x = self.stem(x)
        return self.head(x), self.alias(x[:, :, ::2, ::2])


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("bias", [True, False])
def test_every_layer_folds(random, name, bias):
    kind, rank = getattr(coordconv, name), int(name[-2])
    size = (7, 6, 5)[:rank]
    options = {"radius": True, "order": "xy", "span": (0.0, 1.0), "anchor": "centers"}
    layer = kind(4, 6, 3, stride=2, padding=1, dilation=1, groups=2, bias=bias, dtype=torch.float64, **options)
    x = random(2, 4, *size)
    folded = fold(layer, size)
    assert type(folded.convolution) is getattr(nn, name.removeprefix("Coord"))
    assert torch.allclose(folded(x), layer(x), rtol=1e-12, atol=1e-12)
    assert torch.allclose(folded(x[0]), layer(x[0]), rtol=1e-12, atol=1e-12)
    assert not any(isinstance(module, kind) for module in folded.modules())


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_modes_fold(random, mode):
    layer = CoordConv2d(2, 3, 3, padding=1, padding_mode=mode, dtype=torch.float64)
    x = random(2, 2, 5, 6)
    assert torch.allclose(fold(layer, (5, 6))(x), layer(x), rtol=1e-12, atol=1e-12)


def test_a_model_folds_into_a_copy(random):
    model = nn.Sequential(CoordConv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(), nn.Sequential(CoordConv2d(4, 2, 1)))
    model.double().train()
    model[1].running_mean.fill_(0.5)
    before = copy.deepcopy(model.state_dict())
    folded = fold(model, (8, 9))
    assert isinstance(model[0], CoordConv2d)
    assert model.training
    assert folded.training
    assert folded[0].training
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    assert torch.equal(folded[1].running_mean, model[1].running_mean)
    x = random(2, 3, 8, 9)
    assert torch.allclose(folded.eval()(x), model.eval()(x), rtol=1e-12, atol=1e-12)
    with torch.no_grad():
        model[0].weight += 1
    assert not torch.allclose(folded(x), model(x))


def test_a_shared_layer_stays_shared_and_gets_a_map_for_each_size(random):
    model = Shared().double()
    folded = fold(model, (8, 6))
    assert folded.head is folded.alias
    assert [name for name, _ in folded.head.named_buffers()] == ["map_8x6_to_8x6", "map_4x3_to_4x3"]
    for one, other in zip(folded(random(1, 3, 8, 6)), model(random(1, 3, 8, 6)), strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-12)


def test_a_transposed_layer_folds_for_the_output_size_it_is_called_with(random):
    class Up(nn.Module):
        def __init__(self):
            super().__init__()
            self.up = CoordConvTranspose2d(2, 3, 3, stride=2, dtype=torch.float64)

        def forward(self, x):
            return self.up(x, output_size=(10, 12)) + self.up(input=x, output_size=[10, 12])

    model, x = Up(), random(1, 2, 4, 5)
    folded = fold(model, (4, 5))
    assert torch.allclose(folded(x), model(x), rtol=1e-12, atol=1e-12)
    with pytest.raises(
        ValueError, match="has no map for an input of size \\(4, 5\\) and an output of size \\(9, 11\\)"
    ):
        folded.up(x)


def test_a_parametrised_weight_folds_as_it_is(random):
    layer = nn.utils.parametrizations.weight_norm(CoordConv2d(2, 3, 3, dtype=torch.float64))
    x = random(1, 2, 5, 5)
    assert torch.allclose(fold(layer, (5, 5))(x), layer(x), rtol=1e-12, atol=1e-12)


def test_folded_layers_train_save_and_keep_their_format(random):
    layer = CoordConv2d(2, 3, 3, padding=1)
    x = random(2, 2, 6, 6, dtype=torch.float32)
    folded = fold(layer, (6, 6))
    folded(x).sum().backward()
    assert folded.convolution.weight.grad is not None
    other = fold(CoordConv2d(2, 3, 3, padding=1), (6, 6))
    other.load_state_dict(folded.state_dict())
    assert torch.equal(other(x), folded(x))
    assert torch.equal(pickle.loads(pickle.dumps(folded))(x), folded(x))
    out = folded.to(memory_format=torch.channels_last)(x.to(memory_format=torch.channels_last))
    assert out.is_contiguous(memory_format=torch.channels_last)
    assert folded.map_6x6_to_6x6.is_contiguous(memory_format=torch.channels_last)
    assert folded.half()(x.half()).dtype == torch.float16
    assert fold(layer.requires_grad_(False), (6, 6)).convolution.weight.requires_grad is False


def test_what_a_folded_layer_holds_reads_well():
    assert repr(fold(CoordConvTranspose2d(2, 3, 4, stride=2, padding=1), (8, 6))) == (
        "Folded(\n"
        "  map_8x6_to_16x12: (1, 3, 16, 12)\n"
        "  (convolution): ConvTranspose2d(2, 3, kernel_size=(4, 4), stride=(2, 2), padding=(1, 1), bias=False)\n"
        ")"
    )


def test_a_folded_model_compiles_and_traces(random):
    folded = fold(Shared().double(), (8, 6)).requires_grad_(False)
    x = random(2, 3, 8, 6)
    compiled = torch.compile(folded, fullgraph=True, dynamic=True, backend="aot_eager")
    for ours, theirs in zip(compiled(x), folded(x), strict=True):
        assert torch.equal(ours, theirs)
    program = torch.export.export(folded, (x,))
    for ours, theirs in zip(program.module()(x), folded(x), strict=True):
        assert torch.equal(ours, theirs)
    torch.compiler.reset()


def hooked():
    model = nn.Sequential(CoordConv2d(3, 4, 1))
    model[0].register_forward_hook(lambda *_: None)
    return model


class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.used, self.idle = CoordConv2d(3, 4, 1), CoordConv2d(3, 4, 1)

    def forward(self, x):
        return self.used(x)


@pytest.mark.parametrize(
    ("model", "size", "error", "words"),
    [
        (nn.Conv2d(3, 4, 1), (8, 8), ValueError, "fold found no CoordConv layer in this Conv2d."),
        (len, (8, 8), TypeError, "fold expected a torch.nn.Module, but got builtin_function_or_method."),
        (CoordConv2d(3, 4, 1), 8, TypeError, "a sequence of integers such as (224, 224), but got 8."),
        (CoordConv2d(3, 4, 1), (8.0, 8.0), TypeError, "but got (8.0, 8.0)."),
        (
            CoordConv2d(3, 4, 1),
            (8,),
            ValueError,
            "an image with 2 spatial axes, as the first convolution of the model takes, but got (8,).",
        ),
        (hooked(), (8, 8), ValueError, "fold would lose the forward hooks of the layer '0'; remove them first."),
        (
            nn.Sequential(CoordConv2d(3, 4, 1), nn.Flatten(), nn.Linear(4, 2)),
            (8, 8),
            ValueError,
            "fold ran the model on zeros of shape (1, 3, 8, 8) to learn the sizes that its layers see, and it failed",
        ),
        (
            Half(),
            (8, 8),
            ValueError,
            "(1, 3, 8, 8), which did not use the layer 'idle'; fold the part of the model that takes an image.",
        ),
    ],
)
def test_errors_are_one_clear_sentence(model, size, error, words):
    with pytest.raises(error) as caught:
        fold(model, size)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_failed_fold_leaves_the_model_alone():
    model = nn.Sequential(CoordConv2d(3, 4, 1), nn.Flatten(), nn.Linear(4, 2)).train()
    with pytest.raises(ValueError, match="failed"):
        fold(model, (8, 8))
    assert model[0].training
    assert not model[0]._forward_hooks


def test_another_size_is_refused_by_the_folded_layer():
    folded = fold(CoordConv2d(3, 4, 1), (8, 8))
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        folded(torch.zeros(1, 3, 8, 9))
    assert str(caught.value) == (
        "This layer was folded with map_8x8_to_8x8, and has no map for an input of size (8, 9) and an output of size "
        "(8, 9); fold the model for the size of image that it is to take."
    )
