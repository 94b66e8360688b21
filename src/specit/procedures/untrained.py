"""No training: the network is judged with the numbers it starts with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from numpy.typing import NDArray

from specit.build import build
from specit.data import Examples
from specit.spec.lock import Lock
from specit.spec.training import Untrained as Stated

from .evaluation import Evaluation
from .micro_batches import MicroBatches
from .share import Share


class Untrained:
    """A network built by hand. It has no epochs; evaluating it is the whole run, to which a `share` is nothing."""

    def __init__(
        self, lock: Lock, examples: Examples, seed: int, device: torch.device, share: Share | None = None
    ) -> None:
        assert isinstance(lock.train[1], Stated)
        settings = lock.train[1].settings
        (network,) = build(lock, seed).values()
        inputs = torch.from_numpy(examples.inputs).to(device)
        self.evaluation = Evaluation(
            lock,
            network.place(device),
            examples,
            inputs,
            MicroBatches(1),
            batch=settings.batch_size,
            probe=settings.probe,
        )
        self.epochs = self.epoch = self.step = 0
        self.diverged = ""

    def state(self) -> dict[str, Any]:
        """Return nothing: there is nothing to go on from."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from nothing."""

    def run_epoch(self, progress: Callable[[float], None]) -> dict[str, float]:
        """Do nothing."""
        return {}

    def evaluate_due(self) -> dict[str, float]:
        """Evaluate both parts."""
        return self.evaluation.measures("test") | self.evaluation.measures("train")

    def reached(self, measures: dict[str, float]) -> bool:
        """Say that nothing ends early."""
        return False

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need."""
        return self.evaluation.arrays()
