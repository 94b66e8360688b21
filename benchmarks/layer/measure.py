"""Time and memory of one layer at work."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from benchmarks.layer.shapes import Shape

SAMPLE = 5e-3  # seconds that a timed sample takes at least; shorter steps are repeated
CHANNELS_LAST = {2: torch.channels_last, 3: torch.channels_last_3d}


class Work:
    """A layer, an input for it, and what it does at each call: a step of training, or of inference."""

    def __init__(self, layer: nn.Module, shape: Shape, channels_last: bool, training: bool) -> None:
        format = CHANNELS_LAST[shape.rank] if channels_last else torch.contiguous_format
        self.training = training
        self.layer = layer.train(training).to(memory_format=format)  # type: ignore[call-overload]
        x = torch.randn(shape.batch, shape.in_channels, *shape.size).to(memory_format=format)
        self.input = x.requires_grad_(training and not shape.is_first)
        self.gradient = _like_output(self.layer, self.input) if training else None

    def __call__(self) -> None:
        """Work once."""
        if not self.training:
            with torch.inference_mode():
                self.layer(self.input)
            return
        self.layer.zero_grad(set_to_none=True)
        self.input.grad = None
        self.layer(self.input).backward(self.gradient)


class Addition:
    """What no implementation that adds a map can avoid: the addition and, in training, the sum of its gradient.

    It finds its memory in the caches as the layer leaves it, if it is small.
    """

    def __init__(self, work: Work) -> None:
        with torch.no_grad():
            out = work.layer(work.input).detach()
        axes = sorted(range(1, out.dim()), key=out.stride, reverse=True)
        self.out = out.permute(0, *axes)  # in the order of its memory
        self.map = torch.zeros_like(self.out[:1])
        self.training = work.training

    def __call__(self) -> None:
        """Work once."""
        with torch.no_grad():
            self.out.add_(self.map)
            if self.training:
                self.out.sum(0)


def interleave(works: Sequence[Callable[[], None]], rounds: int) -> list[list[float]]:
    """Return the seconds of each, round by round: within a round they take turns, so what disturbs meets all."""
    repeats = [_repeats(work) for work in works]
    seconds: list[list[float]] = [[] for _ in works]
    for round_ in range(rounds):
        for turn in range(len(works)):
            number = (turn + round_) % len(works)  # nobody always comes after the same neighbour
            seconds[number].append(_seconds(works[number], repeats[number]))
    return seconds


def peak_memory(make: Callable[[], Work]) -> int:
    """Return the most bytes that are held at once while the work is made and done twice.

    Everything counts: weights, input, output, gradients, what is kept between calls and what a call takes for
    itself; as PyTorch's allocator reports it.
    """
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as records:
        work = make()
        work()
        work()
    held = peak = 0
    for event in records.profiler.kineto_results.events():
        if event.name() == "[memory]":
            held += event.nbytes()
            peak = max(peak, held)
    return peak


def _repeats(work: Callable[[], None]) -> int:
    for _ in range(2):
        work()
    return max(1, math.ceil(SAMPLE / _seconds(work, 1)))


def _seconds(work: Callable[[], None], repeats: int) -> float:
    begun = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - begun) / repeats


def _like_output(layer: nn.Module, x: Tensor) -> Tensor:
    with torch.no_grad():
        return torch.randn_like(layer(x))
