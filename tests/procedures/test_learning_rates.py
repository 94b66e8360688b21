"""Schedules against PyTorch's schedulers, called as their documentation says, and against numbers by hand."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim import lr_scheduler

from specit.spec.load import parse
from specit.spec.training.learning_rate import Moment, learning_rate
from specit.spec.training.schedules import SCHEDULES
from specit.spec.variant import variant

EPOCHS = 12


def rates(text: str, count: int = EPOCHS, rate: float = 0.1) -> list[float]:
    _, schedule = variant(parse(text), SCHEDULES, "schedule")
    return [learning_rate(schedule, rate, Moment(done, done, count, count)) for done in range(count)]


def pytorchs(make: Callable[[torch.optim.Optimizer], Any], count: int = EPOCHS, rate: float = 0.1) -> list[float]:
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=rate)
    found = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The epoch parameter in")
        scheduler = make(optimizer)
        for _ in range(count):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return found


def sequence(optimizer: torch.optim.Optimizer, start: float, over: int, then: Any) -> Any:
    first = lr_scheduler.LinearLR(optimizer, start_factor=start, end_factor=1.0, total_iters=over)
    return lr_scheduler.SequentialLR(optimizer, [first, then], milestones=[over])


@pytest.mark.parametrize(
    ("text", "make"),
    [
        ("{step: {factor: 0.5, every: 3, at_most: null}}", lambda o: lr_scheduler.StepLR(o, 3, 0.5)),
        ("{multi_step: {milestones: [2, 5, 5, 9], factor: 0.5}}", lambda o: lr_scheduler.MultiStepLR(o, [9, 2, 5, 5], 0.5)),
        ("{exponential: {factor: 0.9}}", lambda o: lr_scheduler.ExponentialLR(o, 0.9)),
        ("{exponential: {factor: 0.5, every: 4, by: step}}", lambda o: lr_scheduler.StepLR(o, 4, 0.5)),
        ("cosine", lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS)),
        ("{cosine_annealing: {minimum: 0.01}}", lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS, 0.01)),
        ("{cosine_annealing: {minimum: 0.01, over: 5, by: step}}", lambda o: lr_scheduler.CosineAnnealingLR(o, 5, 0.01)),
        ("linear", lambda o: lr_scheduler.LinearLR(o, 1.0, 0.0, EPOCHS)),
        ("{linear: {start: 0.25, end: 0.75, over: 7}}", lambda o: lr_scheduler.LinearLR(o, 0.25, 0.75, 7)),
        ("{warm_up: {start: 0.1, over: 4, then: constant}}", lambda o: lr_scheduler.LinearLR(o, 0.1, 1.0, 4)),
        ("{warm_up: {start: 0.1, over: 4, then: {cosine_annealing: {minimum: 0.001}}}}", lambda o: sequence(o, 0.1, 4, lr_scheduler.CosineAnnealingLR(o, 8, 0.001))),
        ("{warm_up: {start: 0.1, over: 3, by: step, then: {multi_step: {milestones: [2, 6], factor: 0.1, by: step}}}}", lambda o: sequence(o, 0.1, 3, lr_scheduler.MultiStepLR(o, [2, 6], 0.1))),
        ("{warm_up: {start: 0.2, over: 2, then: {linear: {over: 6}}}}", lambda o: sequence(o, 0.2, 2, lr_scheduler.LinearLR(o, 1.0, 0.0, 6))),
        ("{warm_up: {start: 0.2, over: 2, then: {step: {factor: 0.5, every: 2, at_most: null}}}}", lambda o: sequence(o, 0.2, 2, lr_scheduler.StepLR(o, 2, 0.5))),
    ],
)  # fmt: skip
def test_rates_are_pytorchs(text: str, make: Callable[[Any], Any]) -> None:
    assert rates(text) == pytest.approx(pytorchs(make), rel=1e-9, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 1.0), st.integers(1, 6), st.floats(0, 0.05), st.integers(1, 9))
def test_any_warm_up_into_any_cosine(start: float, over: int, minimum: float, long: int) -> None:
    text = f"{{warm_up: {{start: {start!r}, over: {over}, then: {{cosine_annealing: {{minimum: {minimum!r}, over: {long}}}}}}}}}"
    expected = pytorchs(
        lambda o: sequence(o, start, over, lr_scheduler.CosineAnnealingLR(o, long, minimum)), over + long
    )
    assert rates(text, over + long) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_by_hand() -> None:
    assert rates("{step: {factor: 0.1, every: 2, at_most: 2}}", 8) == pytest.approx(
        [0.1, 0.1, 0.01, 0.01] + [0.001] * 4
    )
    assert rates("linear", 4, 1.0) == [1.0, 0.75, 0.5, 0.25]
    assert rates("{warm_up: {start: 0.0, over: 2, then: linear}}", 6, 1.0) == [0.0, 0.5, 1.0, 0.75, 0.5, 0.25]
    assert rates("{warm_up: {start: 0.5, over: 9, then: cosine}}", 3, 1.0) == pytest.approx([1 / 2, 5 / 9, 11 / 18])


def test_a_run_has_the_rates_of_its_steps(train: Callable[..., Any]) -> None:
    """27 examples in batches of 8: four steps an epoch, six epochs. Every group's own rate is scaled."""
    by_step = "schedule: {linear: {by: step}}"
    groups = "groups: [{on: biases, lr: 0.5}]\n    l2: null"
    run = train(("schedule: constant", by_step), ("l2: null", groups))
    seen: list[tuple[float, ...]] = []
    step = run.optimizer.step
    run.optimizer.step = lambda: (seen.append(tuple(g["lr"] for g in run.optimizer.param_groups)), step())[1]
    for _ in range(6):
        run.run_epoch(lambda share: None)
    assert len(seen) == run.step == 24
    expected = [((24 - done) / 24 * 0.02, (24 - done) / 24 * 0.5) for done in range(24)]
    torch.testing.assert_close(torch.tensor(seen), torch.tensor(expected))
    assert run.learning_rate(3) == pytest.approx(0.01)


def test_a_run_keeps_a_rate_for_an_epoch(train: Callable[..., Any]) -> None:
    run = train(
        ("schedule: constant", "schedule: {warm_up: {start: 0.5, over: 2, then: {exponential: {factor: 0.5}}}}")
    )
    found = []
    for _ in range(5):
        run.run_epoch(lambda share: None)
        found.append(run.optimizer.param_groups[0]["lr"])
    assert found == pytest.approx([0.01, 0.015, 0.02, 0.01, 0.005])
