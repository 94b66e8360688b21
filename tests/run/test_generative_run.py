"""Runs that learn to make pictures: interrupted and resumed, kept, and ended where a loss is no number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.procedures.generative import ADVERSARIAL, VARIATIONAL, point
from tests.run.listeners import Silent, StopAt, what_matters

from specit.records.store import Store
from specit.run import Job, execute

CPU = torch.device("cpu")
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("text", [ADVERSARIAL, VARIATIONAL], ids=["adversarial", "variational"])
def test_an_interrupted_run_equals_an_undisturbed_one(text: str, tmp_path: Path) -> None:
    job, whole, parts = Job("generative", point(text), 0), Store(tmp_path / "whole"), Store(tmp_path / "parts")
    expected = execute(job, whole, CPU, Silent())
    for epochs in (0.5, 1.3):
        with pytest.raises(KeyboardInterrupt):
            execute(job, parts, CPU, StopAt(epochs))
    found = execute(job, parts, CPU, Silent())
    assert what_matters(found) == what_matters(expected)
    assert found.arrays == expected.arrays
    assert {"precision", "real_recall", "samples_whole"} <= found.final.keys()
    arrays = parts.arrays(found)
    assert arrays["samples"].dtype == np.uint8
    assert arrays["paths"].shape == (2, 3, 3, 16, 16)


def test_a_run_that_diverges_says_where(tmp_path: Path) -> None:
    spoiled = point(VARIATIONAL, ("lr: 0.002", "lr: 1.0e+30"))
    record = execute(Job("generative", spoiled, 0), Store(tmp_path), CPU, Silent())
    assert record.status == "diverged"
    assert record.ended.startswith("the loss of the encoder and decoder was no number at batch ")
