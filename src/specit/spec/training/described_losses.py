"""Losses as a description states them: with every argument that PyTorch has, since none of them is run here."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from ..model import Model
from .numbers import Rate

Reduction = Literal["mean", "sum", "none"]


class _Described(Model):
    """A loss. What a loss that runs does not have is left out of the lock where it is PyTorch's default."""

    torch_name: ClassVar[str]

    @model_serializer(mode="wrap")
    def _without_extras(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        whole: dict[str, Any] = dump(self)
        extras = ("weight", "pos_weight", "ignore_index")
        left = {
            name for name in extras if name in whole and getattr(self, name) == type(self).model_fields[name].default
        }
        return {name: value for name, value in whole.items() if name not in left}


class CrossEntropy(_Described):
    """`torch.nn.CrossEntropyLoss` of the logits against the target's index, or against probabilities."""

    torch_name: ClassVar[str] = "torch.nn.CrossEntropyLoss"

    reduction: Reduction = "mean"
    """How the examples' losses become one. With `weight`, the mean is over the weights, not over the examples."""
    label_smoothing: Annotated[float, Field(ge=0, le=1)] = 0.0
    """How much of the target goes to all classes alike."""
    weight: tuple[float, ...] | None = None
    """How much each class counts; null: all alike."""
    ignore_index: int = -100
    """The target that does not count."""


class NLLLoss(_Described):
    """`torch.nn.NLLLoss` of the logarithms of probabilities against the target's index."""

    torch_name: ClassVar[str] = "torch.nn.NLLLoss"

    reduction: Reduction = "mean"
    """How the examples' losses become one. With `weight`, the mean is over the weights, not over the examples."""
    weight: tuple[float, ...] | None = None
    """How much each class counts; null: all alike."""
    ignore_index: int = -100
    """The target that does not count."""


class BinaryCrossEntropyWithLogits(_Described):
    """`torch.nn.BCEWithLogitsLoss`: every number by itself, against 0 to 1."""

    torch_name: ClassVar[str] = "torch.nn.BCEWithLogitsLoss"

    reduction: Reduction = "mean"
    """How the numbers' losses become one."""
    weight: tuple[float, ...] | None = None
    """How much each number counts; null: all alike."""
    pos_weight: tuple[float, ...] | None = None
    """How much more a target of 1 counts, class by class; null: as much."""


class BinaryCrossEntropy(_Described):
    """`torch.nn.BCELoss` of probabilities: every number by itself, against 0 to 1."""

    torch_name: ClassVar[str] = "torch.nn.BCELoss"

    reduction: Reduction = "mean"
    """How the numbers' losses become one."""
    weight: tuple[float, ...] | None = None
    """How much each number counts; null: all alike."""


class MSELoss(_Described):
    """`torch.nn.MSELoss`: the squared difference."""

    torch_name: ClassVar[str] = "torch.nn.MSELoss"

    reduction: Reduction = "mean"
    """How the numbers' losses become one."""


class L1Loss(_Described):
    """`torch.nn.L1Loss`: the absolute difference."""

    torch_name: ClassVar[str] = "torch.nn.L1Loss"

    reduction: Reduction = "mean"
    """How the numbers' losses become one."""


class SmoothL1Loss(_Described):
    """`torch.nn.SmoothL1Loss`: d² / (2 · beta) for differences |d| below `beta`, else |d| - beta / 2."""

    torch_name: ClassVar[str] = "torch.nn.SmoothL1Loss"

    reduction: Reduction = "mean"
    """How the numbers' losses become one."""
    beta: Annotated[float, Field(ge=0)] = 1.0
    """Where the parabola ends and the straight line begins."""


class HuberLoss(_Described):
    """`torch.nn.HuberLoss`: d² / 2 for differences |d| below `delta`, else delta · (|d| - delta / 2)."""

    torch_name: ClassVar[str] = "torch.nn.HuberLoss"

    reduction: Reduction = "mean"
    """How the numbers' losses become one."""
    delta: Rate = 1.0
    """Where the parabola ends and the straight line begins."""


DescribedLoss = (
    CrossEntropy
    | NLLLoss
    | BinaryCrossEntropyWithLogits
    | BinaryCrossEntropy
    | MSELoss
    | L1Loss
    | SmoothL1Loss
    | HuberLoss
)
DESCRIBED_LOSSES: dict[str, type[DescribedLoss]] = {
    "cross_entropy": CrossEntropy,
    "nll_loss": NLLLoss,
    "binary_cross_entropy_with_logits": BinaryCrossEntropyWithLogits,
    "binary_cross_entropy": BinaryCrossEntropy,
    "mse_loss": MSELoss,
    "l1_loss": L1Loss,
    "smooth_l1_loss": SmoothL1Loss,
    "huber_loss": HuberLoss,
}
