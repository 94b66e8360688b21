"""Runs on a cluster of two nodes, both on this machine, one of which is killed in the middle: nothing is lost."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.store import Store
from specit.run import Job
from specit.run.on_ray import OnRay
from specit.run.on_ray.cluster import Needs, _worker_kind, check_versions, versions
from specit.run.on_ray.fleet import Fleet, Hired
from specit.run.processes import execute_all
from specit.run.sweep import sweep
from specit.spec.document import Spec
from specit.spec.load import parse

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text()
# Ray leaves files and processes to the collector, which says so.
pytestmark = [
    # JAX, if another test imported it, warns of every process that the cluster starts.
    pytest.mark.filterwarnings("ignore:os\\.fork\\(\\) was called:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:unclosed (file|socket):ResourceWarning"),
    pytest.mark.filterwarnings("ignore:subprocess \\d+ is still running:ResourceWarning"),
]
LONG = SMALL.replace("{epochs: 4}", "{epochs: 60}")


class Listening:
    """Keeps what it hears, and calls `then` after every evaluation."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.begun: list[int] = []
        self.heard: list[tuple[int, int]] = []
        self.then = then

    def began(self, job: int) -> None:
        self.begun.append(job)

    def advanced(self, job: int, epochs: float) -> None:
        pass

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        self.heard.append((job, evaluation.epoch))
        self.then()

    def waits(self, job: int) -> None:
        raise AssertionError("no other process makes runs here")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head without a core, and two nodes with one core each."""
    ray = pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    memory = {"object_store_memory": 80 * 2**20}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The client server starts a process for each client, which with gRPC's own care for forks crashes now and then.
    patch = pytest.MonkeyPatch()
    patch.setenv("GRPC_ENABLE_FORK_SUPPORT", "0")
    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 0, "include_dashboard": False, "ray_client_server_port": port, **memory},
    )
    made.client = f"ray://127.0.0.1:{port}"
    try:
        made.loose = made.add_node(num_cpus=1, **memory)
        made.add_node(num_cpus=1, **memory)
        yield made
    finally:
        ray.shutdown()
        made.shutdown()
        patch.undo()
        gc.collect()  # while this module's warnings are let through


def jobs(text: str, seeds: int) -> list[Job]:
    points = Spec("small", parse(text)).plan("quick", choose={"split": ["uniform"]})
    return [Job("small", point, seed) for seed in range(seeds) for point in points]


def what_matters(record: Record) -> object:
    history = [(e.epoch, e.step, e.measures) for e in record.history]
    return record.model_dump(exclude={"history"}), history


def equal_bit_for_bit(one: Store, other: Store, jobs: list[Job]) -> bool:
    for job in jobs:
        a, b = (store.load(job.point.lock.id, job.seed) for store in (one, other))
        assert a
        assert b
        assert what_matters(a) == what_matters(b)
        arrays = other.arrays(b)
        for name, array in one.arrays(a).items():
            np.testing.assert_array_equal(arrays[name], array)
        assert not one.checkpoint(a.lock, a.seed).exists()
        lock = f"{a.lock[:12]}/lock.json"
        assert (one.root / lock).read_bytes() == (other.root / lock).read_bytes()
    return True


def test_through_the_client(cluster, tmp_path):
    """From outside the cluster; what was interrupted at home goes on there."""
    two = jobs(SMALL, 2)
    local, remote = Store(tmp_path / "local"), Store(tmp_path / "remote")
    assert len(list(execute_all(two, local.root, "cpu", 1, Listening()))) == 2

    class Stop(Listening):
        def advanced(self, job: int, epochs: float) -> None:
            if epochs > 2:
                raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("specit.run.here.HEARD_EVERY", -1)
        with pytest.raises(KeyboardInterrupt):
            list(execute_all(two[:1], remote.root, "cpu", 1, Stop()))
    begun = remote.load(two[0].point.lock.id, 0)
    assert begun
    assert begun.status == "running"

    audience = Listening()
    on = OnRay(cluster.client, "cpu", gpus=0, retries=3, at_once=2)
    ended = list(sweep(two, remote.root, on, audience))
    assert sorted(place for place, _, new in ended if new) == [0, 1]
    assert equal_bit_for_bit(remote, local, two)
    goes_on = remote.load(begun.lock, 0)
    assert goes_on
    assert goes_on.history[: len(begun.history)] == begun.history  # the same seconds: it was not begun anew
    assert sorted(audience.heard) == [(0, 3), (0, 4), (1, 1), (1, 2), (1, 3), (1, 4)]

    with pytest.raises(
        SpecItError, match=r"A run needs 1 CPU and 1 GPU on one machine, and no machine of the cluster has that"
    ):
        list(sweep(jobs(SMALL, 3), remote.root, OnRay(cluster.client, "cuda", 1, 3, 2), audience))


def test_a_node_that_is_killed_takes_nothing_with_it(cluster, tmp_path, monkeypatch):
    three = jobs(LONG, 3)
    local, remote = Store(tmp_path / "local"), Store(tmp_path / "remote")
    assert len(list(execute_all(three, local.root, "cpu", 1, Listening()))) == 3

    lost: list[int | None] = []
    lose = Fleet._lose

    def seen(fleet: Fleet, one: Hired, why: str) -> None:
        lost.append(one.run.place if one.run else None)
        lose(fleet, one, why)

    monkeypatch.setattr(Fleet, "_lose", seen)
    kept: dict[int, Record] = {}

    def kill_when_both_are_under_way() -> None:
        if kept or len({job for job, epoch in audience.heard if epoch > 3}) < 2:
            return
        for place in audience.begun:
            record = remote.load(three[place].point.lock.id, three[place].seed)
            if record and record.status == "running":
                kept[place] = record
        cluster.remove_node(cluster.loose, allow_graceful=False)

    audience = Listening(kill_when_both_are_under_way)
    on = OnRay(f"ray:{cluster.address}", "cpu", gpus=0, retries=3, at_once=2)
    ended = [place for place, _, new in sweep(three, remote.root, on, audience) if new]
    assert sorted(ended) == [0, 1, 2]
    assert equal_bit_for_bit(remote, local, three)
    (place,) = lost
    assert place in kept
    for record in kept.values():
        final = remote.load(record.lock, record.seed)
        assert final
        assert len(record.history) >= 3
        assert final.history[: len(record.history)] == record.history  # from its checkpoint, wherever that went
    assert sorted(audience.heard) == [(job, epoch) for job in range(3) for epoch in range(1, 61)]


def test_a_worker_with_other_versions_is_refused():
    check_versions(versions())
    there = versions() | {"torch": "2.0.0"}
    with pytest.raises(
        SpecItError, match=r"The cluster's workers have torch 2\.0\.0, and here it is .*install the sam"
    ):
        check_versions(there)
    del there["specit"]
    with pytest.raises(SpecItError, match=r"The cluster's workers have no specit, and here it is "):
        check_versions(there)


def test_a_worker_without_specit_says_so(tmp_path):
    """What is sent must be understood where SpecIt is not installed, or its absence could not be told."""
    pickle = pytest.importorskip("ray.cloudpickle")
    kind = _worker_kind(SimpleNamespace(remote=lambda **_: lambda made: made), Needs(0))  # type: ignore[arg-type]
    (tmp_path / "sent").write_bytes(pickle.dumps(kind))
    there = "import pickle, sys; sys.modules['specit'] = sys.modules['torch'] = None; "
    there += "print(*pickle.load(open(sys.argv[1], 'rb'))('cpu').versions())"
    command = [sys.executable, "-W", "ignore", "-c", there, str(tmp_path / "sent")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "numpy\n"


@pytest.mark.parametrize(
    ("on", "says"),
    [
        ("ray://127.0.0.1:1", "There is no Ray cluster at ray://127.0.0.1:1: "),
        ("ray:127.0.0.1:1", "There is no Ray cluster at 127.0.0.1:1: "),
        (
            "slurm",
            "--on is ray (a cluster on this machine alone), ray://HOST:PORT (its client server, 10001 as a rule)",
        ),
    ],
)
def test_a_wrong_address(tmp_path, on, says):
    with pytest.raises(SpecItError) as error:
        list(sweep(jobs(SMALL, 1), tmp_path, OnRay(on, "cpu", 0, 3, 1), Listening()))
    assert str(error.value).startswith(says)


def test_without_ray(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SpecItError, match=r'--on ray needs Ray, .*pip install "specit-ml\[ray\]"'):
        list(sweep(jobs(SMALL, 1), tmp_path, OnRay("ray", "cpu", 0, 3, 1), Listening()))
