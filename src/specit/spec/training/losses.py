"""Losses: what a network's output is compared with its target by, and where that may happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from specit.errors import SpecItError

from ..model import Model, known_keys, read
from ..tree import Node
from ..variant import stated, variant
from .numbers import NotNegative, Rate


class CrossEntropy(Model):
    """`torch.nn.CrossEntropyLoss` of the logits against the target's index."""

    torch_name: ClassVar[str] = "torch.nn.CrossEntropyLoss"

    reduction: Literal["mean"] = "mean"
    """How the examples' losses become one."""
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """How much of the target goes to all classes alike."""


class BinaryCrossEntropyWithLogits(Model):
    """`torch.nn.BCEWithLogitsLoss`: every pixel by itself, against a picture of 0 to 1."""

    torch_name: ClassVar[str] = "torch.nn.BCEWithLogitsLoss"

    reduction: Literal["mean"] = "mean"
    """How the numbers' losses become one."""


class MSELoss(Model):
    """`torch.nn.MSELoss`: the mean over all numbers of the squared difference."""

    torch_name: ClassVar[str] = "torch.nn.MSELoss"

    reduction: Literal["mean"] = "mean"
    """How the numbers' losses become one."""


class L1Loss(Model):
    """`torch.nn.L1Loss`: the mean over all numbers of the absolute difference."""

    torch_name: ClassVar[str] = "torch.nn.L1Loss"

    reduction: Literal["mean"] = "mean"
    """How the numbers' losses become one."""


class SmoothL1Loss(Model):
    """`torch.nn.SmoothL1Loss`: d² / (2 · beta) for differences |d| below `beta`, else |d| - beta / 2; the mean.

    It is `huber_loss` with `delta: beta`, divided by beta: the same at 1.
    """

    torch_name: ClassVar[str] = "torch.nn.SmoothL1Loss"

    reduction: Literal["mean"] = "mean"
    """How the numbers' losses become one."""
    beta: Rate = 1.0
    """Where the parabola ends and the straight line begins."""


class HuberLoss(Model):
    """`torch.nn.HuberLoss`: d² / 2 for differences |d| below `delta`, else delta · (|d| - delta / 2); the mean."""

    torch_name: ClassVar[str] = "torch.nn.HuberLoss"

    reduction: Literal["mean"] = "mean"
    """How the numbers' losses become one."""
    delta: Rate = 1.0
    """Where the parabola ends and the straight line begins."""


Loss = CrossEntropy | BinaryCrossEntropyWithLogits | MSELoss | L1Loss | SmoothL1Loss | HuberLoss


LOSSES: dict[str, type[Loss]] = {
    "cross_entropy": CrossEntropy,
    "binary_cross_entropy_with_logits": BinaryCrossEntropyWithLogits,
    "mse_loss": MSELoss,
    "l1_loss": L1Loss,
    "smooth_l1_loss": SmoothL1Loss,
    "huber_loss": HuberLoss,
}
LOSSES_FOR: dict[str, tuple[str, ...]] = {
    "one_hot": ("cross_entropy", "binary_cross_entropy_with_logits", "mse_loss"),
    "square": ("binary_cross_entropy_with_logits", "mse_loss"),
    "coordinates": ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"),
}
"""Target → the losses that can compare an output with it. A pixel is an index for cross-entropy, else a picture."""


class IntermediateSettings(Model):
    """The plain arguments of an intermediate loss; its loss is read beside them."""

    at: str
    """The name that a layer of the network carries (`as:`)."""
    target: Literal["one_hot", "square", "coordinates"]
    """What that layer's output is compared with."""
    weight: Rate
    """What it is multiplied by before it is added."""


@dataclass(frozen=True)
class IntermediateLoss:
    """A loss on what a layer in the middle makes, added to the loss of the output."""

    settings: IntermediateSettings
    loss: tuple[str, Loss]
    """What the layer's output is compared with its target by."""

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {**self.settings.model_dump(mode="json"), "loss": stated(*self.loss)}


class L2(Model):
    """A term of the loss: `coefficient` · Σ w², without a half, over the weights of these parameters."""

    coefficient: NotNegative
    """What the sum of squares is multiplied by."""
    on: Literal["kernels"]
    """`kernels`: the weights of convolutions; no biases and no normalisation."""


def read_intermediate_losses(node: Node | None) -> tuple[IntermediateLoss, ...]:
    """Read a list of intermediate losses; none where nothing is stated."""
    found = []
    for entry in node.sequence("intermediate_losses") if node and node.value is not None else ():
        parts = dict(entry.mapping("An intermediate loss"))
        known_keys(entry, ("loss", *IntermediateSettings.model_fields), "An intermediate loss")
        loss = parts.pop("loss", None)
        if loss is None:
            raise SpecItError("An intermediate loss needs the argument 'loss', which is missing.", at=entry.mark)
        settings = read(IntermediateSettings, Node(dict(parts), entry.mark, entry.source), "An intermediate loss")
        found.append(IntermediateLoss(settings, variant(loss, LOSSES, "loss")))
    return tuple(found)
