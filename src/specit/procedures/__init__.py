"""How arms are trained: one procedure a file."""

import torch

from specit.data import Examples, Pictures
from specit.errors import SpecItError
from specit.spec.lock import Lock

from .adversarial import AdversarialTraining as AdversarialTraining
from .procedure import Procedure as Procedure
from .share import Share as Share
from .supervised import SupervisedTraining as SupervisedTraining
from .untrained import Untrained as Untrained
from .variational import VariationalTraining as VariationalTraining

_OF_EXAMPLES: dict[str, type[SupervisedTraining] | type[Untrained]] = {
    "supervised": SupervisedTraining,
    "untrained": Untrained,
}
_OF_PICTURES: dict[str, type[AdversarialTraining] | type[VariationalTraining]] = {
    "adversarial": AdversarialTraining,
    "variational": VariationalTraining,
}


def make_procedure(
    lock: Lock, data: Examples | Pictures, seed: int, device: torch.device, share: Share | None = None
) -> Procedure:
    """Return the procedure that a lock states, at its beginning; with a `share`, one process's part of it."""
    name = lock.train[0]
    if isinstance(data, Examples):
        return _OF_EXAMPLES[name](lock, data, seed, device, share)
    if share and share.of > 1:
        raise SpecItError(f"The procedure {name} cannot be shared among {share.of} processes; use one.", at=lock.mark)
    return _OF_PICTURES[name](lock, data, seed, device)
