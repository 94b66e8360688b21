"""What running an experiment asks of every procedure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from numpy.typing import NDArray


class Procedure(Protocol):
    """One arm under one procedure. Everything that changes is in `state()`, so that a killed run can go on."""

    epoch: int
    step: int
    diverged: str
    """What was no number, and where; empty as long as all is well."""

    @property
    def epochs(self) -> int:
        """Return how many epochs are stated."""

    def state(self) -> dict[str, Any]:
        """Return everything that the rest of the training depends on."""

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state()`."""

    def run_epoch(self, progress: Callable[[float], None]) -> dict[str, float]:
        """Train for one epoch and return what was measured on the way; `progress` hears the share that is done."""

    def evaluate_due(self) -> dict[str, float]:
        """Evaluate what is due after this epoch."""

    def reached(self, measures: dict[str, float]) -> bool:
        """Return whether the stated stop is reached."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what figures need of the final weights."""
