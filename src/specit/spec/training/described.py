"""Supervised training that is described and not run here, because its data are elsewhere.

It has the arguments of `supervised` and a few that only a description has. What nobody states is said to be so, with
`!unstated null`, instead of left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from specit.errors import SpecItError

from ..layers.layer import Natural, Positive
from ..model import Model, known_keys, read
from ..tree import Node, Source
from ..variant import completed, stated, variant
from .described_losses import DESCRIBED_LOSSES, DescribedLoss
from .groups import Group, read_groups
from .losses import L2
from .numbers import read_clip_norm
from .optimizers import OPTIMIZERS, Optimizer
from .schedules import SCHEDULES, Schedule, completed_schedule
from .supervised import Evaluate

NEEDED = ("loss", "optimizer", "schedule", "batch_size", "last_batch", "shuffle", "epochs", "precision", "weights",
          "evaluate")  # fmt: skip
"""What every training has; a description says of each what it is, or that nobody states it."""
MORE = ("groups", "clip_norm", "accumulation_steps", "autocast", "l2")
"""What a training may have; left out, it has none."""


class DescribedSettings(Model):
    """The plain arguments; null where nobody states them. Those with variants are read beside them."""

    batch_size: Positive | None
    """How many examples a batch has."""
    micro_batch: Positive | None = None
    """How many examples pass through the network at once; gradients add up to the batch's. Null: all."""
    last_batch: Literal["keep", "drop"] | None
    """What happens to the examples that do not fill a batch at the end of an epoch."""
    shuffle: Literal["each_epoch", "never", "with_replacement"] | None
    """In which order examples come: anew each epoch, as they are, or each drawn from all of them."""
    epochs: Natural | None
    """How often all examples are gone through."""
    precision: Literal["float16", "bfloat16", "float32", "float64"] | None
    """What the parameters are kept in."""
    weights: Literal["final", "best"] | None
    """Which weights are judged: those after the last step, or those that were best at an evaluation."""
    probe: tuple[tuple[int, int], ...] = ()
    """None: what is not run keeps no record."""
    stop: dict[str, float] | None = None
    """Measures and values: training ends early once an evaluation has reached them all. Null: never."""


class DescribedExtras(Model):
    """What only a description may have: what is run here does neither."""

    accumulation_steps: Positive = 1
    """How many batches add up their gradients before the optimiser takes a step."""
    autocast: Literal["float16", "bfloat16"] | None = None
    """What the layers compute in that mixed precision (`torch.autocast`) lets compute so; null: none."""


@dataclass(frozen=True)
class Described:
    """A supervised training as far as it is stated. `open` names what nobody states: its value is None."""

    settings: DescribedSettings
    loss: tuple[str, DescribedLoss] | None
    """What the output is compared with its target by."""
    optimizer: tuple[str, Optimizer] | None
    """What changes the parameters, and how fast."""
    groups: tuple[Group, ...]
    clip_norm: float | None
    """The longest that the gradient of all parameters together may be. None: as it is."""
    extras: DescribedExtras
    l2: L2 | None
    schedule: tuple[str, Schedule] | None
    """How the learning rate changes."""
    evaluate: Evaluate | None
    open: tuple[str, ...]

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data; what nobody states is None."""
        extras = self.extras.model_dump(mode="json", exclude_unset=True)
        maybe = {
            "groups": [group.stated() for group in self.groups] or None,
            "clip_norm": self.clip_norm,
            **{name: value for name, value in extras.items() if value != DescribedExtras.model_fields[name].default},
        }
        return {
            **self.settings.model_dump(mode="json"),
            "loss": stated(*self.loss) if self.loss else None,
            "optimizer": stated(*self.optimizer) if self.optimizer else None,
            **{name: value for name, value in maybe.items() if value is not None},
            "l2": self.l2.model_dump(mode="json") if self.l2 else None,
            "schedule": stated(*self.schedule) if self.schedule else None,
            "evaluate": self.evaluate.model_dump(mode="json") if self.evaluate else None,
            **{name: None for name in self.open if name in MORE},
        }

    def completed(self) -> Iterator[str]:
        """Yield what the spec left to a default."""
        if self.loss:
            locked = self.loss[1].model_dump()
            lines = completed(self.loss[1], "train.supervised.loss")
            yield from (line for line in lines if line.partition(" = ")[0].rpartition(".")[2] in locked)
        yield from completed(self.optimizer[1], "train.supervised.optimizer") if self.optimizer else ()
        yield from completed_schedule(*self.schedule, "train.supervised.schedule") if self.schedule else ()


def read_described(node: Node) -> Described:
    """Read a supervised training that is only described."""
    known_keys(node, (*NEEDED, *MORE, *DescribedSettings.model_fields), "supervised")
    entries = dict(node.mapping("supervised"))
    for name in NEEDED:
        if name not in entries:
            raise SpecItError(
                f"supervised needs the argument '{name}', which is missing; where nobody states it, write "
                f"{name}: !unstated null.",
                at=node.mark,
            )
    parts: Mapping[str, Node | None] = {
        name: entries.pop(name, None) for name in ("loss", "optimizer", "schedule", "evaluate", *MORE)
    }
    empty = [name for name, child in [*entries.items(), *parts.items()] if child is not None and child.value is None]
    unsaid = [name for name in empty if (_child(node, name).source or node.source) is Source.UNSTATED]
    for name in empty:
        if name in NEEDED and name not in unsaid:
            raise SpecItError(
                f"supervised: {name} is null, which no training has; where nobody states it, write "
                f"{name}: !unstated null.",
                at=_child(node, name).mark,
            )
    said = {name: child for name, child in parts.items() if child is not None and child.value is not None}
    extras = {name: child for name, child in said.items() if name in DescribedExtras.model_fields}
    optimizer = variant(said["optimizer"], OPTIMIZERS, "optimizer") if "optimizer" in said else None
    return Described(
        settings=read(DescribedSettings, Node(dict(entries), node.mark, node.source), "supervised"),
        loss=variant(said["loss"], DESCRIBED_LOSSES, "loss") if "loss" in said else None,
        optimizer=optimizer,
        groups=read_groups(said.get("groups"), optimizer),
        clip_norm=read_clip_norm(said.get("clip_norm")),
        extras=read(DescribedExtras, Node(dict(extras), node.mark, node.source), "supervised"),
        l2=read(L2, said["l2"], "l2") if "l2" in said else None,
        schedule=variant(said["schedule"], SCHEDULES, "schedule") if "schedule" in said else None,
        evaluate=read(Evaluate, said["evaluate"], "evaluate") if "evaluate" in said else None,
        open=tuple(name for name in (*NEEDED, *MORE) if name in unsaid),
    )


def _child(node: Node, name: str) -> Node:
    return node.mapping("supervised")[name]
