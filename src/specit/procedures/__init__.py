"""How arms are trained: one procedure a file."""

import torch

from specit.data import Examples
from specit.spec.lock import Lock

from .procedure import Procedure as Procedure
from .supervised import SupervisedTraining as SupervisedTraining
from .untrained import Untrained as Untrained

_PROCEDURES: dict[str, type[SupervisedTraining] | type[Untrained]] = {
    "supervised": SupervisedTraining,
    "untrained": Untrained,
}


def make_procedure(lock: Lock, examples: Examples, seed: int, device: torch.device) -> Procedure:
    """Return the procedure that a lock states, at its beginning."""
    return _PROCEDURES[lock.train[0]](lock, examples, seed, device)
