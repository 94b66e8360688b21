"""A small residual network, its extraction, and how a training extracted beside it is read back and compared."""

# tables read better with one case a line

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from specit.extract import extract
from specit.extract.training import ExtractedTraining, extract_training, setup_of
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock
from specit.spec.training import Described
from specit.spec.training.groups import settings_of


class Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x))))))


class Small(nn.Module):
    """A residual network as for CIFAR, cut short."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.body = nn.Sequential(Block(8), Block(8))
        self.head = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(self.stem(x)).mean(dim=(2, 3)))


EXTRACTED = extract(Small(), (3, 8, 8))


def tensors(count: int = 40) -> TensorDataset:
    return TensorDataset(torch.rand(count, 3, 8, 8), torch.arange(count) % 10)


def training_of(**fields: Any) -> ExtractedTraining:
    return extract_training(setup_of(fields), EXTRACTED)


def lock_of(found: ExtractedTraining) -> Lock:
    (point,) = Spec("found", parse(found.yaml("A model", "About it."), "found.yaml")).plan()
    assert isinstance(point.lock.training and point.lock.training[1], Described)
    return point.lock


def stated(found: ExtractedTraining) -> dict[str, Any]:
    made: dict[str, Any] = lock_of(found).statement()["train"]["supervised"]
    return made


def given_to(optimizer: torch.optim.Optimizer, model: nn.Module) -> dict[str, dict[str, Any]]:
    """Return by the model's names what each parameter is trained with; those that are not, are left out."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return {
        names[id(parameter)]: {key: value for key, value in group.items() if key != "params"}
        for group in optimizer.param_groups
        for parameter in group["params"]
        if parameter.requires_grad
    }


def check_same_arguments(found: ExtractedTraining, optimizer: torch.optim.Optimizer, model: nn.Module) -> None:
    """Every parameter of the spec has what PyTorch's has, by the names that the extracted model has for it."""
    lock = lock_of(found)
    assert lock.training
    training, network = lock.training[1], lock.networks["network"]
    assert isinstance(training, Described)
    assert training.optimizer
    base = training.optimizer[1].model_dump()
    expected = given_to(optimizer, model)
    seen = set()
    for (place, name), own, frozen in settings_of(network, training.groups):
        origin = found.extracted.origins[f"layers.{place}.{name}"]
        if frozen:
            assert origin not in expected
            continue
        seen.add(origin)
        for key, value in (base | own).items():
            if key in ("eps_inside_root", "initial_square", "lr_in_momentum"):  # what PyTorch's own never does
                assert not value
                continue
            theirs = (
                expected[origin].get("initial_lr", expected[origin]["lr"]) if key == "lr" else expected[origin][key]
            )
            assert (tuple(value) if isinstance(value, list) else value) == theirs, (origin, key)
    assert seen == set(expected)
