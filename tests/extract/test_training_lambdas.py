"""The schedules of transformers: recognised, with the rates that they really give; and what only looks like one."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch
from tests.extract.small_training import Small, stated, training_of
from torch.optim.lr_scheduler import LambdaLR

from specit.spec.training.learning_rate import Moment, learning_rate
from specit.spec.training.schedules import SCHEDULES

optimization = pytest.importorskip("transformers.optimization", reason="recognises its schedules")
pytestmark = pytest.mark.usefixtures("one_thread")

LINEAR = {"linear": {"start": 1.0, "end": 0.0, "over": 90, "by": "step"}}
COSINE = {"cosine_annealing": {"minimum": 0.0, "over": 90, "by": "step"}}


def schedule(make: Any, step: str = "batch") -> Any:
    """Return what is stated of a scheduler, and the scheduler."""
    optimizer = torch.optim.AdamW(Small().parameters(), lr=0.1)
    scheduler = make(optimizer)
    fields: dict[str, Any] = {"optimizer": optimizer, "scheduler": scheduler, "scheduler_step": step, "epochs": 5}
    return stated(training_of(**fields))["schedule"], scheduler


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("linear", {"num_warmup_steps": 10, "num_training_steps": 100}, LINEAR),
        ("cosine", {"num_warmup_steps": 10, "num_training_steps": 100}, COSINE),
        ("constant", {"num_warmup_steps": 10}, {"constant": {}}),
    ],
)
def test_with_a_warm_up(name: str, arguments: dict[str, int], expected: dict[str, Any]) -> None:
    kind = {"constant": "get_constant_schedule_with_warmup"}.get(name, f"get_{name}_schedule_with_warmup")
    found, scheduler = schedule(lambda optimizer: getattr(optimization, kind)(optimizer, **arguments))
    assert found == {"warm_up": {"start": 0.0, "over": 10, "then": expected, "by": "step"}}
    read = SCHEDULES["warm_up"].model_validate(found["warm_up"])
    for step in range(100):
        assert learning_rate(read, 0.1, Moment(0, step, 1, 100)) == pytest.approx(scheduler.get_last_lr()[0], abs=1e-12)
        scheduler.optimizer.step()
        scheduler.step()


def test_without_a_warm_up() -> None:
    make = partial(optimization.get_linear_schedule_with_warmup, num_warmup_steps=0, num_training_steps=90)
    assert schedule(make)[0] == LINEAR


def test_what_gives_other_rates_is_not_taken_for_one() -> None:
    waves = partial(
        optimization.get_cosine_schedule_with_warmup, num_warmup_steps=10, num_training_steps=100, num_cycles=2.0
    )
    assert schedule(waves)[0] is None

    def groups(optimizer: torch.optim.Optimizer) -> LambdaLR:
        optimizer.add_param_group({"params": [torch.nn.Parameter(torch.zeros(1))]})
        first = optimization.get_linear_schedule_with_warmup(optimizer, 10, 100).lr_lambdas[0]
        return LambdaLR(optimizer, [first, lambda step: 1.0])

    optimizer = torch.optim.AdamW(Small().parameters(), lr=0.1)
    from specit.extract.training.lambdas import schedule_of_lambdas

    assert schedule_of_lambdas(groups(optimizer), "step") is None
