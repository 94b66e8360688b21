"""What the fleet does about workers that are lost, fail or lag: with workers made by hand in place of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.store import Store
from specit.run import Job
from specit.run.on_ray import stragglers
from specit.run.on_ray.cluster import versions
from specit.run.on_ray.fleet import Fleet
from specit.run.on_ray.messages import Advanced, Ended, Evaluated, Failed, Kept, LockText, Message, Mistaken
from specit.spec.document import read_spec

SMALL = Path(__file__).parents[1] / "small.yaml"


class LostError(Exception):
    """What a made-up cluster says of a worker that is no more."""


Script = Iterator[list[Message] | Exception]


class Actor:
    """A worker that says what its script says; a script is taken from the cluster when a run is begun."""

    def __init__(self, cluster: MadeUpCluster) -> None:
        self.cluster = cluster
        self.script: Script = iter(())
        for name in ("versions", "begin", "make", "news"):
            setattr(self, name, SimpleNamespace(remote=getattr(self, f"_{name}")))

    def _versions(self) -> Any:
        return Answer(versions)

    def _begin(self) -> Any:
        return Answer(lambda: None)

    def _make(self, job: Job, begun: bytes | None, where: str) -> Any:
        self.cluster.begun.append((job.seed, begun))
        self.script = self.cluster.script(job, begun)
        return Answer(lambda: None)

    def _news(self) -> Any:
        return Answer(lambda: next(self.script))


class Answer:
    def __init__(self, value: Callable[[], Any]) -> None:
        self.value = value


class MadeUpCluster:
    """Stands for `Cluster`, and for Ray's functions that the fleet calls."""

    exceptions = SimpleNamespace(RayError=LostError)

    def __init__(self, script: Callable[[Job, bytes | None], Script], room: int = 1) -> None:
        self.ray, self.script, self.places = self, script, room
        self.kind = SimpleNamespace(remote=lambda device: Actor(self))
        self.begun: list[tuple[int, bytes | None]] = []
        self.killed = 0

    def room(self) -> int:
        return self.places

    def wait(self, answers: list[Answer], timeout: float, num_returns: int = 1) -> tuple[list[Answer], list[Answer]]:
        return answers, []

    def get(self, answer: Answer) -> Any:
        value = answer.value()
        if isinstance(value, Exception):
            raise value
        return value

    def kill(self, actor: Actor) -> None:
        self.killed += 1


class Listening:
    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def began(self, job: int) -> None:
        pass

    def advanced(self, job: int, epochs: float) -> None:
        pass

    def evaluated(self, job: int, evaluation: Evaluation) -> None:
        self.heard.append((job, evaluation.epoch))


def jobs(seeds: int) -> dict[int, Job]:
    spec = read_spec(SMALL)
    point = spec.plan("quick")[0]
    return {seed: Job(spec.name, point, seed) for seed in range(seeds)}


def record(job: Job, epochs: int, status: str = "running") -> Record:
    history = tuple(Evaluation(epoch=n, step=n, seconds=n, measures={"train_loss": 1.0}) for n in range(1, epochs + 1))
    about = {"spec": job.spec, "lock": job.point.lock.id, "arm": "coordconv", "tier": "quick", "seed": job.seed}
    rest = {"point": {}, "status": status, "ended": "so", "parameters": 1, "epochs_stated": 4}
    return Record.model_validate(about | rest | {"history": history, "fingerprints": {}, "environment": {}})


def epoch(job: Job, n: int) -> list[Message]:
    done = record(job, n)
    return [Advanced(n), Evaluated(done.history[-1]), Kept(done, b"%d" % n)]


def end(job: Job) -> list[Message]:
    done = record(job, 4, "finished")
    return [Advanced(4), Evaluated(done.history[-1]), Ended(done, {})]


def make_all(cluster: MadeUpCluster, seeds: int, store: Path, retries: int = 3) -> tuple[list[int], Listening]:
    audience = Listening()
    fleet = Fleet(cluster, jobs(seeds), Store(store), audience, device="cpu", retries=retries)  # type: ignore[arg-type]
    return [place for place, made in fleet.make_all() if made], audience


def test_a_lost_run_goes_on_from_the_last_epoch_that_came_home(tmp_path):
    def script(job: Job, begun: bytes | None) -> Script:
        if begun is None:
            yield [LockText("its lock"), *epoch(job, 1)]
            yield [*epoch(job, 2), Evaluated(record(job, 3).history[-1])]
            yield LostError("the node is gone")
        yield [LockText("its lock"), *epoch(job, 3)]
        yield end(job)

    cluster = MadeUpCluster(script)
    ended, audience = make_all(cluster, 1, tmp_path)
    assert ended == [0]
    assert cluster.begun == [(0, None), (0, b"2")]
    assert audience.heard == [(0, 1), (0, 2), (0, 3), (0, 4)]  # the third once, though it was measured twice
    job = jobs(1)[0]
    store = Store(tmp_path)
    assert store.load(job.point.lock.id, 0) == record(job, 4, "finished")
    assert not store.checkpoint(job.point.lock.id, 0).exists()
    assert (store.folder(job.point.lock.id, 0).parent / "lock.json").read_text() == "its lock"


@pytest.mark.parametrize("fault", [LostError("the node is gone"), [Failed("RuntimeError: the node is gone")]])
def test_a_run_is_lost_in_vain_only_so_often(tmp_path, fault):
    cluster = MadeUpCluster(lambda job, begun: iter([fault]))
    with pytest.raises(SpecItError) as error:
        make_all(cluster, 1, tmp_path, retries=2)
    assert cluster.begun == [(0, None)] * 3
    name = f"{jobs(1)[0].point.lock.id[:12]}/seed-0"
    assert str(error.value).startswith(f"Run {name} lost its worker 3 times in a row without an epoch done; the last: ")
    assert "the node is gone. What was done is kept" in str(error.value)
    with Store(tmp_path).hold(jobs(1)[0].point.lock.id, 0):
        pass  # nobody holds it any more
    assert cluster.killed == 3


def test_losses_with_progress_in_between_do_not_count(tmp_path):
    def script(job: Job, begun: bytes | None) -> Script:
        n = int(begun or 0) + 1
        if n == 4:
            yield end(job)
        yield epoch(job, n)
        yield LostError("again")

    cluster = MadeUpCluster(script)
    assert make_all(cluster, 1, tmp_path, retries=0 + 1)[0] == [0]
    assert [begun for _, begun in cluster.begun] == [None, b"1", b"2", b"3"]


def test_a_mistake_of_the_user_is_not_tried_again(tmp_path):
    cluster = MadeUpCluster(lambda job, begun: iter([[Mistaken("The batch is too large.", None)]]))
    with pytest.raises(SpecItError, match=r"^The batch is too large\.$"):
        make_all(cluster, 2, tmp_path)
    assert len(cluster.begun) == 1


def test_a_straggler_is_started_once_more_and_the_first_to_end_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(stragglers, "SILENT", -1.0)  # whoever has begun is stuck
    attempts = []

    def script(job: Job, begun: bytes | None) -> Script:
        attempts.append(job.seed)
        if job.seed == 0 and attempts.count(0) == 1:
            yield epoch(job, 1)
            while True:
                yield []
        if job.seed == 0:
            assert begun == b"1"
        yield end(job)

    cluster = MadeUpCluster(script, room=2)
    ended, audience = make_all(cluster, 2, tmp_path)
    assert ended == [1, 0]
    assert sorted(attempts) == [0, 0, 1]
    assert audience.heard.count((0, 4)) == 1
    assert cluster.killed == 2  # the stuck one, and the other at the end


def test_what_another_process_holds_is_left_to_it(tmp_path):
    two = jobs(2)
    cluster = MadeUpCluster(lambda job, begun: iter([end(job)]))
    with Store(tmp_path).hold(two[0].point.lock.id, 0):
        fleet = Fleet(cluster, two, Store(tmp_path), Listening(), device="cpu", retries=0)  # type: ignore[arg-type]
        assert [(place, made is None) for place, made in fleet.make_all()] == [(0, True), (1, False)]
