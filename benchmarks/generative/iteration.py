"""One iteration of an arm, SpecIt's and the port's, in turns, after their losses were found to be the same."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from benchmarks.generative.arms import Arm, put_under_training
from benchmarks.generative.port import StraightforwardGan
from specit.procedures import AdversarialTraining
from specit.procedures.batches import generator_of

WARM_UP = 2

TOLERANCE = 1e-3
"""By how much losses may differ in single precision, relative, in the first iteration. They do by 1e-5 after its first
step; then Adam makes a first step as long for a gradient that is nothing but rounding as for any other."""


class Training(Protocol):
    """What takes the steps of a batch of real pictures and returns the losses of both networks."""

    def train_batch(self, real: Tensor, latent: torch.Generator, /) -> Tensor: ...


@dataclass(frozen=True)
class Iteration:
    """What a comparison found. Times are medians in milliseconds; ratios are medians over the rounds."""

    arm: str
    batch: int
    ours_ms: float
    port_ms: float
    ratio: float
    cpu_ratio: float
    """The same in the processor's time, on which other work tells less."""
    loss_difference: float
    """The larger of both losses' in the first iteration, relative."""
    bfloat16_ms: float | None = None
    """Ours with `precision: bfloat16` in the spec, where that was asked for."""
    compiled_ms: float | None = None
    """The port's under torch.compile, where that was asked for."""
    compile_seconds: float | None = None
    """How long its first iteration took."""


def compare(arm: Arm, rounds: int, *, bfloat16: bool = False, compiled: bool = False) -> Iteration:
    """Compare the losses, then the time.

    Raises:
        AssertionError: If the two do not have the same losses: then there is nothing to compare.
    """
    ours = put_under_training(arm)
    difference = loss_difference(put_under_training(arm))
    assert difference <= TOLERANCE, f"{arm}: losses differ from the port's by {difference:.1e}"
    contestants: dict[str, Training] = {"port": StraightforwardGan(ours), "ours": ours}
    if bfloat16:
        contestants["bfloat16"] = _in_training_mode(put_under_training(arm, "bfloat16"))
    if compiled:
        contestants["compiled"] = _compiled(StraightforwardGan(ours))
    batch = ours.real(torch.arange(ours.stated.settings.batch_size))
    latent = {name: generator_of(0, 0) for name in contestants}
    wall: dict[str, list[float]] = {name: [] for name in contestants}
    processor: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds + WARM_UP):
        for name, training in contestants.items():
            begun, used = time.perf_counter(), time.process_time()
            training.train_batch(batch, latent[name])
            wall[name].append(time.perf_counter() - begun)
            processor[name].append(time.process_time() - used)
    first = {name: every[0] for name, every in wall.items()}
    median = {name: statistics.median(every[WARM_UP:]) * 1e3 for name, every in wall.items()}
    return Iteration(
        arm=str(arm),
        batch=len(batch),
        ours_ms=median["ours"],
        port_ms=median["port"],
        ratio=_ratio(wall),
        cpu_ratio=_ratio(processor),
        loss_difference=difference,
        bfloat16_ms=median.get("bfloat16"),
        compiled_ms=median.get("compiled"),
        compile_seconds=first.get("compiled"),
    )


def loss_difference(ours: AdversarialTraining) -> float:
    """Return by how much the losses of both, which begin with the same weights, differ in one iteration, relative."""
    port = StraightforwardGan(_in_training_mode(ours))
    batch = ours.real(torch.arange(ours.stated.settings.batch_size))
    found, expected = (one.train_batch(batch, generator_of(0, 0)) for one in (ours, port))
    return float(((found - expected) / expected).abs().max())


def _in_training_mode(training: AdversarialTraining) -> AdversarialTraining:
    for network in training.networks.values():
        network.train()
    return training


def _compiled(port: StraightforwardGan) -> StraightforwardGan:
    """Let torch.compile make the networks' steps. It compiles in the first iteration, for seconds."""
    for network in port.networks.values():
        network.forward = torch.compile(network.forward, dynamic=False)  # type: ignore[method-assign]
    return port


def _ratio(seconds: dict[str, list[float]]) -> float:
    rounds = zip(seconds["port"][WARM_UP:], seconds["ours"][WARM_UP:], strict=True)
    return statistics.median(port / ours for port, ours in rounds)
