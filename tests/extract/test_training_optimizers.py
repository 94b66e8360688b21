"""Optimisers and their groups as their own objects state them: recipes that people use, compared parameter by parameter."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.extract.small_training import EXTRACTED, Small, check_same_arguments, lock_of, stated, tensors, training_of
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader

from specit.data.examples import fingerprint
from specit.errors import SpecItError
from specit.extract.training import extract_training, setup_of

pytestmark = pytest.mark.usefixtures("one_thread")


def cifar() -> tuple[nn.Module, dict[str, Any]]:
    model = Small()
    decay = [p for n, p in model.named_parameters() if p.ndim > 1]
    rest = [p for n, p in model.named_parameters() if p.ndim <= 1]
    groups = [{"params": decay}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    return model, {
        "model": model,
        "optimizer": optimizer,
        "scheduler": lr_scheduler.MultiStepLR(optimizer, [100, 150], gamma=0.1),
        "scheduler_step": "epoch",
        "loss_fn": nn.CrossEntropyLoss(label_smoothing=0.1),
        "loader": DataLoader(tensors(), batch_size=16, shuffle=True, drop_last=True, num_workers=0),
        "epochs": 200,
        "autocast": None,
        "accumulation_steps": 1,
        "clip_norm": None,
    }


def test_a_cifar_recipe() -> None:
    model, fields = cifar()
    found = training_of(**fields)
    train = stated(found)
    assert train["optimizer"] == {
        "SGD": {"lr": 0.1, "momentum": 0.9, "dampening": 0.0, "weight_decay": 5e-4, "nesterov": True, "maximize": False}
    }
    assert train["groups"] == [{"on": ["biases", "normalisation"], "weight_decay": 0.0}]
    assert train["schedule"] == {"multi_step": {"milestones": [100, 150], "factor": 0.1, "by": "epoch"}}
    assert train["loss"] == {"cross_entropy": {"reduction": "mean", "label_smoothing": 0.1}}
    assert [train[name] for name in ("batch_size", "last_batch", "shuffle", "epochs", "precision")] == [
        16,
        "drop",
        "each_epoch",
        200,
        "float32",
    ]
    assert {"clip_norm", "autocast", "accumulation_steps"}.isdisjoint(train)
    assert found.open == ("train.weights", "train.evaluate")
    assert (
        found.found
        == "Training: SGD, 1 group of other arguments, multi_step, cross_entropy, batches of 16, 40 examples of TensorDataset, 200 epochs."
    )
    check_same_arguments(found, fields["optimizer"], model)
    data = lock_of(found).statement()["data"]["dataset"]["elsewhere"]
    assert data.pop("fingerprint") == fingerprint(*(t.numpy() for t in fields["loader"].dataset.tensors))
    assert data == {
        "about": "TensorDataset",
        "examples": 40,
        "input": [3, 8, 8],
        "input_dtype": "float32",
        "target": [],
        "target_dtype": "int64",
        "transforms": [],
    }


def test_a_transformers_recipe() -> None:
    """AdamW, no decay on biases and norms, a smaller rate but for the head; warm-up and cosine by the step; clipped."""
    model = Small()
    named = list(model.named_parameters())
    groups = [
        {
            "params": [p for n, p in named if n.startswith("head") == head and (p.ndim > 1) == decays],
            "lr": 1e-3 if head else 2e-5,
            "weight_decay": 0.01 if decays else 0.0,
        }
        for head in (False, True)
        for decays in (True, False)
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6)
    warm = lr_scheduler.LinearLR(optimizer, start_factor=0.01, total_iters=500)
    scheduler = lr_scheduler.SequentialLR(
        optimizer, [warm, lr_scheduler.CosineAnnealingLR(optimizer, 9500, eta_min=1e-7)], [500]
    )
    found = training_of(model=model, optimizer=optimizer, scheduler=scheduler, scheduler_step="batch", loss_fn=F.cross_entropy,
                        clip_norm=1.0, accumulation_steps=4, autocast=torch.bfloat16)  # fmt: skip
    train = stated(found)
    assert train["groups"] == [
        {"on": ["head"], "lr": 1e-3},
        {"on": ["biases", "normalisation"], "weight_decay": 0.0},
    ]
    assert train["optimizer"]["AdamW"]["lr"] == 2e-5  # where the schedule begins from, not where it begins
    assert train["schedule"] == {
        "warm_up": {
            "start": 0.01,
            "over": 500,
            "by": "step",
            "then": {"cosine_annealing": {"minimum": 1e-7, "over": 9500, "by": "step"}},
        }
    }
    assert (train["clip_norm"], train["accumulation_steps"], train["autocast"]) == (1.0, 4, "bfloat16")
    check_same_arguments(found, optimizer, model)
    assert {"train.batch_size", "train.epochs", "data.examples", "data.fingerprint"} <= set(found.open)
    assert lock_of(found).networks["network"].named.keys() == {"head"}


def test_a_recipe_that_says_little() -> None:
    found = training_of(optimizer=torch.optim.Adam(Small().parameters(), lr=3e-4))
    train = stated(found)
    assert train["optimizer"]["Adam"]["lr"] == 3e-4
    assert "groups" not in train
    said = {"train.optimizer", "train.precision"}
    every = {
        f"train.{name}"
        for name in (
            "loss",
            "optimizer",
            "clip_norm",
            "accumulation_steps",
            "schedule",
            "batch_size",
            "last_batch",
            "shuffle",
            "epochs",
            "precision",
            "autocast",
            "weights",
            "evaluate",
        )
    }
    assert {name for name in found.open if name.startswith("train")} == every - said
    assert found.found == "Training: Adam."


@dataclass
class Recipe:
    optimizer: Any
    loader: Any
    scheduler: Any = None


def test_any_object_with_the_fields() -> None:
    optimizer = torch.optim.RMSprop(Small().parameters(), lr=0.01, momentum=0.9, centered=True)
    loader = DataLoader(tensors(), 8)
    whole = [
        {"optimizer": optimizer, "loader": loader, "scheduler": None},
        SimpleNamespace(optimizer=optimizer, loader=loader, scheduler=None),
        Recipe(optimizer, loader),
        namedtuple("Tuple", "optimizer loader scheduler")(optimizer, loader, None),
    ]
    texts = {extract_training(setup_of(made), EXTRACTED).yaml("A model") for made in whole}
    assert len(texts) == 1
    assert "schedule: constant" in texts.pop()


lr = st.floats(1e-6, 10)
decay = st.floats(0, 1)
share = st.floats(0, 0.999)
ARGUMENTS = {
    torch.optim.SGD: st.fixed_dictionaries(
        {"lr": lr, "momentum": st.just(0.9) | share.filter(bool), "weight_decay": decay, "nesterov": st.booleans()}
    ),
    torch.optim.Adam: st.fixed_dictionaries(
        {
            "lr": lr,
            "betas": st.tuples(share, share),
            "eps": st.floats(1e-12, 1),
            "weight_decay": decay,
            "amsgrad": st.booleans(),
            "decoupled_weight_decay": st.booleans(),
        }
    ),
    torch.optim.AdamW: st.fixed_dictionaries(
        {
            "lr": lr,
            "betas": st.tuples(share, share),
            "eps": st.floats(1e-12, 1),
            "weight_decay": decay,
            "amsgrad": st.booleans(),
        }
    ),
    torch.optim.RMSprop: st.fixed_dictionaries(
        {
            "lr": lr,
            "alpha": share,
            "eps": st.floats(1e-12, 1),
            "weight_decay": decay,
            "momentum": share,
            "centered": st.booleans(),
        }
    ),
}


@settings(max_examples=12, deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", ARGUMENTS, ids=lambda kind: kind.__name__)
def test_whatever_the_optimiser_was_given_is_stated(kind: type[torch.optim.Optimizer], data: st.DataObject) -> None:
    """Parameters are dealt to up to three groups at random, some to none, and each group has arguments of its own."""
    model = Small()
    parameters = list(model.parameters())
    dealt = data.draw(st.lists(st.integers(0, 3), min_size=len(parameters), max_size=len(parameters)).filter(any))
    groups = []
    for number in sorted(set(dealt) - {0}):
        mine = [p for p, to in zip(parameters, dealt, strict=True) if to == number]
        groups.append({"params": mine, **data.draw(ARGUMENTS[kind])})
    optimizer = kind(groups)  # type: ignore[call-arg]
    check_same_arguments(training_of(model=model, optimizer=optimizer), optimizer, model)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda p: torch.optim.Adagrad(p, lr=0.1),
            [
                "# Adagrad is no optimiser of the language, which has SGD, Adam, AdamW, RMSprop.",
                "# Group 1: lr 0.1, lr_decay 0, eps 1e-10",
            ],
        ),
        (lambda p: torch.optim.SGD(p, lr=0.0), ["# SGD here: lr 0.0, ", "lr: input should be greater than 0."]),
        (lambda p: torch.optim.Adam(p, maximize=True), ["# Adam here: ", "maximize: input should be false."]),
    ],
)
def test_optimisers_that_the_language_lacks(make: Any, words: Sequence[str]) -> None:
    found = training_of(optimizer=make(Small().parameters()))
    text = found.yaml("A model")
    assert stated(found)["optimizer"] is None
    for said in words:
        assert said in text


def test_tensorflows_rmsprop_as_others_ported_it() -> None:
    ported = pytest.importorskip("stable_baselines3.common.sb2_compat.rmsprop_tf_like").RMSpropTFLike
    said = stated(training_of(optimizer=ported(Small().parameters(), lr=7e-4, alpha=0.99, eps=1e-5)))["optimizer"][
        "RMSprop"
    ]
    assert (said["eps"], said["eps_inside_root"], said["initial_square"], said["lr_in_momentum"]) == (
        1e-5,
        True,
        1.0,
        False,
    )


def test_what_is_not_trained_is_frozen() -> None:
    model = Small()
    model.stem.requires_grad_(False)
    optimizer = torch.optim.Adam([*model.stem.parameters(), *model.head.parameters()], lr=0.1)
    found = training_of(model=model, optimizer=optimizer)
    check_same_arguments(found, optimizer, model)
    assert stated(found)["groups"] == [{"on": ["kernels", "normalisation"], "frozen": True}]


def test_groups_that_cannot_be_told() -> None:
    model = Small()
    groups = [
        {"params": model.head.parameters(), "lr": 0.5},
        {"params": [*model.stem.parameters(), *model.body.parameters()]},
    ]
    found = training_of(optimizer=torch.optim.SGD(groups, lr=0.1))
    text = found.yaml("A model")
    assert "# Which parameters the groups hold cannot be told: the setup gives no 'model' that has them." in text
    assert "# Group 1: lr 0.5." in text
    assert "# Group 2: as stated above." in text
    assert "groups: !unstated null" in text
    assert stated(found)["groups"] is None


def test_the_model_may_be_wrapped_or_hold_more() -> None:
    model = nn.DataParallel(Small())
    extra = nn.Parameter(torch.zeros(3))
    optimizer = torch.optim.SGD([*model.parameters(), extra], lr=0.1)
    found = training_of(model=model, optimizer=optimizer)
    assert "groups" not in stated(found)
    assert "# 1 of its parameters are none of the network; they are left out." in found.yaml("A model")


def test_another_model_than_the_extracted_one() -> None:
    model = Small()
    model.head = nn.Linear(8, 5)
    with pytest.raises(SpecItError, match=r"another model .*: there, 'head.weight' holds 80 numbers, here 40\."):
        training_of(model=model, optimizer=torch.optim.SGD(model.parameters(), lr=0.1))
