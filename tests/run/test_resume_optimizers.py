"""A run that is stopped goes on bit for bit under every optimiser, whatever it keeps from step to step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.run.listeners import Silent, StopAt, what_matters

from specit.records.store import Store
from specit.run import Job, execute
from specit.spec.document import Spec
from specit.spec.load import parse

pytestmark = pytest.mark.usefixtures("one_thread")

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text(encoding="utf-8")
CPU = torch.device("cpu")
STATED = {
    "SGD": (
        "{SGD: {lr: 0.05, momentum: 0.9, weight_decay: 1.0e-3, nesterov: true}}\n"
        "    groups: [{on: biases, weight_decay: 0.0, lr: 0.1}]\n    clip_norm: 1.0",
        "{warm_up: {start: 0.1, over: 6, by: step, then: {cosine_annealing: {by: step}}}}",
    ),
    "AdamW": ("{AdamW: {lr: 0.02}}", "{multi_step: {milestones: [2, 3], factor: 0.5}}"),
    "RMSprop": ("{RMSprop: {lr: 0.01, momentum: 0.9, centered: true}}", "{exponential: {factor: 0.9}}"),
    "as in TensorFlow": (
        "{RMSprop: {lr: 0.01, momentum: 0.5, centered: true, eps_inside_root: true, initial_square: 1.0}}",
        "{linear: {by: step}}",
    ),
}


def job(optimizer: str, schedule: str) -> Job:
    text = SMALL.replace("{Adam: {lr: 0.02}}", optimizer).replace("schedule: constant", f"schedule: {schedule}")
    spec = Spec("small", parse(text, "small.yaml"))
    return Job("small", spec.plan("quick", arms=["coordconv"])[0], 0)


@pytest.mark.parametrize("name", STATED)
def test_an_interrupted_run_goes_on_bit_for_bit(name: str, tmp_path: Path) -> None:
    whole, parts = Store(tmp_path / "whole"), Store(tmp_path / "parts")
    expected = execute(job(*STATED[name]), whole, CPU, Silent())
    with pytest.raises(KeyboardInterrupt):
        execute(job(*STATED[name]), parts, CPU, StopAt(2.3))
    kept = parts.load(expected.lock, 0)
    assert kept is not None
    assert (kept.status, len(kept.history)) == ("running", 2)
    found = execute(job(*STATED[name]), parts, CPU, Silent())
    assert what_matters(found) == what_matters(expected)
    for array, numbers in whole.arrays(expected).items():
        np.testing.assert_array_equal(parts.arrays(found)[array], numbers)
