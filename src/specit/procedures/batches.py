"""In which order examples come, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from specit.errors import SpecItError


class Settings(Protocol):
    """What a procedure states of its batches."""

    @property
    def batch_size(self) -> int: ...

    @property
    def last_batch(self) -> str: ...

    @property
    def shuffle(self) -> str: ...


class Batches:
    """The batches of every epoch, drawn from (seed, epoch), so that no generator needs to be saved."""

    def __init__(self, indices: NDArray[np.intp], stated: Settings, seed: int) -> None:
        self.indices, self.stated, self.seed = indices, stated, seed
        if stated.last_batch == "drop" and len(indices) < stated.batch_size:
            raise SpecItError(
                f"A batch of {stated.batch_size} is more than the {len(indices)} training examples, and "
                "last_batch: drop leaves out what fills no batch: nothing would be trained."
            )

    def __len__(self) -> int:
        """Return how many batches an epoch has."""
        whole, rest = divmod(len(self.indices), self.stated.batch_size)
        return whole + (rest > 0 and self.stated.last_batch == "keep")

    def of(self, epoch: int) -> Iterator[Tensor]:
        """Yield the indices of every batch of an epoch."""
        order = self.indices
        if self.stated.shuffle == "each_epoch":
            order = np.random.default_rng((self.seed, epoch)).permutation(order)
        size = self.stated.batch_size
        for start in range(0, len(self) * size, size):
            yield torch.from_numpy(order[start : start + size])


@contextmanager
def drawing(seed: int, epoch: int, device: torch.device) -> Iterator[None]:
    """Let what draws by chance, such as dropout, draw from (seed, epoch), and leave no trace outside."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(int(np.random.SeedSequence((seed, epoch)).generate_state(1)[0]))
        yield


def generator_of(seed: int, epoch: int) -> torch.Generator:
    """Return a generator on the CPU for what an epoch draws besides, so that every device gets the same numbers."""
    return torch.Generator().manual_seed(int(np.random.SeedSequence((seed, epoch, 1)).generate_state(1)[0]))
