"""One training step of an arm, SpecIt's and the port's, in turns."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.study.alone import alone_seconds
from benchmarks.study.arms import Arm, put_under_training
from benchmarks.study.port import StraightforwardPort, as_port
from benchmarks.study.work import step_flop
from specit.procedures import SupervisedTraining

WARM_UP = 3


@dataclass(frozen=True)
class Step:
    """What a comparison found. Times are medians in milliseconds; the ratio is the median over the rounds."""

    arm: str
    batch: int
    micro_batch: int | None
    ours_ms: float
    port_ms: float
    ratio: float
    gflop: float
    alone_ms: float
    """The same work by PyTorch, layer by layer and nothing else; see `alone`."""
    gradient_difference: float
    compiled_ms: float | None = None
    """The port's step under torch.compile, where that was asked for."""
    compile_seconds: float | None = None
    """How long its first step took."""

    @property
    def rate(self) -> float:
        """Return SpecIt's GFLOP/s."""
        return self.gflop / self.ours_ms * 1e3

    @property
    def alone(self) -> float:
        """Return the GFLOP/s of the linear layers by themselves."""
        return self.gflop / self.alone_ms * 1e3


def compare(arm: Arm, rounds: int, *, compiled: bool = False) -> Step:
    ours, port = put_under_training(arm), as_port(put_under_training(arm))
    size = arm.batch or ours.settings.batch_size
    batch = torch.arange(size)
    difference = _difference(_gradients(ours, batch), _gradients(_in_double(as_port(put_under_training(arm))), batch))
    contestants = {"port": port, "ours": ours}
    if compiled:
        contestants["compiled"] = _compiled(as_port(put_under_training(arm)))
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds + WARM_UP):
        for name, training in contestants.items():
            begun = time.perf_counter()
            training.train_batch(batch)
            times[name].append(time.perf_counter() - begun)
    first = {name: every[0] for name, every in times.items()}
    times = {name: every[WARM_UP:] for name, every in times.items()}
    network = port.network
    assert isinstance(network, StraightforwardPort)
    return Step(
        arm=str(arm),
        batch=size,
        micro_batch=ours.settings.micro_batch,
        ours_ms=statistics.median(times["ours"]) * 1e3,
        port_ms=statistics.median(times["port"]) * 1e3,
        ratio=statistics.median(p / o for p, o in zip(times["port"], times["ours"], strict=True)),
        gflop=step_flop(network, port.inputs[batch]) / 1e9,
        alone_ms=alone_seconds(network, port.inputs[batch]) * 1e3,
        gradient_difference=difference,
        compiled_ms=statistics.median(times["compiled"]) * 1e3 if compiled else None,
        compile_seconds=first["compiled"] if compiled else None,
    )


def _compiled(training: SupervisedTraining) -> SupervisedTraining:
    """Let torch.compile make the network's steps. It compiles at the first one, for seconds."""
    training.network.outputs = torch.compile(training.network.outputs, dynamic=False)  # type: ignore[method-assign]
    return training


def _in_double(training: SupervisedTraining) -> SupervisedTraining:
    """Let a training compute in double precision: in single, the port's own rounding may be the larger error."""
    training.network.double()
    training.inputs = training.inputs.double()
    answer = training.evaluation.answer
    for name, value in vars(answer).items():
        if isinstance(value, Tensor) and value.is_floating_point():
            setattr(answer, name, value.double())
    return training


def _gradients(training: SupervisedTraining, batch: Tensor) -> list[Tensor]:
    training.network.train()
    training.optimizer.zero_grad()
    training.add_gradients(batch)
    return [p.grad.clone() for p in training.network.parameters() if p.grad is not None]


def _difference(one: list[Tensor], other: list[Tensor]) -> float:
    """Return the distance of all gradients together by their length.

    One by one would not do: before a batch norm the gradient by a bias is nothing but rounding.
    """
    a, b = (torch.cat([gradient.flatten() for gradient in gradients]) for gradients in (one, other))
    return float((a - b).norm() / b.norm())
