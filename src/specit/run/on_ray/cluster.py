"""Finding a Ray cluster, or making one, and asking it for workers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import numpy
import torch

import specit
from specit.errors import SpecItError

ANSWERS = 5.0
"""Seconds within which an address must answer."""


@dataclass(frozen=True)
class Needs:
    """What one run takes of a machine, beside one core."""

    gpus: float

    def fit(self, resources: dict[str, float]) -> int:
        """Return how many runs a machine holds.

        >>> Needs(0.5).fit({"CPU": 4, "GPU": 1}), Needs(0).fit({"CPU": 4}), Needs(1).fit({"CPU": 4})
        (2, 4, 0)
        """
        by_core = int(resources.get("CPU", 0))
        return min(by_core, int(resources.get("GPU", 0) / self.gpus)) if self.gpus else by_core

    def __str__(self) -> str:
        return f"1 CPU and {self.gpus:g} GPU" if self.gpus else "1 CPU"


class Cluster:
    """A cluster this process has joined."""

    def __init__(self, ray: ModuleType, needs: Needs) -> None:
        self.ray, self.needs = ray, needs
        self.kind = _worker_kind(ray, needs)

    def room(self) -> int:
        """Return how many runs the machines that are alive hold at once."""
        return sum(self.needs.fit(node["Resources"]) for node in self.ray.nodes() if node["Alive"])


@contextmanager
def joined(on: str, needs: Needs, at_once: int) -> Iterator[Cluster]:
    """Join the cluster that `--on` names, or make one on this machine for `at_once` runs; leave it at the end."""
    ray = _import_ray()
    address = _address(on)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_IGNORE_UNHANDLED_ERRORS", "1")  # a lost worker is told of once, by the fleet
    arguments: dict[str, Any] = {"address": address} if address else {"num_cpus": at_once, "include_dashboard": False}
    try:
        if address:
            _knock(address)
        ray.init(log_to_driver=False, logging_level="error", **arguments)
    except (OSError, RuntimeError, ValueError) as error:  # ConnectionError is an OSError
        why = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".:")
        what = f"There is no Ray cluster at {address}" if address else "Ray does not start here"
        raise SpecItError(f"{what}: {why}. `ray start --head` starts one, and --on ray needs none.") from None
    try:
        cluster = Cluster(ray, needs)
        if not cluster.room():
            raise SpecItError(
                f"A run needs {needs} on one machine, and no machine of the cluster has that; see --gpus."
            )
        yield cluster
    finally:
        ray.shutdown()


def check_versions(there: dict[str, str]) -> None:
    """Refuse a worker whose numbers may be others than those made here."""
    for name, here in versions().items():
        if there.get(name) != here:
            found = f"{name} {there[name]}" if name in there else f"no {name}"
            raise SpecItError(
                f"The cluster's workers have {found}, and here it is {here}: a run's numbers depend on it; install "
                f"the same there (docs/machines.md)."
            )


def versions() -> dict[str, str]:
    """Return the versions that a run's numbers depend on."""
    return {"specit": specit.__version__, "torch": str(torch.__version__), "numpy": numpy.__version__}


def _worker_kind(ray: ModuleType, needs: Needs) -> Any:
    """Return the actor class, made here so that Ray sends it whole: a worker may lack SpecIt, and must say so."""

    class Process:
        def __init__(self, device: str) -> None:
            self.device = device
            self.worker: Any = None

        def versions(self) -> dict[str, str]:
            found = {}
            for name in ("specit", "torch", "numpy"):
                try:
                    found[name] = str(import_module(name).__version__)
                except ImportError:
                    continue
            return found

        def begin(self) -> None:
            from specit.run.on_ray.worker import Worker

            self.worker = Worker(self.device)

        def make(self, *arguments: Any) -> None:
            self.worker.make(*arguments)

        def news(self) -> Any:
            return self.worker.news()

    # One thread makes the run, another answers.
    return ray.remote(num_cpus=1, num_gpus=needs.gpus, max_concurrency=2, max_restarts=0, max_task_retries=0)(Process)


def _import_ray() -> ModuleType:
    try:
        return import_module("ray")
    except ImportError:
        raise SpecItError('--on ray needs Ray, which is not installed: pip install "specit-ml[ray]".') from None


def _address(on: str) -> str | None:
    """Return the address as Ray takes it; None for a cluster of this machine alone.

    >>> _address("ray"), _address("ray://head:10001"), _address("ray:head:6379"), _address("ray:auto")
    (None, 'ray://head:10001', 'head:6379', 'auto')
    """
    if on == "ray":
        return None
    if on.startswith("ray://") and len(on) > len("ray://"):
        return on
    if on.startswith("ray:") and not on.startswith("ray:/") and len(on) > len("ray:"):
        return on.removeprefix("ray:")
    raise SpecItError(
        "--on is ray (a cluster on this machine alone), ray://HOST:PORT (its client server, 10001 as a rule) or "
        f"ray:HOST:PORT and ray:auto (from a machine of the cluster), not '{on}'."
    )


def _knock(address: str) -> None:
    """Try whether anybody answers: Ray itself would try for half a minute, and longer."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    if parts.hostname and parts.port:
        socket.create_connection((parts.hostname, parts.port), ANSWERS).close()
