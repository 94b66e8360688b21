"""Execute one lock with one seed: train, evaluate, keep a record, and go on where a killed run stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch
from pydantic import TypeAdapter

from specit.data import make_data
from specit.procedures import Share, make_procedure
from specit.records import Evaluation, Record
from specit.records.store import DamagedRecordError, Store
from specit.spec.document import Point

from . import checkpoint, environment
from .keeper import InStore, Keeper
from .memory import keep_freed_memory

Status = Literal["finished", "running", "diverged"]
_HISTORY = TypeAdapter(list[Evaluation])


class Listener(Protocol):
    """Who wants to hear how a run goes on."""

    def advanced(self, epochs: float, of: int) -> None:
        """Hear that `epochs` of `of` are done; the fraction counts the batches of the current one."""

    def evaluated(self, evaluation: Evaluation) -> None:
        """Hear what was measured."""


@dataclass(frozen=True)
class Job:
    """One run to do: a point of a spec, and a seed."""

    spec: str
    point: Point
    seed: int


def finished(job: Job, store: Store) -> Record | None:
    """Return the job's record if the store has it and it ended; a damaged one is as good as none, and is made anew."""
    try:
        record = store.load(job.point.lock.id, job.seed)
    except DamagedRecordError as error:
        if error.damage.intact:
            raise
        return None
    return record if record is not None and record.status != "running" else None


def execute(job: Job, store: Store, device: torch.device, listener: Listener) -> Record:
    """Return the job's record, from the store if it is there: nothing is done twice.

    Raises HeldError while another process writes this run.
    """
    lock_id = job.point.lock.id
    with store.hold(lock_id, job.seed):
        if (record := finished(job, store)) is None:
            return train(job, InStore(store, lock_id, job.seed), device, listener)
        if record.status == "finished":  # whoever made it may have been killed before it could tidy up
            store.drop_checkpoint(lock_id, job.seed)
        return record


def train(job: Job, keeper: Keeper, device: torch.device, listener: Listener, share: Share | None = None) -> Record:
    """Train from where the keeper's checkpoint stands to the end; return the record as the keeper kept it.

    With a `share` this process computes its part of every batch, and others at the same time compute the rest.
    """
    keep_freed_memory()
    with _deterministic():
        return _train(job, keeper, device, listener, share or Share())


def _train(job: Job, keeper: Keeper, device: torch.device, listener: Listener, share: Share) -> Record:
    lock = job.point.lock
    examples = make_data(lock)
    fingerprints = examples.fingerprints()
    keeper.write_lock(lock_text(job.point, fingerprints))
    training = make_procedure(lock, examples, job.seed, device, share)
    history: list[Evaluation] = []
    before = 0.0
    if (begun := keeper.checkpoint()) is not None:
        saved = checkpoint.unpack(begun, keeper.where, device)
        training.restore(saved["training"])
        history = _HISTORY.validate_python(json.loads(saved["history"]))
        before = float(saved["seconds"])
    started = time.perf_counter()

    def seconds() -> float:
        return before + time.perf_counter() - started

    def record(status: Status, ended: str) -> Record:
        return Record(
            spec=job.spec,
            lock=lock.id,
            arm=job.point.arm,
            tier=job.point.tier,
            seed=job.seed,
            point=job.point.selection,
            status=status,
            ended=ended,
            parameters=lock.parameters,
            epochs_stated=training.epochs,
            history=tuple(history),
            fingerprints=fingerprints,
            environment=environment.describe(device, share.of),
        )

    ended = "the stated epochs were done" if training.epochs else "nothing is trained"
    if not training.epochs:
        measures = training.evaluate_due()
        history = [Evaluation(epoch=0, step=0, seconds=seconds(), measures=measures)]
        listener.evaluated(history[-1])
    while training.epoch < training.epochs:
        epoch = training.epoch
        measures = training.run_epoch(lambda share: listener.advanced(epoch + share, training.epochs))  # noqa: B023
        if training.diverged:
            # The last good checkpoint stays beside the record.
            return keeper.end(record("diverged", training.diverged), None)
        measures |= training.evaluate_due()
        history.append(Evaluation(epoch=training.epoch, step=training.step, seconds=seconds(), measures=measures))
        listener.evaluated(history[-1])
        if training.reached(measures):
            ended = f"the stated stop was reached after epoch {training.epoch}"
            break
        state = {
            "training": training.state(),
            "history": json.dumps(_HISTORY.dump_python(history)),
            "seconds": seconds(),
        }
        keeper.keep(record("running", "not ended"), checkpoint.pack(state))
    return keeper.end(record("finished", ended), training.arrays())


def lock_text(point: Point, fingerprints: dict[str, str]) -> str:
    """Return a lock as the text that stands beside its runs: what is hashed, and what follows from it."""
    lock = point.lock
    content = {
        "lock": lock.id,
        "statement": lock.statement(),
        "consequences": lock.consequences() | {"fingerprints": fingerprints},
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


@contextmanager
def _deterministic() -> Iterator[None]:
    """Let every operation give the same bits each time, without filling fresh memory, which nothing reads unwritten."""
    memory: Any = torch.utils.deterministic  # whose property mypy does not see
    before, filled = torch.are_deterministic_algorithms_enabled(), memory.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True)
    memory.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        memory.fill_uninitialized_memory = filled
