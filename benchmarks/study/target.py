"""Time until an arm points at every test pixel, at its stated settings."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.study.arms import Arm, put_under_training
from benchmarks.study.port import as_port
from specit.procedures import SupervisedTraining


@dataclass(frozen=True)
class Reached:
    arm: str
    name: str
    seed: int
    seconds: float
    epochs: int
    reached: bool


def measure(arm: Arm, seeds: int) -> Iterator[Reached]:
    """Yield SpecIt's and the port's time, seed by seed; evaluations on the test set count."""
    for seed in range(seeds):
        for name in ("specit", "port"):
            training = put_under_training(arm, seed)
            yield _until_perfect(arm, name, seed, as_port(training) if name == "port" else training)


def ratio(found: list[Reached]) -> float:
    """Return the median over the seeds of the port's time by SpecIt's."""
    seconds = {(each.name, each.seed): each.seconds for each in found}
    seeds = {each.seed for each in found}
    return statistics.median(seconds["port", seed] / seconds["specit", seed] for seed in seeds)


def _until_perfect(arm: Arm, name: str, seed: int, training: SupervisedTraining) -> Reached:
    begun = time.perf_counter()
    perfect = False
    while not perfect and training.epoch < training.epochs:
        training.run_epoch(lambda share: None)
        perfect = training.evaluation.measures("test")["test_accuracy"] == 1
    return Reached(str(arm), name, seed, time.perf_counter() - begun, training.epoch, perfect)
