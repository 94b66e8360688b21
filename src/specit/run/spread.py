"""One training on several processes, as `torchrun` starts them: the first keeps and tells, the others follow.

Every process runs the same command. The first plans, holds the run and writes the store; it tells the others what to
train and from which checkpoint, so they need neither the spec nor the store.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
from torch import distributed

from specit.errors import SpecItError
from specit.procedures import Share
from specit.records import Evaluation, Record
from specit.records.store import HeldError, Store

from .environment import find_device, one_thread
from .execute import Job, finished, train
from .executor import Audience
from .here import Voice
from .keeper import InStore, Nowhere

_TORCHRUN = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


def share_of_torchrun() -> Share | None:
    """Return this process's share if `torchrun` started it beside others."""
    if not all(os.environ.get(name) for name in _TORCHRUN):
        return None
    share = Share(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]))
    return share if share.of > 1 else None


@dataclass(frozen=True)
class Spread:
    """Makes runs one after another, each on all processes. For the first of them."""

    device: str
    share: Share

    def __call__(
        self, jobs: Mapping[int, Job], store: Store, audience: Audience
    ) -> Iterator[tuple[int, Record | None]]:
        device = _own_device(self.device)
        for place, job in jobs.items():
            audience.began(place)
            try:
                with store.hold(job.point.lock.id, job.seed):
                    record = finished(job, store) or self._train(place, job, store, device, audience)
            except HeldError:
                yield place, None
                continue
            yield place, record

    def _train(self, place: int, job: Job, store: Store, device: torch.device, audience: Audience) -> Record:
        keeper = InStore(store, job.point.lock.id, job.seed)
        _tell((job, keeper.checkpoint(), keeper.where))
        with one_thread():
            return train(job, keeper, device, Voice(place, audience), self.share)


def follow(device: str, share: Share) -> None:
    """Do what the first process tells, until it has no more to do."""
    own = _own_device(device)
    while (told := _hear()) is not None:
        job, begun, where = told
        with one_thread():
            train(job, Nowhere(where, begun), own, _Deaf(), share)


@contextmanager
def group(device: str, share: Share) -> Iterator[None]:
    """Join the other processes while the block lasts; where it ends well in the first, it ends for all."""
    kind = _own_device(device).type
    if kind not in ("cpu", "cuda"):
        raise SpecItError(f"With torchrun the device is cpu or cuda, not '{device}'.")
    backends = "cpu:gloo,cuda:nccl" if kind == "cuda" else "gloo"
    # The first may wait long for a run that is held elsewhere; when one process dies, torchrun ends the others.
    distributed.init_process_group(backends, timeout=timedelta(days=7))
    try:
        yield
        if share.rank == 0:
            _tell(None)
    finally:
        distributed.destroy_process_group()


def _own_device(name: str) -> torch.device:
    device = find_device(name)
    if device.type == "cuda" and device.index is None:
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    return device


def _tell(what: Any) -> None:
    distributed.broadcast_object_list([what], src=0, device=torch.device("cpu"))


def _hear() -> Any:
    box = [None]
    distributed.broadcast_object_list(box, src=0, device=torch.device("cpu"))
    return box[0]


class _Deaf:
    """Hears nothing: the first process tells what there is to tell."""

    def advanced(self, epochs: float, of: int) -> None:
        pass

    def evaluated(self, evaluation: Evaluation) -> None:
        pass
