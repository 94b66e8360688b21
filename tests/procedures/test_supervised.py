"""Supervised training against an obvious loop, measures by hand, and a task it must solve."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from specit.data import make_examples
from specit.errors import SpecItError
from specit.procedures import SupervisedTraining
from specit.procedures.micro_batches import MicroBatches
from specit.spec.document import Spec
from specit.spec.load import parse

SPEC = """
specit: 1
title: A task of 36 places
data:
  not_so_clevr: {canvas: [8, 8], square: 3, input: coordinates, coordinates: centred, target: one_hot}
  split: {fraction: {test: 0.25, seed: 0}}
initialise:
  CoordConv2d: {weight: {he_normal: {truncated: true}}, bias: zeros}
  Conv2d: {weight: {he_normal: {truncated: true}}, bias: zeros}
train:
  supervised:
    loss: cross_entropy
    optimizer: {Adam: {lr: 0.02, betas: [0.9, 0.99]}}
    l2: {coefficient: 0.01, on: kernels}
    schedule: constant
    batch_size: 8
    micro_batch: null
    last_batch: keep
    shuffle: each_epoch
    epochs: 40
    precision: float32
    weights: final
    evaluate: {test: 2, train: 5}
arms:
  coordconv:
    network:
      - Input: {shape: [2]}
      - Tile: {size: [8, 8], into: channels}
      - CoordConv2d: {in_channels: 2, out_channels: 16, kernel_size: 1}
      - ReLU
      - Conv2d: {in_channels: 16, out_channels: 16, kernel_size: 1}
      - ReLU
      - Conv2d: {in_channels: 16, out_channels: 1, kernel_size: 1}
      - Flatten
"""
TRAIN, TEST = 27, 9


def training(*replacements: tuple[str, str], seed: int = 0) -> SupervisedTraining:
    text = SPEC
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    (point,) = Spec("one", parse(text, "one.yaml")).plan()
    return SupervisedTraining(point.lock, make_examples(point.lock), seed, torch.device("cpu"))


def silent(_: float) -> None:
    pass


def gradients(run: SupervisedTraining, batch: Tensor) -> tuple[Tensor, list[Tensor]]:
    run.network.double()
    run.inputs = run.inputs.double()
    run.optimizer.zero_grad()
    loss = run.add_gradients(batch)
    return loss, [p.grad.clone() for p in run.network.parameters() if p.grad is not None]


def obvious(run: SupervisedTraining, batch: Tensor, coefficient: float) -> tuple[Tensor, list[Tensor]]:
    """One example after another, with the penalty written out: no half, kernels only."""
    parameters = dict(run.network.named_parameters())
    loss = torch.zeros((), dtype=torch.float64)
    for i in batch.tolist():
        logits = run.network(run.inputs[i : i + 1])[0]
        loss = loss - torch.log_softmax(logits, 0)[run.evaluation.answer.target(torch.as_tensor(i))] / len(batch)
    for name, parameter in parameters.items():
        if name.endswith("weight"):
            loss = loss + coefficient * (parameter**2).sum()
    return loss.detach(), list(torch.autograd.grad(loss, list(parameters.values())))


@pytest.mark.parametrize("coefficient", [0.01, 0.0, None])
@pytest.mark.parametrize("size", [8, 7])
def test_gradients_are_those_of_an_obvious_loop_whatever_the_micro_batch(size: int, coefficient: float | None) -> None:
    batch = torch.arange(3, 3 + size)
    stated = "    l2: {coefficient: 0.01, on: kernels}\n"
    changed = (stated, stated.replace("0.01", str(coefficient)) if coefficient is not None else "")
    for micro in ("null", "1", "3", "8", "100"):
        run = training(changed, ("micro_batch: null", f"micro_batch: {micro}"))
        found_loss, found = gradients(run, batch)
        loss, expected = obvious(run, batch, coefficient or 0.0)
        torch.testing.assert_close(found_loss, loss, rtol=1e-12, atol=1e-12)
        assert len(found) == len(expected) == 6
        for a, b in zip(found, expected, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_share_micro_batches_and_change_nothing(threads: int) -> None:
    run = training(("micro_batch: null", "micro_batch: 2"))
    batch = torch.arange(8)
    loss, expected = gradients(run, batch)
    run.parts = MicroBatches(threads)
    found_loss, found = gradients(run, batch)
    torch.testing.assert_close(found_loss, loss, rtol=1e-12, atol=1e-12)
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-12)
    again = gradients(run, batch)
    assert torch.equal(again[0], found_loss)
    assert all(torch.equal(a, b) for a, b in zip(again[1], found, strict=True))
    outputs = list(run.parts.infer(run.network, [run.inputs[part] for part in batch.split(3)]))
    torch.testing.assert_close(torch.cat(outputs), run.network(run.inputs[batch]).detach(), rtol=1e-10, atol=1e-12)


def test_an_epoch_is_what_an_obvious_loop_does() -> None:
    """Adam by hand over the batches of an epoch, coupled L2 without a half, in double precision."""
    run, other = training(), training()
    for one in (run, other):
        one.network.double()
        one.inputs = one.inputs.double()
    losses = []
    parameters = list(other.network.parameters())
    m, v = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    for step, batch in enumerate(other.batches(), start=1):
        loss, found = obvious(other, batch, 0.01)
        losses.append((loss.item(), len(batch)))
        with torch.no_grad():
            for p, g, a, b in zip(parameters, found, m, v, strict=True):
                a.mul_(0.9).add_(0.1 * g)
                b.mul_(0.99).add_(0.01 * g * g)
                p -= 0.02 * (a / (1 - 0.9**step)) / ((b / (1 - 0.99**step)).sqrt() + 1e-8)
    heard: list[float] = []
    measures = run.run_epoch(heard.append)
    assert heard == [0.25, 0.5, 0.75, 1.0]
    assert (run.epoch, run.step) == (1, 4)
    expected = sum(loss * n for loss, n in losses) / TRAIN
    assert measures["train_loss"] == pytest.approx(expected, rel=1e-5)  # the sum is kept in float32
    for a, b in zip(run.network.parameters(), parameters, strict=True):
        torch.testing.assert_close(a.detach(), b.detach(), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(("last", "sizes"), [("keep", [8, 8, 8, 3]), ("drop", [8, 8, 8])])
def test_the_last_partial_batch(last: str, sizes: list[int]) -> None:
    run = training(("last_batch: keep", f"last_batch: {last}"))
    batches = list(run.batches())
    assert [len(batch) for batch in batches] == sizes
    seen = torch.cat(batches).tolist()
    assert len(set(seen)) == sum(sizes)
    assert set(seen) <= set(run.examples.train.tolist())


def test_shuffling() -> None:
    def order(run: SupervisedTraining) -> list[int]:
        return [int(i) for i in torch.cat(list(run.batches()))]

    run = training()
    first = order(run)
    assert order(run) == first  # drawn from the seed and the epoch, not from a generator that moves
    assert order(training(seed=1)) != first
    run.epoch = 1
    assert order(run) != first
    assert sorted(order(run)) == sorted(first) == run.examples.train.tolist()
    never = training(("each_epoch", "never"))
    assert order(never) == never.examples.train.tolist()


def test_a_batch_that_nothing_fills() -> None:
    with pytest.raises(SpecItError, match="more than the 27 training examples"):
        training(("last_batch: keep", "last_batch: drop"), ("batch_size: 8", "batch_size: 28"))
    assert len(list(training(("batch_size: 8", "batch_size: 28")).batches())) == 1
    assert len(list(training(("keep", "drop"), ("batch_size: 8", "batch_size: 27")).batches())) == 1


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("constant", {0: 0.02, 1: 0.02, 39: 0.02}),
        (
            "{step: {factor: 0.1, every: 3, at_most: 2}}",
            {0: 0.02, 2: 0.02, 3: 0.002, 5: 0.002, 6: 0.0002, 9: 0.0002, 39: 0.0002},
        ),
        ("cosine", {0: 0.02, 10: 0.02 * (1 + math.sqrt(0.5)) / 2, 20: 0.01, 30: 0.02 * (1 - math.sqrt(0.5)) / 2}),
    ],
)
def test_learning_rates(schedule: str, rates: dict[int, float]) -> None:
    run = training(("schedule: constant", f"schedule: {schedule}"))
    for epoch, rate in rates.items():
        assert run.learning_rate(epoch) == pytest.approx(rate, rel=1e-12)
        run.epoch = epoch
        run.run_epoch(silent)
        assert [group["lr"] for group in run.optimizer.param_groups] == [run.learning_rate(epoch)]


def test_measures_by_hand() -> None:
    run = training()
    for _ in range(3):
        run.run_epoch(silent)
    run.network.eval()
    for part, indices in (("train", run.examples.train), ("test", run.examples.test)):
        with torch.no_grad():
            logits = run.network(run.inputs[torch.from_numpy(indices)]).double().numpy()
        found = run.evaluation.measures(part)
        right, euclidean, manhattan, entropy = [], [], [], []
        for row, i in zip(logits, indices, strict=True):
            x, y = run.examples.centres[i].astype(int)
            guess_y, guess_x = divmod(int(np.argmax(row)), 8)
            right.append((guess_x, guess_y) == (x, y))
            euclidean.append(math.hypot(guess_x - x, guess_y - y))
            manhattan.append(abs(guess_x - x) + abs(guess_y - y))
            entropy.append(math.log(np.exp(row - row.max()).sum()) + row.max() - row[y * 8 + x])
        assert found == {
            f"{part}_accuracy": pytest.approx(np.mean(right)),
            f"{part}_euclidean": pytest.approx(np.mean(euclidean)),
            f"{part}_manhattan": pytest.approx(np.mean(manhattan)),
            f"{part}_cross_entropy": pytest.approx(np.mean(entropy), rel=1e-6),
        }
        assert 0 < found[f"{part}_euclidean"] <= found[f"{part}_manhattan"]
    assert (len(run.examples.train), len(run.examples.test)) == (TRAIN, TEST)


def test_when_evaluation_is_due() -> None:
    run = training(("epochs: 40", "epochs: 11"))
    due: dict[int, set[str]] = {}
    for epoch in range(1, 12):
        run.epoch = epoch
        due[epoch] = {name.split("_")[0] for name in run.evaluate_due()}
    both = {"test", "train"}
    tests = {2: {"test"}, 4: {"test"}, 6: {"test"}, 8: {"test"}}
    assert due == {epoch: set() for epoch in range(1, 12)} | tests | {5: {"train"}, 10: both, 11: both}


def test_the_stop_rule() -> None:
    run = training(("evaluate:", "stop: {test_accuracy: 0.9, train_euclidean: 0.5}\n    evaluate:"))
    for measures, reached in [
        ({"test_accuracy": 0.9, "train_euclidean": 0.5}, True),
        ({"test_accuracy": 1.0, "train_euclidean": 0.0}, True),
        ({"test_accuracy": 0.89, "train_euclidean": 0.0}, False),
        ({"test_accuracy": 1.0, "train_euclidean": 0.51}, False),
        ({"test_accuracy": 1.0}, False),
        ({}, False),
    ]:
        assert run.reached(measures) is reached
    assert training().reached({"test_accuracy": 1.0, "train_accuracy": 1.0}) is False


def test_the_training_set_is_evaluated_early_where_that_decides() -> None:
    run = training(("evaluate:", "stop: {test_accuracy: 0.0, train_accuracy: 1.0}\n    evaluate:"))
    run.epoch = 2
    assert "train_accuracy" in run.evaluate_due()
    run = training(("evaluate:", "stop: {test_accuracy: 1.0, train_accuracy: 1.0}\n    evaluate:"))
    run.epoch = 2
    assert "train_accuracy" not in run.evaluate_due()


def trained(seed: int, epochs: int, *replacements: tuple[str, str]) -> SupervisedTraining:
    run = training(*replacements, seed=seed)
    for _ in range(epochs):
        run.run_epoch(silent)
    return run


def test_it_learns_a_task_that_is_easy() -> None:
    started = time.perf_counter()
    run = trained(0, 150, ("epochs: 40", "epochs: 150"), ("coefficient: 0.01", "coefficient: 0.0"))
    assert run.evaluation.measures("train")["train_accuracy"] == 1.0
    assert run.evaluation.measures("test")["test_accuracy"] == 1.0
    assert run.evaluation.measures("train")["train_euclidean"] == 0.0
    assert time.perf_counter() - started < 60


def same(one: Any, two: Any) -> bool:
    if isinstance(one, Tensor):
        return torch.equal(one, two)
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return bool(one == two)


@pytest.mark.parametrize("micro", ["null", "2"])
def test_the_same_seed_gives_the_same_bits(micro: str) -> None:
    changed = ("micro_batch: null", f"micro_batch: {micro}")
    one, two = trained(3, 3, changed), trained(3, 3, changed)
    assert same(one.state(), two.state())
    assert not same(one.network.state_dict(), trained(4, 3, changed).network.state_dict())


def test_going_on_from_a_state_gives_the_same_bits() -> None:
    whole = trained(3, 4)
    half = trained(3, 2)
    other = training(seed=3)
    other.restore(half.state())
    for _ in range(2):
        other.run_epoch(silent)
    assert same(other.state(), whole.state())


def test_divergence_is_noticed() -> None:
    run = training(("lr: 0.02", "lr: 1.0e+30"))
    for _ in range(3):
        measures = run.run_epoch(silent)
        if run.diverged:
            break
    assert run.diverged
    assert measures == {}
    calm = training()
    calm.run_epoch(silent)
    assert not calm.diverged


def test_arrays_for_figures() -> None:
    run = trained(0, 2, ("evaluate:", "probe: [[2, 3], [99, 99], [6, 1]]\n    evaluate:"))
    kept = run.arrays()
    assert kept["canvas"].tolist() == [8, 8]
    places = kept["centres"].tolist()
    assert [places[i] for i in kept["probe"]] == [[2, 3], [6, 1]]  # what the canvas does not have is left out
    np.testing.assert_array_equal(kept["target"], [y * 8 + x for x, y in places])
    with torch.no_grad():
        logits = run.network(run.inputs)
    np.testing.assert_array_equal(kept["predicted"], logits.argmax(1).numpy())
    assert kept["probe_logits"].shape == (2, 8, 8)
    np.testing.assert_allclose(kept["probe_logits"][0].ravel(), logits[kept["probe"][0]].numpy(), atol=1e-6)
    accuracy = (kept["predicted"] == kept["target"])[kept["in_test"]].mean()
    assert run.evaluation.measures("test")["test_accuracy"] == pytest.approx(accuracy)


def test_the_loss_has_its_arguments() -> None:
    """Label smoothing: a loss against the smoothed distribution, written out."""
    run = training(
        ("loss: cross_entropy", "loss: {cross_entropy: {label_smoothing: 0.2}}"),
        ("coefficient: 0.01", "coefficient: 0.0"),
    )
    batch = torch.arange(5)
    loss, _ = gradients(run, batch)
    with torch.no_grad():
        logs = F.log_softmax(run.network(run.inputs[batch]), 1)
    target = F.one_hot(run.evaluation.answer.target(torch.as_tensor(batch)), 64).double() * 0.8 + 0.2 / 64
    torch.testing.assert_close(loss, -(target * logs).sum(1).mean(), rtol=1e-12, atol=1e-12)


DROPOUT = (
    "      - Conv2d: {in_channels: 16, out_channels: 1",
    "      - Dropout\n      - Conv2d: {in_channels: 16, out_channels: 1",
)


def test_what_dropout_leaves_out_follows_from_seed_and_epoch() -> None:
    """So a run that goes on ends where an undisturbed one does, and nobody else's random numbers change."""
    whole, first = training(DROPOUT), training(DROPOUT)
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    for _ in range(2):
        whole.run_epoch(lambda share: None)
    assert torch.equal(torch.rand(3), expected)
    first.run_epoch(lambda share: None)
    second = training(DROPOUT)
    second.restore(first.state())
    torch.manual_seed(5)
    second.run_epoch(lambda share: None)
    ours, theirs = whole.network.state_dict(), second.network.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    plain = training()
    plain.run_epoch(lambda share: None)
    assert not torch.equal(plain.network.layers[2].weight, first.network.layers[2].weight)


def test_dropout_takes_no_micro_batches() -> None:
    with pytest.raises(SpecItError, match="what Dropout draws depends on what goes side by side; write micro_batch: n"):
        training(DROPOUT, ("micro_batch: null", "micro_batch: 8"))
