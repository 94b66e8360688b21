"""`coordify`: what is swapped, what stays, and why."""

import copy
import pickle

import pytest
import torch
from torch import nn

from coordconv import (
    CoordConv1d,
    CoordConv2d,
    CoordConv3d,
    CoordConvTranspose1d,
    CoordConvTranspose2d,
    CoordConvTranspose3d,
    coordify,
)

FORMS = {
    nn.Conv1d: CoordConv1d,
    nn.Conv2d: CoordConv2d,
    nn.Conv3d: CoordConv3d,
    nn.ConvTranspose1d: CoordConvTranspose1d,
    nn.ConvTranspose2d: CoordConvTranspose2d,
    nn.ConvTranspose3d: CoordConvTranspose3d,
}
TRANSPOSED = [nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d]
RANK = {nn.Conv1d: 1, nn.Conv2d: 2, nn.Conv3d: 3, nn.ConvTranspose1d: 1, nn.ConvTranspose2d: 2, nn.ConvTranspose3d: 3}


def small_model():
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 4, 1))


def swapped(conv, **options):
    """Return the layer that takes the place of `conv`, which stays as it is."""
    model, _ = coordify(nn.Sequential(conv), **options)
    return model[0]


# What a layer computes


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        *((kind, {"kernel_size": 3, "padding": 1}) for kind in FORMS),
        *((kind, {"kernel_size": 2, "stride": 2, "dilation": 2, "groups": 2}) for kind in FORMS),
        *((kind, {"kernel_size": 3, "groups": 4}) for kind in FORMS),
        *((kind, {"kernel_size": 3, "stride": 2, "output_padding": 1}) for kind in TRANSPOSED),
        (nn.Conv2d, {"kernel_size": (1, 3), "padding": "same", "padding_mode": "reflect"}),
        (nn.Conv2d, {"kernel_size": 3, "padding": (2, 1), "padding_mode": "circular"}),
        (nn.Conv1d, {"kernel_size": 1}),
    ],
)
def test_with_zeros_a_layer_computes_what_it_did(random, kind, arguments, bias, dtype):
    conv = kind(4, 8, **arguments, bias=bias, dtype=dtype)
    layer = swapped(conv, radius=True)
    assert type(layer) is FORMS[kind]
    x = random(2, 4, *[6, 7, 5][: RANK[kind]], dtype=dtype)
    assert torch.equal(layer(x), conv(x))
    with torch.no_grad():
        assert torch.equal(layer(x), conv(x))


def test_the_size_of_a_transposed_layer_can_still_be_chosen(random):
    conv = nn.ConvTranspose2d(4, 2, 3, stride=2, bias=False)
    x = random(1, 4, 5, 5, dtype=torch.float32)
    assert torch.equal(swapped(conv)(x, output_size=(12, 11)), conv(x, output_size=(12, 11)))


@pytest.mark.parametrize("init", ["zero", "default"])
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("kind", list(FORMS))
def test_inputs_keep_their_weights_and_the_coordinates_follow_in_every_group(kind, groups, init):
    conv = kind(4, 8, 3, groups=groups)
    layer = swapped(conv, init=init)
    inputs, coords = 4 // groups, RANK[kind]
    for group in range(groups):
        if kind in TRANSPOSED:  # (in, out / groups, ...)
            old = conv.weight[group * inputs : (group + 1) * inputs]
            new = layer.weight[group * (inputs + coords) : (group + 1) * (inputs + coords)]
        else:  # (out, in / groups, ...)
            old = conv.weight[group * 8 // groups : (group + 1) * 8 // groups].transpose(0, 1)
            new = layer.weight[group * 8 // groups : (group + 1) * 8 // groups].transpose(0, 1)
        assert torch.equal(new[:inputs], old)
        assert len(new[inputs:]) == coords
        assert torch.all((new[inputs:] == 0) if init == "zero" else (new[inputs:] != 0))


@pytest.mark.parametrize("radius", [False, True])
def test_default_draws_the_coordinates_as_a_new_layer_would(radius):
    conv = nn.Conv2d(3, 8, 3)
    torch.manual_seed(7)
    new = CoordConv2d(3, 8, 3, radius=radius)
    torch.manual_seed(7)
    layer = swapped(conv, init="default", radius=radius)
    assert torch.equal(layer.weight[:, 3:], new.weight[:, 3:])
    assert layer.bias is conv.bias


def test_zero_draws_no_random_numbers():
    model = small_model()
    state = torch.get_rng_state()
    coordify(model, where="all")
    assert torch.equal(torch.get_rng_state(), state)


def test_a_step_of_training_moves_the_coordinates():
    # The loss is the sum of row × output. Rows are -1, 0, 1, so its derivative by the weight of the row is
    # 1 + 0 + 1 and by that of the column, which is 0 on an axis of size 1, 0.
    model, _ = coordify(nn.Sequential(nn.Conv2d(1, 1, 1, bias=False)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    row = torch.tensor([-1.0, 0, 1]).reshape(1, 1, 3, 1)
    (row * model(torch.zeros(1, 1, 3, 1))).sum().backward()
    optimizer.step()
    assert model[0].weight[0, 1:].flatten().tolist() == [-1, 0]


# Where


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("first", ["0"]),
        ("all", ["0", "3"]),
        (lambda name, module: name == "3", ["3"]),
        (lambda name, module: module.kernel_size == (3, 3), ["0"]),
    ],
)
def test_where_chooses(where, names):
    model, summary = coordify(small_model(), where=where)
    assert [name for name, module in model.named_modules() if isinstance(module, CoordConv2d)] == names
    assert [name for change in summary.changed for name in change.names] == names


def test_first_is_the_first_that_was_registered():
    class Backwards(nn.Module):
        def __init__(self):
            super().__init__()
            self.last, self.first = nn.Conv2d(4, 2, 1), nn.Conv2d(3, 4, 1)

        def forward(self, x):
            return self.last(self.first(x))

    assert coordify(Backwards())[1].changed[0].names == ("last",)
    assert coordify(Backwards(), where=lambda name, module: name == "first")[1].changed[0].names == ("first",)


def test_the_function_is_asked_for_convolutions_alone_by_every_name():
    model = small_model()
    model.append(model[3])
    asked = []
    coordify(model, where=lambda name, module: asked.append((name, module)) or name == "4")
    assert [name for name, _ in asked] == ["0", "3", "4"]
    assert asked[1][1] is asked[2][1]
    assert type(model[3]) is CoordConv2d
    assert model[3] is model[4]


# What stays


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv1d(2, 4, 3)
        self.blocks = nn.ModuleList([nn.Sequential(nn.Conv1d(4, 4, 1), nn.ReLU()) for _ in range(2)])
        self.heads = nn.ModuleDict({"up": nn.ConvTranspose1d(4, 2, 2), "linear": nn.Linear(4, 2)})
        self.again = self.blocks[0]


def test_names_order_and_keys_stay():
    plain, model = Nested(), Nested()
    returned, _ = coordify(model, where="all")
    assert returned is model
    assert [name for name, _ in model.named_modules(remove_duplicate=False)] == [
        name for name, _ in plain.named_modules(remove_duplicate=False)
    ]
    assert list(model.state_dict()) == list(plain.state_dict())
    assert [name for name, _ in model.named_parameters()] == [name for name, _ in plain.named_parameters()]


def test_a_shared_module_stays_shared():
    model, summary = coordify(Nested(), where="all")
    assert model.again is model.blocks[0]
    assert type(model.again[0]) is CoordConv1d
    assert [change.names for change in summary.changed] == [
        ("stem",),
        ("blocks.0.0", "again.0"),
        ("blocks.1.0",),
        ("heads.up",),
    ]
    conv = nn.Conv2d(2, 2, 1)
    model, summary = coordify(nn.Sequential(conv, nn.ReLU(), conv))
    assert model[0] is model[2]
    assert type(model[0]) is CoordConv2d
    assert summary.changed[0].names == ("0", "2")


def test_other_modules_stay_the_same_objects():
    model = small_model()
    others = [model[1], model[2], model[3]]
    coordify(model)
    assert [model[1], model[2], model[3]] == others


def test_a_lone_convolution_comes_back_as_a_new_layer(random):
    conv = nn.Conv2d(3, 4, 1, bias=False)
    layer, summary = coordify(conv)
    assert type(layer) is CoordConv2d
    assert type(conv) is nn.Conv2d
    assert summary.changed[0].names == ("",)
    x = random(1, 3, 4, 4, dtype=torch.float32)
    assert torch.equal(layer(x), conv(x))


@pytest.mark.parametrize("training", [True, False])
def test_the_training_mode_stays(training):
    assert swapped(nn.Conv2d(3, 4, 1).train(training)).training is training


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_dtype_and_device_stay(dtype, device):
    layer = swapped(nn.ConvTranspose2d(3, 4, 2, dtype=dtype, device=device))
    assert {(tensor.dtype, tensor.device.type) for tensor in layer.parameters()} == {(dtype, device)}


@pytest.mark.parametrize(
    ("kind", "memory_format"), [(nn.Conv2d, torch.channels_last), (nn.ConvTranspose3d, torch.channels_last_3d)]
)
def test_the_memory_format_stays(kind, memory_format):
    layer = swapped(kind(3, 4, 3).to(memory_format=memory_format))
    assert layer.weight.is_contiguous(memory_format=memory_format)
    assert not layer.weight.is_contiguous()
    assert swapped(kind(3, 4, 3)).weight.is_contiguous()


def test_what_is_frozen_stays_frozen_and_the_summary_says_so():
    model = small_model()
    model[0].requires_grad_(False)
    model, summary = coordify(model, where="all")
    assert [parameter.requires_grad for parameter in (*model[0].parameters(), *model[3].parameters())] == [
        False,
        False,
        True,
        True,
    ]
    assert [change.frozen for change in summary.changed] == [True, False]
    assert "\n  frozen   0: coordinates that learn once the weight requires a gradient" in str(summary)


def test_the_bias_and_what_others_noted_stay():
    conv = nn.Conv2d(3, 4, 1)
    conv.my_hooks = ["none of PyTorch's"]
    conv.weight.no_decay = True
    conv.bias.register_hook(lambda gradient: gradient)  # stays with the bias, which is no new parameter
    layer = swapped(conv)
    assert layer.bias is conv.bias
    assert layer.my_hooks == ["none of PyTorch's"]
    assert layer.weight.no_decay


def test_a_tied_bias_stays_tied():
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1))
    model[1].bias = model[0].bias
    coordify(model, where="all")
    assert model[1].bias is model[0].bias


def test_copies_pickles_and_checkpoints_compute_the_same(random):
    model, _ = coordify(small_model(), where="all", init="default")
    other, _ = coordify(small_model(), where="all")
    other.load_state_dict(model.state_dict())
    x = random(2, 3, 6, 6, dtype=torch.float32)
    for same in (copy.deepcopy(model), pickle.loads(pickle.dumps(model)), other):
        assert torch.equal(same.eval()(x), model.eval()(x))


def test_a_checkpoint_of_the_plain_model_is_loaded_before():
    checkpoint = small_model().state_dict()
    model = small_model()
    model.load_state_dict(checkpoint)
    coordify(model)
    assert torch.equal(model[0].weight[:, :3], checkpoint["0.weight"])
    with pytest.raises(RuntimeError, match=r"size mismatch for 0\.weight"):
        model.load_state_dict(checkpoint)


# The summary


def test_the_summary_reads_well():
    model = nn.Sequential(
        nn.Conv2d(3, 16, 7),
        nn.ConvTranspose2d(16, 8, 2, groups=4),
        nn.Sequential(*[nn.Conv2d(8, 8, 1) for _ in range(5)]),
        CoordConv2d(8, 8, 1),
    )
    model[2][0].weight.requires_grad_(False)
    model.append(model[1])
    _, summary = coordify(model, where=lambda name, module: name in {"0", "1", "2.0", "3"}, radius=True)
    assert str(summary) == (
        'convolutions changed: 3 of 8, parameters added: 2,472 (init="zero")\n'
        "  changed  0      Conv2d -> CoordConv2d                    weight (16, 3, 7, 7) -> (16, 6, 7, 7)  +2,352\n"
        "  changed  1 = 4  ConvTranspose2d -> CoordConvTranspose2d  weight (16, 2, 2, 2) -> (28, 2, 2, 2)  +96\n"
        "  changed  2.0    Conv2d -> CoordConv2d                    weight (8, 8, 1, 1) -> (8, 11, 1, 1)   +24\n"
        "  frozen   2.0: coordinates that learn once the weight requires a gradient\n"
        "  left     2.1, 2.2, 2.3 and 1 more: not chosen by where\n"
        "  left     3: a CoordConv layer already"
    )
    assert repr(summary) == "<Summary: 3 changed, 5 left, 2,472 parameters added>"
    assert [left.kind for left in summary.left] == ["Conv2d"] * 4 + ["CoordConv2d"]


def test_the_summary_of_a_lone_convolution_names_the_model():
    assert str(coordify(nn.Conv1d(1, 2, 3))[1]) == (
        'convolutions changed: 1 of 1, parameters added: 6 (init="zero")\n'
        "  changed  the model itself  Conv1d -> CoordConv1d  weight (2, 1, 3) -> (2, 2, 3)  +6"
    )


@pytest.mark.parametrize("where", ["first", "all"])
def test_the_summary_counts_the_parameters_added(where):
    model = Nested()
    before = sum(parameter.numel() for parameter in model.parameters())
    model, summary = coordify(model, where=where, radius=True)
    assert summary.added == sum(parameter.numel() for parameter in model.parameters()) - before > 0
    assert len(summary.changed) + len(summary.left) == 4
