"""Gives runs to the workers of a cluster, and keeps at home what they make, epoch by epoch.

A run that loses its worker goes on elsewhere from the last epoch that came home. When nothing is left to start, a
straggler is started once more, and whichever ends first counts: on a CPU both make the same bits.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from specit.errors import SpecItError
from specit.records import Record
from specit.records.store import HeldError, Store
from specit.run.execute import Job, finished
from specit.run.executor import Audience
from specit.run.keeper import InStore

from .cluster import Cluster, Needs, check_versions, joined
from .messages import Advanced, Ended, Evaluated, Failed, Kept, LockText, Message, Mistaken
from .stragglers import Attempt, straggler

LOOKS_AROUND = 1.0
"""Seconds after which the fleet looks for new machines and stragglers though nobody said anything."""


@dataclass(frozen=True)
class OnRay:
    """Makes runs on a Ray cluster; `at_once` says how many on a cluster made here."""

    on: str
    device: str
    gpus: float
    retries: int
    at_once: int

    def __call__(
        self, jobs: Mapping[int, Job], store: Store, audience: Audience
    ) -> Iterator[tuple[int, Record | None]]:
        with joined(self.on, Needs(self.gpus), self.at_once) as cluster:
            yield from Fleet(cluster, jobs, store, audience, device=self.device, retries=self.retries).make_all()


@dataclass
class Run:
    """A run of the sweep, held for this process from its first start to its end."""

    place: int
    job: Job
    keeper: InStore
    holding: ExitStack = field(default_factory=ExitStack)
    epochs: int = 0
    """How many epochs came home."""
    told: int = -1
    """The last evaluation that the audience was told of; a second worker says some once more."""
    lost: int = 0
    """How often it lost its worker since an epoch came home."""


@dataclass(eq=False)
class Hired:
    """A worker, what was last asked of it (`answer`; None: nothing), and the run it has (None: none)."""

    actor: Any
    answer: Any
    making: Any = None
    """What Ray says of the call that makes the run."""
    run: Run | None = None
    began: float = 0.0
    heard: float = 0.0
    first: float | None = None
    """Where its run stood when it began, in epochs, as its first words tell."""
    epochs: float = 0.0
    stage: Literal["asked", "checked", "ready"] = "asked"
    """How far it is: asked for its versions, which were found to be right, ready for runs."""

    def attempt(self, now: float) -> Attempt:
        """Return how its run goes on."""
        assert self.run
        done = 0.0 if self.first is None else self.epochs - self.first
        return Attempt(self.run.place, self.run.keeper.lock, done, now - self.began, now - self.heard)


class Fleet:
    """The workers of a sweep and its runs."""

    def __init__(
        self,
        cluster: Cluster,
        jobs: Mapping[int, Job],
        store: Store,
        audience: Audience,
        *,
        device: str,
        retries: int,
    ) -> None:
        self.cluster, self.ray = cluster, cluster.ray
        self.store, self.audience = store, audience
        self.device, self.retries = device, retries
        self.waiting = deque(jobs.items())
        self.again = deque[Run]()
        self.hired: list[Hired] = []
        self.failures = 0
        """How many workers in a row could not be had."""
        self.paces: dict[str, list[float]] = {}

    def make_all(self) -> Iterator[tuple[int, Record | None]]:
        """Yield (place, record) as each run ends, or None where another process holds it."""
        with ExitStack() as everything:
            everything.callback(self._dismiss_all)
            while self.waiting or self.again or any(one.run for one in self.hired):
                self._hire()
                yield from self._give_out(everything)
                for one in self._answering():
                    yield from self._listen(one)

    def _hire(self) -> None:
        """Ask for as many workers as there is room and work for."""
        busy = sum(one.run is not None for one in self.hired)
        wanted = min(self.cluster.room(), busy + len(self.waiting) + len(self.again))
        for _ in range(wanted - len(self.hired)):
            actor = self.cluster.kind.remote(self.device)
            self.hired.append(Hired(actor, actor.versions.remote()))

    def _give_out(self, everything: ExitStack) -> Iterator[tuple[int, Record | None]]:
        """Give every idle worker a run; yield those that turn out to be done, or held by others."""
        for idle in [one for one in self.hired if one.stage == "ready" and one.run is None]:
            run = self.again.popleft() if self.again else (yield from self._next(everything)) or self._straggler()
            if run:
                self._start(idle, run)

    def _next(self, everything: ExitStack) -> Generator[tuple[int, Record | None], None, Run | None]:
        """Return the next run that was not begun yet, held for this process."""
        while self.waiting:
            place, job = self.waiting.popleft()
            run = Run(place, job, InStore(self.store, job.point.lock.id, job.seed))
            everything.enter_context(run.holding)
            try:
                run.holding.enter_context(self.store.hold(run.keeper.lock, job.seed))
            except HeldError:
                yield place, None
                continue
            if done := finished(job, self.store):  # meanwhile, by another process
                run.holding.close()
                yield place, done
                continue
            if run.keeper.checkpoint() is not None and (begun := self.store.load(run.keeper.lock, job.seed)):
                run.epochs = run.told = len(begun.history)
            self.audience.began(place)
            return run
        return None

    def _straggler(self) -> Run | None:
        now = time.monotonic()
        under_way = {one.run.place: one.run for one in self.hired if one.run}
        slow = straggler([one.attempt(now) for one in self.hired if one.run], self.paces)
        return None if slow is None else under_way[slow]

    def _start(self, one: Hired, run: Run) -> None:
        one.run, one.first, one.epochs = run, None, 0.0
        one.began = one.heard = time.monotonic()
        one.making = one.actor.make.remote(run.job, run.keeper.checkpoint(), run.keeper.where)
        one.answer = one.actor.news.remote()

    def _answering(self) -> list[Hired]:
        """Wait a little for answers; return the workers that gave one."""
        asked = {one.answer: one for one in self.hired if one.answer is not None}
        if not asked:
            time.sleep(LOOKS_AROUND)
            return []
        ready, _ = self.ray.wait(list(asked), num_returns=1, timeout=LOOKS_AROUND)
        return [asked[answer] for answer in ready]

    def _listen(self, one: Hired) -> Iterator[tuple[int, Record]]:
        if one not in self.hired:  # dismissed a moment ago
            return
        try:
            heard = self.ray.get(one.answer)
            if one.run and not heard and self.ray.wait([one.making], timeout=0)[0]:
                self.ray.get(one.making)  # raises, if the run could not even be begun
        except self.ray.exceptions.RayError as error:
            self._lose(one, _reason(error))
            return
        one.answer = None
        if one.stage == "asked":
            check_versions(heard)
            one.stage, one.answer = "checked", one.actor.begin.remote()
            return
        if one.run is None:
            one.stage, self.failures = "ready", 0
            return
        for message in heard:
            yield from self._hear(one, one.run, message)
        if one.run and one in self.hired:
            one.answer = one.actor.news.remote()

    def _hear(self, one: Hired, run: Run, message: Message) -> Iterator[tuple[int, Record]]:
        one.heard = time.monotonic()
        match message:
            case Advanced(epochs):
                one.first = epochs if one.first is None else one.first
                one.epochs = epochs
                self.audience.advanced(run.place, epochs)
            case Evaluated(evaluation):
                if evaluation.epoch > run.told:
                    run.told = evaluation.epoch
                    self.audience.evaluated(run.place, evaluation)
            case LockText(text):
                run.keeper.write_lock(text)
            case Kept(record, checkpoint):
                if len(record.history) > run.epochs:
                    run.keeper.keep(record, checkpoint)
                    run.epochs, run.lost = len(record.history), 0
            case Ended(record, arrays):
                if one.epochs > (one.first or 0):
                    self.paces.setdefault(record.lock, []).append(
                        (one.heard - one.began) / (one.epochs - (one.first or 0))
                    )
                final = run.keeper.end(record, arrays)
                run.holding.close()
                one.run = None
                for other in [other for other in self.hired if other.run is run]:
                    self._dismiss(other)
                yield run.place, final
            case Mistaken(words, at):
                raise SpecItError(words, at=at)
            case Failed(why):
                self._lose(one, why)

    def _lose(self, one: Hired, why: str) -> None:
        """Do without a worker; its run goes on elsewhere, unless that happened too often."""
        run = one.run
        self._dismiss(one)
        if run is None:
            self.failures += 1
            if self.failures > self.retries:
                raise SpecItError(f"{self.failures} workers of the cluster in a row did not start; the last: {why}.")
            return
        run.lost += 1
        name = f"{run.keeper.lock[:12]}/seed-{run.job.seed}"
        if run.lost > self.retries:
            raise SpecItError(
                f"Run {name} lost its worker {run.lost} times in a row without an epoch done; the last: {why}. "
                "What was done is kept: the same command goes on from there; see --retries."
            )
        if not any(other.run is run for other in self.hired):
            self.again.append(run)

    def _dismiss(self, one: Hired) -> None:
        self.hired.remove(one)
        with suppress(self.ray.exceptions.RayError):
            self.ray.kill(one.actor)

    def _dismiss_all(self) -> None:
        for one in list(self.hired):
            self._dismiss(one)


def _reason(error: Exception) -> str:
    """Return the first line of what went wrong in a worker, or with it."""
    if isinstance(cause := getattr(error, "cause", None), Exception):
        return f"{type(cause).__name__}: {cause}".splitlines()[0].rstrip(".")
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".")
