"""How an arm is trained, as data: procedures with their optimiser, schedule and budget, every argument typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from specit.errors import SpecItError, nearest

from .layers.layer import Natural, Positive
from .measures import MEASURES
from .model import Model, read
from .tree import Node
from .variant import completed, stated, variant

NotNegative = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(gt=0)]
Beta = Annotated[float, Field(ge=0, lt=1)]


class Adam(Model):
    """`torch.optim.Adam`. `weight_decay` is coupled (added to the gradient). Switches of speed are left out."""

    torch_name: ClassVar[str] = "torch.optim.Adam"

    lr: Rate = 1e-3
    betas: tuple[Beta, Beta] = (0.9, 0.999)
    eps: Rate = 1e-8
    weight_decay: NotNegative = 0.0
    amsgrad: bool = False
    maximize: Literal[False] = False
    decoupled_weight_decay: bool = False


class CrossEntropy(Model):
    """`torch.nn.CrossEntropyLoss` of the logits against the target's index."""

    torch_name: ClassVar[str] = "torch.nn.CrossEntropyLoss"

    reduction: Literal["mean"] = "mean"
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0


class L2(Model):
    """A term of the loss: `coefficient` · Σ w², without a half, over the weights of these parameters."""

    coefficient: NotNegative
    on: Literal["kernels"]
    """`kernels`: the weights of convolutions; no biases and no normalisation."""


class Constant(Model):
    """The learning rate stays as it is."""


class Step(Model):
    """The learning rate is multiplied by `factor` every `every` epochs, at most `at_most` times."""

    factor: Annotated[float, Field(gt=0, le=1)]
    every: Positive
    at_most: Positive


class Cosine(Model):
    """Half a cosine from the learning rate at the first epoch towards zero after the last, by the epoch."""


class Evaluate(Model):
    """Every how many epochs each part is evaluated; both always are at the end."""

    test: Positive
    train: Positive


OPTIMIZERS: dict[str, type[Adam]] = {"Adam": Adam}
LOSSES: dict[str, type[CrossEntropy]] = {"cross_entropy": CrossEntropy}
SCHEDULES: dict[str, type[Constant] | type[Step] | type[Cosine]] = {
    "constant": Constant,
    "step": Step,
    "cosine": Cosine,
}


class _Settings(Model):
    """The plain arguments of `supervised`; those with variants are read beside them."""

    batch_size: Positive
    micro_batch: Positive | None = None
    """How many examples pass through the network at once; gradients add up to the batch's. None: all."""
    last_batch: Literal["keep", "drop"]
    """What happens to the examples that do not fill a batch at the end of an epoch."""
    shuffle: Literal["each_epoch", "never"]
    epochs: Natural
    precision: Literal["float32"]
    weights: Literal["final"]
    """Which weights are judged: those after the last step."""
    probe: tuple[tuple[int, int], ...] = ()
    """Centres (x, y) whose whole output the record keeps."""
    stop: dict[str, float] | None = None
    """Measures and values: training ends early once an evaluation has reached them all. None: never."""

    @field_validator("stop")
    @classmethod
    def _known(cls, stop: dict[str, float] | None) -> dict[str, float] | None:
        for name in stop or {}:
            if name not in MEASURES or not name.startswith(("train_", "test_")):
                raise ValueError(f"cannot stop at the unknown measure '{name}'; {nearest(name, MEASURES)}")
        return stop


@dataclass(frozen=True)
class Supervised:
    """Minimise a loss over labelled examples, epoch by epoch."""

    settings: _Settings
    loss: tuple[str, CrossEntropy]
    optimizer: tuple[str, Adam]
    l2: L2 | None
    schedule: tuple[str, Constant | Step | Cosine]
    evaluate: Evaluate

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            **self.settings.model_dump(mode="json"),
            "loss": stated(*self.loss),
            "optimizer": stated(*self.optimizer),
            "l2": self.l2.model_dump(mode="json") if self.l2 else None,
            "schedule": stated(*self.schedule),
            "evaluate": self.evaluate.model_dump(mode="json"),
        }

    def completed(self) -> Iterator[str]:
        """Yield what the spec left to a default."""
        for where, model in (("", self.settings), ("loss.", self.loss[1]), ("optimizer.", self.optimizer[1])):
            yield from completed(model, f"train.supervised{'.' + where.rstrip('.') if where else ''}")


def read_supervised(node: Node) -> Supervised:
    """Read the arguments of the supervised procedure."""
    entries = dict(node.mapping("supervised"))
    parts = {name: entries.pop(name, None) for name in ("loss", "optimizer", "l2", "schedule", "evaluate")}
    for name in ("loss", "optimizer", "schedule", "evaluate"):
        if parts[name] is None:
            raise SpecItError(f"supervised needs the argument '{name}', which is missing.", at=node.mark)
    for key in entries:
        if key not in _Settings.model_fields:
            known = [*parts, *_Settings.model_fields]
            raise SpecItError(
                f"supervised has no argument '{key}'; {nearest(key, known)}", at=node.mapping("supervised")[key].mark
            )
    loss, optimizer, l2, schedule, evaluate = parts.values()
    assert loss and optimizer and schedule and evaluate
    return Supervised(
        settings=read(_Settings, Node(dict(entries), node.mark, node.source), "supervised"),
        loss=variant(loss, LOSSES, "loss"),
        optimizer=variant(optimizer, OPTIMIZERS, "optimizer"),
        l2=read(L2, l2, "l2") if l2 and l2.value is not None else None,
        schedule=variant(schedule, SCHEDULES, "schedule"),
        evaluate=read(Evaluate, evaluate, "evaluate"),
    )


PROCEDURES = {"supervised": read_supervised}


def read_training(node: Node) -> tuple[str, Supervised]:
    """Read `train:`, a mapping with one procedure."""
    name, arguments = node.only("train")
    if name not in PROCEDURES:
        raise SpecItError(f"Unknown procedure '{name}'; {nearest(name, PROCEDURES)}", at=arguments.mark)
    return name, PROCEDURES[name](arguments)
