"""Whole runs of the newer kinds through `execute`: untrained ones, and those whose target is a picture or a place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.run.listeners import what_matters

from specit.records import Evaluation
from specit.records.measures import value
from specit.records.store import Store
from specit.run import Job, execute
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.studies import find

pytestmark = pytest.mark.usefixtures("one_thread")
CPU = torch.device("cpu")


class Listener:
    """Keeps what it hears, and interrupts as Ctrl-C would once `stop` epochs are done."""

    def __init__(self, stop: float | None = None) -> None:
        self.stop = stop
        self.heard: list[Evaluation] = []

    def advanced(self, epochs: float, of: int) -> None:
        if self.stop is not None and epochs >= self.stop:
            raise KeyboardInterrupt

    def evaluated(self, evaluation: Evaluation) -> None:
        self.heard.append(evaluation)


def test_by_hand_at_its_instant_tier(tmp_path: Path) -> None:
    """Every arm: one evaluation before any training, arrays, and nothing to go on from."""
    store, points = Store(tmp_path), find("coordconv/by_hand").plan("instant", choose={"canvas": ["wide"]})
    assert len(points) == 5
    for point in points:
        listener = Listener()
        record = execute(Job("coordconv/by_hand", point, 0), store, CPU, listener)
        assert (record.status, record.ended, record.epochs_stated) == ("finished", "nothing is trained", 0)
        (evaluation,) = record.history
        assert listener.heard == [evaluation]
        assert (evaluation.epoch, evaluation.step) == (0, 0)
        assert evaluation.seconds > 0
        assert {name.split("_")[0] for name in evaluation.measures} == {"test", "train"}
        target = point.lock.dataset[1].target
        answers = {"one_hot": {"predicted", "target"}, "square": {"iou"}, "coordinates": {"predicted_xy"}}[target]
        assert {"canvas", "centres", "in_test"} | answers <= store.arrays(record).keys()
        shown = {"one_hot": {"probe_logits"}, "square": {"probe_output"}, "coordinates": set()}[target]
        assert {name for name in record.arrays if name.startswith("probe_")} == shown
        assert not store.checkpoint(record.lock, 0).exists()
        best = value(record, "test_iou" if target == "square" else "test_accuracy")
        assert (best == 1.0) == (point.arm != "classifier_as_printed")
        # and it is not done twice
        again = execute(Job("coordconv/by_hand", point, 0), store, CPU, Listener())
        assert again == record


SPEC = """
specit: 1
title: A guided painter, and a finder of places
data:
  not_so_clevr: {canvas: [6, 8], square: 3, input: coordinates, coordinates: centred, target: square, brightness: 1.0}
  split: {fraction: {test: 0.25, seed: 0}}
train:
  supervised:
    loss: binary_cross_entropy_with_logits
    intermediate_losses: [{at: point, target: one_hot, weight: 0.5, loss: cross_entropy}]
    optimizer: {Adam: {lr: 0.02}}
    l2: {coefficient: 0.001, on: kernels}
    schedule: cosine
    batch_size: 5
    micro_batch: null
    last_batch: keep
    shuffle: each_epoch
    epochs: 6
    precision: float32
    weights: final
    evaluate: {test: 1, train: 2}
    probe: [[2, 2], [5, 3]]
arms:
  paints:
    network:
      - Input: {shape: [2]}
      - Tile: {size: [6, 8], into: channels}
      - CoordConv2d: {in_channels: 2, out_channels: 8, kernel_size: 1}
      - ReLU
      - Conv2d: {in_channels: 8, out_channels: 1, kernel_size: 1}
      - {Flatten: {}, as: point}
      - Unflatten: {dim: 1, unflattened_size: [1, 6, 8]}
      - Conv2d: {in_channels: 1, out_channels: 1, kernel_size: 3, padding: 1}
      - BatchNorm2d: {num_features: 1}
  finds:
    data: {not_so_clevr: {input: one_hot, target: coordinates, brightness: null}}
    train: {supervised: {loss: mse_loss, intermediate_losses: null, micro_batch: 2}}
    network:
      - Input: {shape: [1, 6, 8]}
      - CoordConv2d: {in_channels: 1, out_channels: 4, kernel_size: 3}
      - ReLU
      - {Flatten: {}, as: unused}
      - Linear: {in_features: 96, out_features: 2}
"""


def job(arm: str) -> Job:
    (point,) = Spec("tasks", parse(SPEC)).plan(arms=[arm])
    return Job("tasks", point, 3)


@pytest.mark.parametrize("arm", ["paints", "finds"])
def test_an_interrupted_run_equals_an_uninterrupted_one(arm: str, tmp_path: Path) -> None:
    whole_store = Store(tmp_path / "whole")
    whole = execute(job(arm), whole_store, CPU, Listener())
    assert [evaluation.epoch for evaluation in whole.history] == [1, 2, 3, 4, 5, 6]
    assert len({evaluation.measures["train_loss"] for evaluation in whole.history}) == 6
    for number, stops in enumerate([[0.3], [1.0], [2.6, 4.2], [5.99]]):
        store = Store(tmp_path / str(number))
        for stop in stops:
            with pytest.raises(KeyboardInterrupt):
                execute(job(arm), store, CPU, Listener(stop))
        record = execute(job(arm), store, CPU, Listener())
        assert what_matters(record) == what_matters(whole)
        arrays = store.arrays(record)
        assert arrays.keys() == whole_store.arrays(whole).keys()
        for name, array in whole_store.arrays(whole).items():
            np.testing.assert_array_equal(arrays[name], array)


def test_zero_epochs_are_judged_once(tmp_path: Path) -> None:
    """Supervised training of no epochs: what the network is before anything is learnt."""
    (point,) = Spec("tasks", parse(SPEC.replace("epochs: 6", "epochs: 0"))).plan(arms=["paints"])
    record = execute(Job("tasks", point, 0), Store(tmp_path), CPU, Listener())
    assert (record.status, record.ended) == ("finished", "nothing is trained")
    assert [(evaluation.epoch, evaluation.step) for evaluation in record.history] == [(0, 0)]
    assert set(record.history[0].measures) == {"test_accuracy", "test_iou", "train_accuracy", "train_iou"}
