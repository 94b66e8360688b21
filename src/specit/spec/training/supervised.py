"""The supervised procedure as data: minimise a loss over labelled examples, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import field_validator

from specit.errors import SpecItError, nearest

from ..layers.layer import Natural, Positive
from ..measures import MEASURES
from ..model import Model, known_keys, read
from ..tree import Node
from ..variant import completed, stated, variant
from .groups import Group, read_groups
from .losses import L2, LOSSES, IntermediateLoss, Loss, read_intermediate_losses
from .numbers import read_clip_norm
from .optimizers import OPTIMIZERS, Optimizer
from .schedules import SCHEDULES, Schedule, completed_schedule


class Evaluate(Model):
    """Every how many epochs each part is evaluated; both always are at the end."""

    test: Positive
    """Of the test examples."""
    train: Positive
    """Of the training examples."""


class SupervisedSettings(Model):
    """The plain arguments of `supervised`; those with variants are read beside them."""

    batch_size: Positive
    """How many examples a batch has."""
    micro_batch: Positive | None = None
    """How many examples pass through the network at once; gradients add up to the batch's. None: all."""
    last_batch: Literal["keep", "drop"]
    """What happens to the examples that do not fill a batch at the end of an epoch."""
    shuffle: Literal["each_epoch", "never"]
    """Whether the training examples come in another order each epoch."""
    epochs: Natural
    """How often all training examples are gone through."""
    precision: Literal["float32"]
    """What the numbers are kept in and computed with."""
    weights: Literal["final"]
    """Which weights are judged: those after the last step."""
    probe: tuple[tuple[int, int], ...] = ()
    """Centres (x, y) whose whole output the record keeps."""
    stop: dict[str, float] | None = None
    """Measures and values: training ends early once an evaluation has reached them all. None: never."""

    @field_validator("stop")
    @classmethod
    def _known(cls, stop: dict[str, float] | None) -> dict[str, float] | None:
        known = [name for name in MEASURES if name.startswith(("train_", "test_"))]
        for name in stop or {}:
            if name not in known:
                raise ValueError(f"cannot stop at the unknown measure '{name}'; {nearest(name, known)}")
        return stop


@dataclass(frozen=True)
class Supervised:
    """Minimise a loss over labelled examples, epoch by epoch."""

    settings: SupervisedSettings
    loss: tuple[str, Loss]
    """What the output is compared with its target by."""
    intermediate_losses: tuple[IntermediateLoss, ...]
    optimizer: tuple[str, Optimizer]
    """What changes the parameters, and how fast."""
    groups: tuple[Group, ...]
    """What some parameters have instead of the optimiser's arguments."""
    clip_norm: float | None
    """The longest that the gradient of all parameters together may be: longer, it is shortened to this, as
    `torch.nn.utils.clip_grad_norm_` does, the L2 term included. None: as it is."""
    l2: L2 | None
    schedule: tuple[str, Schedule]
    """How the learning rate changes."""
    evaluate: Evaluate

    @property
    def epochs(self) -> int:
        """Return how many epochs are stated."""
        return self.settings.epochs

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data."""
        between = [loss.stated() for loss in self.intermediate_losses]
        return {
            **self.settings.model_dump(mode="json"),
            "loss": stated(*self.loss),
            **({"intermediate_losses": between} if between else {}),
            "optimizer": stated(*self.optimizer),
            **({"groups": [group.stated() for group in self.groups]} if self.groups else {}),
            **({"clip_norm": self.clip_norm} if self.clip_norm is not None else {}),
            "l2": self.l2.model_dump(mode="json") if self.l2 else None,
            "schedule": stated(*self.schedule),
            "evaluate": self.evaluate.model_dump(mode="json"),
        }

    def completed(self) -> Iterator[str]:
        """Yield what the spec left to a default."""
        yield from completed(self.settings, "train.supervised")
        yield from completed(self.loss[1], "train.supervised.loss")
        for between in self.intermediate_losses:
            yield from completed(between.loss[1], f"train.supervised.intermediate_losses.{between.settings.at}")
        yield from completed(self.optimizer[1], "train.supervised.optimizer")
        yield from completed_schedule(*self.schedule, "train.supervised.schedule")


def read_supervised(node: Node) -> Supervised:
    """Read the arguments of the supervised procedure."""
    entries = dict(node.mapping("supervised"))
    parts = {
        name: entries.pop(name, None)
        for name in ("loss", "intermediate_losses", "optimizer", "groups", "clip_norm", "l2", "schedule", "evaluate")
    }
    known_keys(node, [*parts, *SupervisedSettings.model_fields], "supervised")
    for name in ("loss", "optimizer", "schedule", "evaluate"):
        if parts[name] is None:
            raise SpecItError(f"supervised needs the argument '{name}', which is missing.", at=node.mark)
    loss, between, optimizer, groups, clip_norm, l2, schedule, evaluate = parts.values()
    assert loss and optimizer and schedule and evaluate
    chosen = variant(optimizer, OPTIMIZERS, "optimizer")
    return Supervised(
        settings=read(SupervisedSettings, Node(dict(entries), node.mark, node.source), "supervised"),
        loss=variant(loss, LOSSES, "loss"),
        intermediate_losses=read_intermediate_losses(between),
        optimizer=chosen,
        groups=read_groups(groups, chosen),
        clip_norm=read_clip_norm(clip_norm),
        l2=read(L2, l2, "l2") if l2 and l2.value is not None else None,
        schedule=variant(schedule, SCHEDULES, "schedule"),
        evaluate=read(Evaluate, evaluate, "evaluate"),
    )
