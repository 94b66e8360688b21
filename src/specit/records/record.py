"""A record: what a run leaves behind, as plain data that needs no PyTorch to judge or draw."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", ser_json_inf_nan="strings"))
class Evaluation:
    """The measures at one moment of a run.

    `epoch` counts finished epochs (0: before training), `step` counts optimiser steps, and `seconds` is the
    time spent so far, training and evaluation together, over all sittings of a resumed run. (No `BaseModel`, which
    takes twice the memory: a store of 100,000 records holds millions.)
    """

    epoch: int
    step: int
    seconds: float
    measures: dict[str, float]


class Record(BaseModel):
    """One lock, one seed, executed.

    `point` names the option taken on every axis (`{"split": "uniform", "tile": "channels"}`); `status` is
    `finished` (the stated end was reached), `running` (still under way or interrupted) or `diverged`
    (the loss stopped being a number). `arrays` maps the name of each stored array to its SHA-256.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    spec: str
    lock: str
    arm: str
    tier: str
    seed: int
    point: dict[str, str]
    status: Literal["finished", "running", "diverged"]
    ended: str
    parameters: int
    epochs_stated: int
    history: tuple[Evaluation, ...]
    fingerprints: dict[str, str]
    environment: dict[str, str]
    arrays: dict[str, str] = {}

    @property
    def name(self) -> str:
        """The run's name in its store: the first 12 characters of the lock's hash, and the seed."""
        return f"{self.lock[:12]}/seed-{self.seed}"

    @property
    def final(self) -> dict[str, float]:
        """Return every measure's last known value."""
        values: dict[str, float] = {}
        for evaluation in self.history:
            values.update(evaluation.measures)
        return values

    def series(self, measure: str) -> list[tuple[Evaluation, float]]:
        """Return the evaluations that know `measure`, each with its value."""
        return [(e, e.measures[measure]) for e in self.history if measure in e.measures]
