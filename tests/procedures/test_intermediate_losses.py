"""Losses on what layers in the middle make: the obvious sum, whatever runs in one go and whatever works in place."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from specit.build.network import BuiltNetwork
from specit.data import make_examples, make_targets
from specit.procedures import SupervisedTraining
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.network import read_network

pytestmark = pytest.mark.usefixtures("one_thread")
CPU = torch.device("cpu")
SPEC = """
specit: 1
title: A guided painter
data:
  not_so_clevr: {canvas: [6, 8], square: 3, input: latent, latent: {size: 3, seed: 0}, coordinates: centred,
                 target: square, brightness: 1.0}
  split: {fraction: {test: 0.25, seed: 0}}
train:
  supervised:
    loss: binary_cross_entropy_with_logits
    intermediate_losses: BETWEEN
    optimizer: {Adam: {lr: 0.02}}
    l2: {coefficient: 0.01, on: kernels}
    schedule: constant
    batch_size: 8
    micro_batch: null
    last_batch: keep
    shuffle: each_epoch
    epochs: 4
    precision: float32
    weights: final
    evaluate: {test: 1, train: 2}
arms:
  one:
    network:
      - Input: {shape: [3]}
      - {Linear: {in_features: 3, out_features: 2}, as: place}
      - Tile: {size: [6, 8], into: channels}
      - CoordConv2d: {in_channels: 2, out_channels: 4, kernel_size: 1}
      - ReLU: {inplace: IN_PLACE}
      - {Conv2d: {in_channels: 4, out_channels: 1, kernel_size: 1}, as: picture}
      - LeakyReLU: {negative_slope: 0.5, inplace: false}
      - {Flatten: {}, as: point}
      - ReLU: {inplace: IN_PLACE}
      - Unflatten: {dim: 1, unflattened_size: [1, 6, 8]}
      - Conv2d: {in_channels: 1, out_channels: 1, kernel_size: 1}
"""
BETWEEN = """
      - {at: place, target: coordinates, weight: 0.7, loss: mse_loss}
      - {at: point, target: one_hot, weight: 0.1, loss: {cross_entropy: {label_smoothing: 0.2}}}
      - {at: point, target: one_hot, weight: 3, loss: binary_cross_entropy_with_logits}
      - {at: picture, target: square, weight: 0.5, loss: mse_loss}
"""


def training(between: str = BETWEEN, micro: str = "null", in_place: str = "false") -> SupervisedTraining:
    text = SPEC.replace("BETWEEN", between).replace("IN_PLACE", in_place)
    (point,) = Spec("one", parse(text.replace("micro_batch: null", f"micro_batch: {micro}"))).plan()
    return SupervisedTraining(point.lock, make_examples(point.lock), 0, CPU)


def doubled(run: SupervisedTraining) -> SupervisedTraining:
    run.network.double()
    run.inputs = run.inputs.double()
    for answer in [run.evaluation.answer, *(between.answer for between in run.between)]:
        double(answer)
    return run


def double(answer: Any) -> None:
    single = answer.target
    answer.target = lambda part: made.double() if (made := single(part)).is_floating_point() else made


def obvious(run: SupervisedTraining, batch: Tensor) -> Tensor:
    """One example after another: every layer by itself, every loss written out, the penalty at the end."""
    data = run.evaluation.examples
    square, point, place = (
        torch.from_numpy(make_targets(DATA, target)) for target in ("square", "one_hot", "coordinates")
    )
    total = torch.zeros((), dtype=torch.float64)
    stated = run.network.stated.layers
    for i in batch.tolist():
        made, x = {}, torch.from_numpy(data.inputs)[i : i + 1].double()
        for placed, layer in zip(stated, run.network.layers, strict=True):
            x = F.relu(x) if placed.name == "ReLU" else layer(x)
            made[placed.called] = x
        logits, white = x.flatten(), square[i].flatten().double()
        loss = -(white * F.logsigmoid(logits) + (1 - white) * F.logsigmoid(-logits)).mean()
        loss = loss + 0.7 * ((made["place"][0] - place[i].double()) ** 2).mean()
        pixels = made["point"][0]
        right = torch.eye(48, dtype=torch.float64)[int(point[i])]
        smooth = 0.8 * right + 0.2 / 48
        loss = loss - 0.1 * (smooth * torch.log_softmax(pixels, 0)).sum()
        loss = loss - 3 * (right * F.logsigmoid(pixels) + (1 - right) * F.logsigmoid(-pixels)).mean()
        loss = loss + 0.5 * ((made["picture"].flatten() - white) ** 2).mean()
        total = total + loss / len(batch)
    kernels = [layer.weight for layer in run.network.layers if isinstance(layer, torch.nn.Conv2d)]
    assert len(kernels) == 3
    return total + 0.01 * sum(kernel.square().sum() for kernel in kernels)


(POINT,) = Spec("one", parse(SPEC.replace("BETWEEN", BETWEEN).replace("IN_PLACE", "false"))).plan()
DATA = POINT.lock.dataset[1]


@pytest.mark.parametrize("micro", ["null", "1", "3", "8"])
@pytest.mark.parametrize("in_place", ["false", "true"])
def test_the_gradient_is_that_of_the_obvious_sum(micro: str, in_place: str) -> None:
    run = doubled(training(micro=micro, in_place=in_place))
    batch = torch.arange(2, 9)
    loss = run.add_gradients(batch)
    found = [parameter.grad for parameter in run.network.parameters()]
    expected_loss = obvious(run, batch)
    expected = torch.autograd.grad(expected_loss, list(run.network.parameters()))
    torch.testing.assert_close(loss, expected_loss.detach(), rtol=1e-12, atol=0)
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-12)
        assert a is not None
        assert a.abs().sum() > 0


def test_each_loss_counts_with_its_weight() -> None:
    """The whole is the loss of the output and the weighted others; a loss that is left out is missed."""
    batch = torch.arange(8)
    alone = training("null").add_gradients(batch).item()
    entries = [f"      - {line.strip()[2:]}\n" for line in BETWEEN.strip().splitlines()]
    parts = [training(f"\n{entry}").add_gradients(batch).item() - alone for entry in entries]
    assert all(part > 0 for part in parts)
    assert training().add_gradients(batch).item() == pytest.approx(alone + sum(parts), rel=1e-5)
    half = training(f"\n{entries[0].replace('0.7', '0.35')}").add_gradients(batch).item() - alone
    assert half == pytest.approx(parts[0] / 2, rel=1e-4)


def test_they_train_and_are_no_measure() -> None:
    run = training(micro="2")
    first = run.run_epoch(lambda _: None)["train_loss"]
    for _ in range(15):
        last = run.run_epoch(lambda _: None)["train_loss"]
    assert last < first
    assert set(run.evaluation.measures("test")) == {"test_accuracy", "test_iou"}


LAYERS = [
    "Tile: {size: [5, 4], into: channels}",
    "CoordConv2d: {in_channels: 2, out_channels: 4, kernel_size: 1}",
    "ReLU: {inplace: IN_PLACE}",
    "Identity: {}",
    "Conv2d: {in_channels: 4, out_channels: 3, kernel_size: 1}",
    "ReLU: {inplace: IN_PLACE}",
    "Conv2d: {in_channels: 3, out_channels: 3, kernel_size: 3, padding: 1}",
    "LeakyReLU: {inplace: IN_PLACE}",
    "Flatten: {}",
    "ReLU: {inplace: IN_PLACE}",
    "Linear: {in_features: 60, out_features: 2}",
]


def network(named: set[int], in_place: str) -> BuiltNetwork:
    entries = ["{Input: {shape: [2]}}", *(f"{{{layer}}}" for layer in LAYERS)]
    text = "\n".join(f"- {e[:-1]}, as: n{i}}}" if i in named else f"- {e}" for i, e in enumerate(entries))
    return BuiltNetwork(read_network(parse(text.replace("IN_PLACE", in_place)), {}, (2,)))


@pytest.mark.parametrize("in_place", ["false", "true"])
@pytest.mark.parametrize("named", [[i] for i in range(12)] + [[], [1, 2], [2, 5], [0, 3, 4, 8], list(range(12))])
def test_what_has_a_name_is_what_the_layer_made(named: list[int], in_place: str) -> None:
    """Wherever the names are, also within what runs in one go, and although the next layer works in place."""
    made = network(set(named), in_place)
    weights = network(set(), "false")
    weights.load_state_dict(made.state_dict())
    x = torch.tensor([[0.3, -1.2], [2.0, 0.5]])
    expected, y = [], x
    for layer in weights.layers:
        y = layer(y)
        expected.append(y.detach().clone())
    output, found = made.outputs(x.clone())
    torch.testing.assert_close(output, expected[-1], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(made(x.clone()), expected[-1], rtol=1e-5, atol=1e-6)
    assert list(found) == [f"n{i}" for i in named]
    for i in named:
        torch.testing.assert_close(found[f"n{i}"], expected[i], rtol=1e-5, atol=1e-6)
