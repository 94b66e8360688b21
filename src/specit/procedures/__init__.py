"""How arms are trained: one procedure a file."""

import torch

from specit.data import Examples
from specit.spec.lock import Lock

from .procedure import Procedure as Procedure
from .share import Share as Share
from .supervised import SupervisedTraining as SupervisedTraining
from .untrained import Untrained as Untrained

_PROCEDURES: dict[str, type[SupervisedTraining] | type[Untrained]] = {
    "supervised": SupervisedTraining,
    "untrained": Untrained,
}


def make_procedure(
    lock: Lock, examples: Examples, seed: int, device: torch.device, share: Share | None = None
) -> Procedure:
    """Return the procedure that a lock states, at its beginning; with a `share`, one process's part of it."""
    return _PROCEDURES[lock.train[0]](lock, examples, seed, device, share)
