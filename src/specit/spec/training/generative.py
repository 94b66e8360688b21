"""What every procedure that learns to make pictures states."""

from __future__ import annotations

from typing import Literal

from ..layers.layer import Natural, Positive
from ..model import Model


class GenerativeSettings(Model):
    """The plain arguments that `adversarial` and `variational` have in common."""

    batch_size: Positive
    """How many pictures a batch has."""
    last_batch: Literal["keep", "drop"]
    """What happens to the pictures that do not fill a batch at the end of an epoch."""
    shuffle: Literal["each_epoch", "never"]
    """Whether the pictures come in another order each epoch."""
    epochs: Natural
    """How often all training pictures are gone through."""
    precision: Literal["float32", "bfloat16"]
    """What is computed with: `bfloat16` where PyTorch's autocast thinks it safe. Parameters are kept in float32."""
    weights: Literal["final"]
    """Which weights are judged: those after the last step."""
