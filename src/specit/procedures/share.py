"""One training on several processes: each computes its share of every batch, and their gradients are added up.

A batch stays what the spec states, so the loss, the gradient and every step are those of one process, except for the
order in which numbers are added. What a layer computes from the whole batch, or draws, would not be: such networks are
refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from specit.errors import SpecItError
from specit.spec.lock import Lock


@dataclass(frozen=True)
class Share:
    """The share of process `rank` among `of`, which have joined `torch.distributed`'s group; `Share()` is everything.

    >>> [Share(rank, 3).part(8) for rank in range(3)]
    [slice(0, 2, None), slice(2, 5, None), slice(5, 8, None)]
    """

    rank: int = 0
    of: int = 1

    def part(self, count: int) -> slice:
        """Return which of `count` things in a row are this process's; where there are too few, none."""
        return slice(count * self.rank // self.of, count * (self.rank + 1) // self.of)

    def add_up(self, tensors: Sequence[Tensor]) -> None:
        """Replace every tensor by its sum over the processes, in place. All have the same type and device."""
        if self.of == 1:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        torch.distributed.all_reduce(flat)
        for tensor, piece in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(piece.view_as(tensor))

    def check(self, lock: Lock) -> None:
        """Refuse a network whose loss would not be that of one process."""
        if self.of == 1:
            return
        placed = [placed for network in lock.networks.values() for placed in network.layers]
        for one in placed:
            if one.layer.mixes_examples or getattr(one.layer, "track_running_stats", False):
                what = f"the statistics of {one.name} are those of the whole batch"
            elif one.layer.draws:
                what = f"what {one.name} draws depends on what goes side by side"
            else:
                continue
            raise SpecItError(
                f"{what[0].upper()}{what[1:]}, and each of the {self.of} processes sees a part of it: "
                "run this experiment in one process, without torchrun."
            )
