"""Schedules, losses, loaders and precision as their own objects state them, and what is said of those that are not known."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from tests.extract.small_training import Small, lock_of, stated, tensors, training_of
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, WeightedRandomSampler

from specit.errors import SpecItError

pytestmark = pytest.mark.usefixtures("one_thread")


def rate_scheduled(optimizer: torch.optim.Optimizer, kind: str) -> Any:
    return {
        "step": lambda: lr_scheduler.StepLR(optimizer, 30, 0.1),
        "exponential": lambda: lr_scheduler.ExponentialLR(optimizer, 0.95),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, 90, 1e-5),
        "linear": lambda: lr_scheduler.LinearLR(optimizer, 1.0, 0.1, 50),
        "lambda": lambda: lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / math.sqrt(epoch + 1)),
        "one_cycle": lambda: lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=80),
        "plateau": lambda: lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=7),
        "growing": lambda: lr_scheduler.ExponentialLR(optimizer, 1.1),
        "odd_sequence": lambda: lr_scheduler.SequentialLR(optimizer, [lr_scheduler.ConstantLR(optimizer, 0.5, 3), lr_scheduler.ExponentialLR(optimizer, 0.9)], [3]),
    }[kind]()  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "step", "expected"),
    [
        ("step", "epoch", {"step": {"factor": 0.1, "every": 30, "at_most": None}}),
        ("step", "batch", {"exponential": {"factor": 0.1, "every": 30, "by": "step"}}),
        ("exponential", "epoch", {"exponential": {"factor": 0.95, "every": 1, "by": "epoch"}}),
        ("cosine", "batch", {"cosine_annealing": {"minimum": 1e-5, "over": 90, "by": "step"}}),
        ("linear", "epoch", {"linear": {"start": 1.0, "end": 0.1, "over": 50, "by": "epoch"}}),
    ],
)
def test_schedules(kind: str, step: str, expected: dict[str, Any]) -> None:
    optimizer = torch.optim.SGD(Small().parameters(), lr=0.1)
    fields = {"optimizer": optimizer, "scheduler": rate_scheduled(optimizer, kind), "scheduler_step": step}
    assert stated(training_of(**fields))["schedule"] == expected


def test_a_scheduler_that_steps_nobody_says_when() -> None:
    optimizer = torch.optim.SGD(Small().parameters(), lr=0.1)
    text = training_of(optimizer=optimizer, scheduler=rate_scheduled(optimizer, "cosine")).yaml("A model")
    assert "# The setup does not say after what the scheduler steps ('scheduler_step': batch or epoch)." in text
    assert "schedule: {cosine_annealing: {minimum: 1e-05, over: 90, by: !unstated epoch}}" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("lambda", ["LambdaLR, as it is set up here, is no schedule of the language, which has StepLR, ", "The rates it gives after 0, 5, 10, 15, 20, 25, 30, 35 epochs: 0.1, 0.0408248, 0.0301511, 0.025,"]),
        ("one_cycle", ["OneCycleLR, as it is set up here, is no schedule", "The rates it gives after 0, 5, 10, 15, 20, 25, 30, 35 epochs: 0.004, "]),
        ("plateau", ["It depends on what is measured: factor 0.5, patience 7, threshold 0.0001 (rel), mode min."]),
        ("growing", ["ExponentialLR, as it is set up here, is no schedule", "0.1, 0.161051,"]),
        ("odd_sequence", ["SequentialLR, as it is set up here, is no schedule", "0.05, "]),
    ],
)  # fmt: skip
def test_schedules_that_the_language_lacks(kind: str, words: Sequence[str]) -> None:
    optimizer = torch.optim.SGD(Small().parameters(), lr=0.1)
    found = training_of(
        optimizer=optimizer, scheduler=rate_scheduled(optimizer, kind), scheduler_step="epoch", epochs=40
    )
    text = found.yaml("A model")
    assert "train.schedule" in found.open
    assert stated(found)["schedule"] is None
    for said in words:
        assert said in text


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (
            nn.CrossEntropyLoss(weight=torch.tensor([1.0, 0.5]), ignore_index=3),
            {"cross_entropy": {"reduction": "mean", "label_smoothing": 0.0, "weight": [1.0, 0.5], "ignore_index": 3}},
        ),
        (nn.CrossEntropyLoss(reduction="sum"), {"cross_entropy": {"reduction": "sum", "label_smoothing": 0.0}}),
        (
            nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.0)),
            {"binary_cross_entropy_with_logits": {"reduction": "mean", "pos_weight": [2.0]}},
        ),
        (nn.MSELoss(), {"mse_loss": {"reduction": "mean"}}),
        (nn.HuberLoss(delta=0.5), {"huber_loss": {"reduction": "mean", "delta": 0.5}}),
        (nn.SmoothL1Loss(beta=0.1), {"smooth_l1_loss": {"reduction": "mean", "beta": 0.1}}),
        (nn.NLLLoss(), {"nll_loss": {"reduction": "mean"}}),
        (F.l1_loss, {"l1_loss": {"reduction": "mean"}}),
        (
            partial(F.cross_entropy, label_smoothing=0.2),
            {"cross_entropy": {"reduction": "mean", "label_smoothing": 0.2}},
        ),
    ],
)
def test_losses(loss: Any, expected: dict[str, Any]) -> None:
    optimizer = torch.optim.SGD(Small().parameters(), lr=0.1)
    assert stated(training_of(optimizer=optimizer, loss_fn=loss))["loss"] == expected


class Focal(nn.CrossEntropyLoss):
    pass


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (
            Focal(),
            "# Focal is no loss of the language; it knows cross_entropy, nll_loss, binary_cross_entropy_with_logits, ",
        ),
        (lambda output, target: output.sum(), "<lambda> is no loss of the language"),
        (
            nn.BCEWithLogitsLoss(pos_weight=torch.ones(2, 2)),
            "# BCEWithLogitsLoss: its pos_weight is none that the language has.",
        ),
    ],
)
def test_losses_that_the_language_lacks(loss: Any, words: str) -> None:
    found = training_of(optimizer=torch.optim.SGD(Small().parameters(), lr=0.1), loss_fn=loss)
    assert words in found.yaml("A model")
    assert stated(found)["loss"] is None


class Pictures(Dataset[Any]):
    def __init__(self, transform: Any = None, target_transform: Any = None, item: Any = None) -> None:
        self.transform, self.target_transform, self.item = transform, target_transform, item

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        if self.item is not None:
            return self.item
        raise FileNotFoundError("no pictures here")


class Compose:
    def __init__(self, *transforms: Any) -> None:
        self.transforms = transforms


class Crop:
    def __repr__(self) -> str:
        return "Crop(\n  size=4)"


class Stream(IterableDataset[Any]):
    def __iter__(self) -> Any:
        return iter(())


def whiten(x: Any) -> Any:
    return x


def data_of(dataset: Any, **how: Any) -> tuple[dict[str, Any], str]:
    found = training_of(optimizer=torch.optim.SGD(Small().parameters(), lr=0.1), loader=DataLoader(dataset, **how))
    return lock_of(found).statement()["data"]["dataset"]["elsewhere"], found.yaml("A model")


def test_data_and_transforms() -> None:
    dataset = Pictures(Compose(Crop(), whiten), target_transform=whiten, item=(torch.rand(1, 4, 4), 3.5))
    data, text = data_of(Subset(dataset, [0, 1, 2]), batch_size=2)
    assert data == {
        "about": "Pictures, 3 of its examples",
        "examples": 3,
        "input": [1, 4, 4],
        "input_dtype": "float32",
        "target": [],
        "target_dtype": "float64",
        "transforms": ["Crop( size=4)", "whiten"],
        "fingerprint": None,
    }
    assert "# The target goes through whiten." in text
    assert data_of(Pictures(item=torch.rand(2, 2)))[0]["transforms"] == []


def test_data_that_cannot_be_looked_at() -> None:
    data, text = data_of(Pictures())
    assert (data["examples"], data["input"], data["transforms"]) == (5, None, [])
    assert "# The first example cannot be read here: FileNotFoundError." in text
    data, text = data_of(Stream())
    assert (data["about"], data["examples"], data["input"], data["transforms"]) == ("Stream", None, None, None)
    assert "# The data come one after the other." in text
    data, text = data_of(Pictures(item={"ids": torch.zeros(7, dtype=torch.long), "more": (1, 2)}))
    assert data["input"] is None
    assert "# An example is ids: [7] of int64, more: [] of int64 and [] of int64." in text


def test_orders_and_batches() -> None:
    def batches(**how: Any) -> list[Any]:
        loader = DataLoader(tensors(), **how)
        train = stated(training_of(optimizer=torch.optim.SGD(Small().parameters(), lr=0.1), loader=loader))
        return [train[name] for name in ("batch_size", "last_batch", "shuffle")]

    assert batches(batch_size=4) == [4, "keep", "never"]
    assert batches(batch_size=4, sampler=torch.utils.data.RandomSampler(range(40), replacement=True)) == [
        4,
        "keep",
        "with_replacement",
    ]
    assert batches(batch_size=4, sampler=WeightedRandomSampler([1.0] * 40, 40)) == [4, "keep", None]
    own = torch.utils.data.BatchSampler(range(40), 4, False)
    assert batches(batch_sampler=own) == [None, None, None]


def test_precision() -> None:
    model = Small().bfloat16()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert stated(training_of(optimizer=optimizer, precision="bf16"))["precision"] == "bfloat16"
    model.head.float()
    text = training_of(optimizer=torch.optim.SGD(model.parameters(), lr=0.1), autocast=True).yaml("A model")
    assert "# Some parameters are kept in bfloat16, others in float32." in text
    assert "# Autocast is on; the setup does not say with which type" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"optimiser": 1}, "'setup' gives 'optimiser', which is no part of a training; did you mean 'optimizer'?"),
        ({"epochs": 3}, "'setup' gives a dict without an 'optimizer'; it gives a dict, or an object, with some of: model, optimizer,"),
        ({"optimizer": 3}, "'setup' gives a int as 'optimizer', which is a torch.optim.Optimizer."),
        ({"loader": [1]}, "'setup' gives a list as 'loader', which is a torch.utils.data.DataLoader."),
        ({"epochs": 1.5}, "'setup' gives 1.5 as 'epochs', which is a whole number of at least 0, or None."),
        ({"accumulation_steps": 0}, "'setup' gives 0 as 'accumulation_steps', which is a whole number of at least 1, or None."),
        ({"clip_norm": -1}, "'setup' gives -1 as 'clip_norm', which is a number above 0, or None."),
        ({"scheduler_step": "step"}, "'setup' gives 'step' as 'scheduler_step'; a scheduler steps after every 'batch' or every 'epoch'."),
        ({"scheduler": lr_scheduler.StepLR(torch.optim.SGD([nn.Parameter(torch.zeros(1))]), 3)}, "'setup' gives a 'scheduler' of another optimiser than its 'optimizer'."),
        ({"precision": "float16"}, "'precision' is float16, but the parameters are float32; computing in another type than they are kept in is 'autocast'."),
        ({"precision": "float23"}, "'precision' is no type of numbers that is known: 'float23'; did you mean 'float32'"),
        ({"autocast": "float32"}, "'autocast' is float16, bfloat16, True or None, not float32."),
    ],
)  # fmt: skip
def test_setups_that_are_none(fields: dict[str, Any], words: str) -> None:
    own = (
        {}
        if set(fields) & {"optimiser"} or fields == {"epochs": 3}
        else {"optimizer": torch.optim.SGD(Small().parameters(), lr=0.1)}
    )
    with pytest.raises(SpecItError) as raised:
        training_of(**(own | fields))
    assert raised.value.message.startswith(words)
