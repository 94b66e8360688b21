"""What `specit run` makes its runs with: this machine, a Ray cluster, or the processes that torchrun started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from specit.errors import SpecItError

if TYPE_CHECKING:
    from specit.run.executor import Executor

RETRIES = 3


@contextmanager
def made_by(device: str, at_once: int, on: str | None, gpus: float | None, retries: int | None) -> Iterator[Executor]:
    """Return what makes the runs, for as long as the block lasts."""
    from specit.run.processes import Processes
    from specit.run.spread import Spread, group, share_of_torchrun

    if on is None and (gpus, retries) != (None, None):
        raise SpecItError(f"{'--retries' if gpus is None else '--gpus'} is for a Ray cluster: add --on ray.")
    if gpus is not None and not gpus >= 0:
        raise SpecItError(f"--gpus says how many GPUs a run takes, 0 or more, not {gpus:g}.")
    if retries is not None and retries < 0:
        raise SpecItError(f"--retries says how often a run may lose its machine, 0 or more, not {retries}.")
    share = share_of_torchrun()
    if on is not None and share:
        raise SpecItError("torchrun shares one training between processes, --on gives each run to one: use either.")
    if share:
        with group(device, share):
            yield Spread(device, share)
    elif on is not None:
        from specit.run.on_ray import OnRay

        needed = (1.0 if device.startswith("cuda") else 0.0) if gpus is None else gpus
        yield OnRay(on, device, needed, RETRIES if retries is None else retries, at_once)
    else:
        yield Processes(device, at_once)


def follow_torchrun(device: str) -> bool:
    """Return whether this process is one of torchrun's but not the first; then it did what the first one told it."""
    from specit.run.spread import follow, group, share_of_torchrun

    share = share_of_torchrun()
    if share is None or share.rank == 0:
        return False
    with group(device, share):
        follow(device, share)
    return True
