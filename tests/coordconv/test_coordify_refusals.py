"""What `coordify` leaves or refuses, and the reasons it gives."""

import copy
import functools

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

from coordconv import CoordConv2d, coordify


def two_convolutions():
    return nn.Sequential(nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1))


class Scaled(nn.Conv2d):
    def forward(self, x):
        return 2 * super().forward(x)


class QuantizedConv2d(nn.Module):
    """Calls itself a convolution and is none of torch.nn."""


class Special(torch.Tensor):
    """A tensor that is more than its values, as those of quantised or distributed weights are."""


def hook(*arguments):
    """Do nothing."""


def hooked(register):
    def plant(conv):
        getattr(conv, register)(hook)
        return conv

    return plant


def changed(**attributes):
    def plant(conv):
        for name, value in attributes.items():
            setattr(conv, name, value)
        return conv

    return plant


def with_a_hook_on_the_weight(conv):
    conv.weight.register_hook(lambda gradient: 2 * gradient)
    return conv


def with_a_hook_after_accumulation(conv):
    conv.weight.register_post_accumulate_grad_hook(lambda weight: None)
    return conv


def compiled(conv):
    conv.compile(backend="eager")
    return conv


def with_a_mask(conv):
    conv.register_buffer("mask", torch.ones(1))
    return conv


REFUSED = [
    (hooked("register_forward_hook"), "forward hooks (hook)"),
    (hooked("register_forward_pre_hook"), "forward pre hooks (hook)"),
    (hooked("register_full_backward_hook"), "backward hooks (hook)"),
    (hooked("register_full_backward_pre_hook"), "backward pre hooks (hook)"),
    (hooked("register_state_dict_post_hook"), "state dict hooks (hook)"),
    (hooked("register_state_dict_pre_hook"), "state dict pre hooks (hook)"),
    (hooked("register_load_state_dict_pre_hook"), "load state dict pre hooks (hook)"),
    (hooked("register_load_state_dict_post_hook"), "load state dict post hooks (hook)"),
    (with_a_hook_on_the_weight, "hooks on its weight"),
    (with_a_hook_after_accumulation, "hooks on its weight"),
    (parametrizations.weight_norm, "a parametrised weight"),
    (parametrizations.spectral_norm, "a parametrised weight"),
    (nn.utils.spectral_norm, "forward pre hooks (SpectralNorm)"),
    (lambda conv: prune.l1_unstructured(conv, "weight", 0.5), "forward pre hooks (L1Unstructured)"),
    (with_a_mask, "more than a weight and a bias (mask)"),
    (changed(scale=nn.Parameter(torch.ones(1))), "more than a weight and a bias (scale)"),
    (changed(adapter=nn.Identity()), "more than a weight and a bias (adapter)"),
    (changed(forward=functools.partial(nn.functional.relu)), "a forward of its own, put on this one layer"),
    (compiled, "compiled by its method compile"),
    (lambda conv: Scaled(3, 4, 3), "a subclass, which may compute something else"),
    (lambda conv: CoordConv2d(3, 4, 3), "a CoordConv layer already"),
    (lambda conv: nn.LazyConv2d(4, 3), "a lazy layer, which has no weight until the model has run once"),
    (lambda conv: QuantizedConv2d(), f"a layer of {__name__}, not of torch.nn"),
    (
        changed(weight=nn.Parameter(torch.zeros(4, 3, 3, 3).as_subclass(Special))),
        "a weight that is no plain parameter but a Special",
    ),
    (
        lambda conv: nn.Conv2d(3, 4, 3, dtype=torch.complex64),
        "a weight of torch.complex64, which no CoordConv layer takes",
    ),
    (
        changed(weight=nn.Parameter(torch.zeros(4, 1, 3, 3))),
        "a weight of shape (4, 1, 3, 3), where its attributes say (4, 3, 3, 3)",
    ),
]


@pytest.mark.parametrize(("plant", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_a_swap_would_lose_is_left_with_the_reason(plant, reason):
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3))
    assert coordify(copy.deepcopy(model), where="all")[1].left == ()  # without what is planted, nothing is left
    model[1] = planted = plant(model[1])
    _, summary = coordify(model, where="all")
    assert [change.names for change in summary.changed] == [("0",)]
    assert [(left.names, left.reason) for left in summary.left] == [(("1",), reason)]
    assert model[1] is planted


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_what_pytorch_deprecates_is_left_too():
    _, summary = coordify(
        nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.utils.weight_norm(nn.Conv2d(4, 4, 3)), torch.jit.script(nn.Conv2d(4, 4, 3))
        ),
        where="all",
    )
    assert [(left.names, left.kind, left.reason) for left in summary.left] == [
        (("1",), "Conv2d", "forward pre hooks (WeightNorm)"),
        (("2",), "Conv2d", "compiled by TorchScript"),
    ]


def test_a_tied_weight_is_left_and_stays_tied():
    model = two_convolutions().append(nn.Conv2d(3, 4, 1))
    model[1].weight = model[0].weight
    _, summary = coordify(model, where="all")
    assert [(left.names, left.reason) for left in summary.left] == [
        (("0",), "a weight tied to 1.weight"),
        (("1",), "a weight tied to 0.weight"),
    ]
    assert model[1].weight is model[0].weight


def test_a_weight_that_is_a_parameter_of_a_parent_is_left():
    model = two_convolutions()
    model.kernel = model[0].weight
    assert coordify(model, where="all")[1].left[0].reason == "a weight tied to kernel"


@pytest.mark.parametrize(
    "hold", [lambda conv: [conv], lambda conv: {"a": conv}, lambda conv: (nn.ReLU(), conv), lambda conv: conv]
)
def test_a_layer_that_a_plain_attribute_holds_is_left(hold):
    model = two_convolutions()
    vars(model)["others"] = hold(model[0])  # not by assignment, which would register a module
    assert coordify(model, where="all")[1].left[0].reason == (
        "held by the plain attribute others of Sequential too, which would keep the old layer"
    )


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("resnet",), TypeError, "coordify expected a torch.nn.Module, but got str."),
        (
            (two_convolutions(), {"where": "last"}),
            ValueError,
            "where must be 'first', 'all' or a function of a name and a module, but got 'last'.",
        ),
        ((two_convolutions(), {"init": "zeros"}), ValueError, "init must be 'zero' or 'default', but got 'zeros'."),
        ((nn.Linear(2, 2),), ValueError, "coordify found no convolution in this Linear."),
        (
            (two_convolutions(), {"where": lambda name, module: name == "conv1"}),
            ValueError,
            "coordify swaps nothing, because where chose none of the convolutions of the model (0, 1).",
        ),
        (
            (Scaled(3, 4, 3),),
            ValueError,
            "coordify can swap none of the convolutions that where chose "
            "(the model itself: a subclass, which may compute something else).",
        ),
        (
            (
                nn.Sequential(*[CoordConv2d(3, 3, 1) for _ in range(5)], with_a_hook_on_the_weight(nn.Conv2d(3, 3, 1))),
                {"where": "all"},
            ),
            ValueError,
            "(0, 1, 2 and 2 more: a CoordConv layer already; 5: hooks on its weight).",
        ),
    ],
)
def test_errors_are_one_clear_sentence(arguments, error, words):
    model, *options = arguments
    with pytest.raises(error) as caught:
        coordify(model, **dict(*options))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_first_is_not_replaced_by_the_second():
    model = two_convolutions()
    model[0].register_forward_hook(hook)
    with pytest.raises(ValueError, match=r"\(0: forward hooks \(hook\)\)"):
        coordify(model)
    assert type(model[1]) is nn.Conv2d


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors:UserWarning")
def test_an_error_leaves_the_model_as_it_was():
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(0, 4, 1))
    with pytest.raises(ValueError, match="in_channels to be at least 1"):
        coordify(model, where="all")
    assert type(model[0]) is nn.Conv2d
