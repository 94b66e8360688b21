"""The procedure that trains nothing, as data: for networks whose every number is stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from specit.errors import SpecItError

from ..layers.layer import Positive
from ..model import Model, known_keys, read
from ..tree import Node
from ..variant import completed, stated, variant
from .losses import LOSSES, Loss


class UntrainedSettings(Model):
    """The arguments of `untrained`; its loss is read beside them."""

    precision: Literal["float32"]
    """What the numbers are kept in and computed with."""
    probe: tuple[tuple[int, int], ...] = ()
    """Centres (x, y) whose whole output the record keeps."""
    batch_size: Positive
    """How many examples are evaluated at once."""


@dataclass(frozen=True)
class Untrained:
    """No training: the network is judged with the numbers it starts with. For networks built by hand.

    The loss trains nothing; it says what the output means: a pixel is painted where a logit is over 0
    (`binary_cross_entropy_with_logits`) or where a value is over a half (`mse_loss`).
    """

    settings: UntrainedSettings
    loss: tuple[str, Loss]
    """What says how the output is meant."""

    @property
    def epochs(self) -> int:
        """Return that there is none."""
        return 0

    def stated(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {**self.settings.model_dump(mode="json"), "loss": stated(*self.loss)}

    def completed(self) -> Iterator[str]:
        """Yield what the spec left to a default."""
        yield from completed(self.settings, "train.untrained")
        yield from completed(self.loss[1], "train.untrained.loss")


def read_untrained(node: Node) -> Untrained:
    """Read the arguments of the procedure that trains nothing."""
    entries = dict(node.mapping("untrained"))
    known_keys(node, ("loss", *UntrainedSettings.model_fields), "untrained")
    loss = entries.pop("loss", None)
    if loss is None:
        raise SpecItError("untrained needs the argument 'loss', which is missing.", at=node.mark)
    settings = read(UntrainedSettings, Node(dict(entries), node.mark, node.source), "untrained")
    return Untrained(settings, variant(loss, LOSSES, "loss"))
