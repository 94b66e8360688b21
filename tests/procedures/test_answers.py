"""What a network answers with: painted pixels, overlap, exactness and distance, against slow loops and by hand."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from specit.data import make_examples, make_targets
from specit.procedures import SupervisedTraining
from specit.procedures.answers import ANSWERS, Answer
from specit.procedures.answers.painting import intersection_over_union, painted, probability
from specit.spec.datasets import NotSoClevr
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.measures import taken
from specit.spec.training.losses import LOSSES_FOR

pytestmark = pytest.mark.usefixtures("one_thread")
BCE = "binary_cross_entropy_with_logits"
CPU = torch.device("cpu")


def data(target: Any, canvas: tuple[int, int] = (6, 8), **more: Any) -> NotSoClevr:
    if target == "square":
        more.setdefault("brightness", 1.0)
    more.setdefault("coordinates", "unit")
    return NotSoClevr(canvas=canvas, square=3, input="coordinates", target=target, **more)


def answer(stated: NotSoClevr, loss: str) -> Answer:
    return ANSWERS[stated.target](stated, loss, torch.from_numpy(make_targets(stated, stated.target)))


def everything(stated: NotSoClevr) -> Tensor:
    return torch.arange((stated.canvas[0] - stated.square + 1) * (stated.canvas[1] - stated.square + 1))


def slow_overlap(output: Tensor, picture: Tensor, loss: str) -> float:
    """Count pixels one by one: what is both painted and square, weighed by brightness, over what is either."""
    both, either = 0.0, 0
    for said, true in zip(output.flatten().tolist(), picture.flatten().tolist(), strict=True):
        brush = said > 0 if loss == BCE else said > 0.5
        both += true if brush else 0.0
        either += brush or true > 0
    return both / either


@pytest.mark.parametrize("brightness", [1.0, 128 / 255])
@pytest.mark.parametrize("loss", [BCE, "mse_loss"])
def test_overlap_of_squares_is_that_of_a_slow_loop(loss: str, brightness: float) -> None:
    stated = data("square", brightness=brightness)
    made = answer(stated, loss)
    indices = everything(stated)[::3]
    pictures = torch.from_numpy(make_targets(stated, "square"))[indices]
    generator = torch.Generator().manual_seed(0)
    output = pictures * 2 + torch.randn(pictures.shape, generator=generator)
    slow = [slow_overlap(said, true, loss) for said, true in zip(output, pictures, strict=True)]
    assert 0 < min(slow) < max(slow) < 1
    sums = made.sums(indices, output)
    assert sums["iou"] == pytest.approx(sum(slow), rel=1e-6)
    kept = made.kept([(part, output[i * 3 : i * 3 + 3]) for i, part in enumerate(indices.split(3))])["iou"]
    np.testing.assert_allclose(kept, slow, rtol=1e-3)  # half precision is enough for a figure
    assert kept.dtype == np.float16


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12).filter(lambda p: any(t for _, t in p))
)
def test_overlap_with_white_is_that_of_sets(pixels: list[tuple[bool, bool]]) -> None:
    said = {i for i, (brush, _) in enumerate(pixels) if brush}
    true = {i for i, (_, square) in enumerate(pixels) if square}
    brushed, target = (torch.tensor([[pixel[k] for pixel in pixels]]) for k in (0, 1))
    found = intersection_over_union(brushed, target.float()).item()
    assert found == pytest.approx(len(said & true) / len(said | true))
    assert (found == 1) == (said == true)


@pytest.mark.parametrize("loss", [BCE, "mse_loss"])
def test_a_perfect_painting(loss: str) -> None:
    """Exactly 1 for a white square; a grey one caps the released measure at its own brightness."""
    for brightness, best in [(1.0, 1.0), (128 / 255, 128 / 255)]:
        stated = data("square", brightness=brightness)
        made, indices = answer(stated, loss), everything(stated)
        inside = torch.from_numpy(make_targets(stated, "square")) > 0
        output = torch.where(inside, 0.75, -0.75)
        sums = made.sums(indices, output)
        assert sums["accuracy"] == len(indices)
        if brightness == 1:
            assert sums["iou"] == len(indices)  # to the last bit: training may stop at 1.0
        assert sums["iou"] / len(indices) == pytest.approx(best, rel=1e-6)
        assert made.sums(indices, torch.zeros_like(output)) == {"accuracy": 0, "iou": 0}
        everywhere = made.sums(indices, torch.ones_like(output))
        assert everywhere["iou"] / len(indices) == pytest.approx(best * 9 / 48, rel=1e-6)


def test_where_paint_begins() -> None:
    """A logit over 0, or a value over a half: at the border itself nothing is painted."""
    above = torch.tensor([-1e-7, 0.0, 1e-7, 0.5, torch.nextafter(torch.tensor(0.5), torch.tensor(1.0)).item()])
    assert painted(above, BCE).tolist() == [False, False, True, True, True]
    assert painted(above, "mse_loss").tolist() == [False, False, False, False, True]
    assert not painted(torch.tensor([math.nan]), BCE).any()
    logits = torch.linspace(-4, 4, 9)
    torch.testing.assert_close(probability(logits, BCE), 1 / (1 + torch.exp(-logits)))
    assert probability(torch.tensor([-0.5, 0.25, 1.5]), "mse_loss").tolist() == [0, 0.25, 1]
    for loss in (BCE, "mse_loss"):  # both ways of saying it agree
        assert (painted(logits, loss) == (probability(logits, loss) > 0.5)).all()


@pytest.mark.parametrize("loss", [BCE, "mse_loss"])
def test_a_picture_is_right_when_every_pixel_is(loss: str) -> None:
    stated = data("square")
    made, index = answer(stated, loss), torch.tensor([5])
    right = torch.from_numpy(make_targets(stated, "square"))[5:6] * 2 - 0.9
    assert made.sums(index, right)["accuracy"] == 1
    for pixel in range(48):
        wrong = right.clone()
        wrong.view(-1)[pixel] *= -1
        assert made.sums(index, wrong)["accuracy"] == 0


@pytest.mark.parametrize("way", ["raw", "centred", "unit", "fraction"])
def test_coordinates_are_measured_in_pixels(way: Any) -> None:
    """On 6 rows and 8 columns: what is written another way is undone by hand, then rounded."""
    stated = data("coordinates", coordinates=way)
    made, indices = answer(stated, "mse_loss"), everything(stated)
    target = made.target(indices)
    perfect = made.sums(indices, target)
    assert perfect["accuracy"] == len(indices) == 24
    assert perfect["euclidean"] == pytest.approx(0, abs=1e-4)
    step = {"raw": (1, 1), "centred": (2 / 7, 2 / 5), "unit": (1 / 7, 1 / 5), "fraction": (1 / 8, 1 / 6)}[way]
    for (dx, dy), right in [((0.49, -0.49), 24), ((0.51, 0), 0), ((0, -0.51), 0), ((3, 4), 0)]:
        moved = target + torch.tensor([dx * step[0], dy * step[1]])
        sums = made.sums(indices, moved)
        assert sums["accuracy"] == right
        assert sums["euclidean"] / 24 == pytest.approx(math.hypot(dx, dy), rel=1e-4)
        assert sums["manhattan"] / 24 == pytest.approx(abs(dx) + abs(dy), rel=1e-4)
    kept = made.kept([(part, target[part]) for part in indices.split(7)])["predicted_xy"]
    np.testing.assert_allclose(kept, [[x, y] for x in range(1, 7) for y in range(1, 5)], atol=1e-4)
    assert made.probed(target) == {}


def test_a_pixel_under_cross_entropy_is_an_index_and_else_a_picture() -> None:
    stated = data("one_hot")
    indices = torch.tensor([0, 7, 23])
    assert answer(stated, "cross_entropy").target(indices).tolist() == [9, 34, 38]
    for loss in (BCE, "mse_loss"):
        made = answer(stated, loss)
        pictures = made.target(indices)
        assert (pictures.shape, pictures.dtype) == ((3, 48), torch.float32)
        assert pictures.sum() == 3
        assert [picture.argmax().item() for picture in pictures] == [9, 34, 38]


@pytest.mark.parametrize("loss", ["cross_entropy", BCE, "mse_loss"])
def test_pixels_against_a_slow_loop(loss: str) -> None:
    stated = data("one_hot")
    made, indices = answer(stated, loss), everything(stated)[2::5]
    output = torch.randn(len(indices), 48, generator=torch.Generator().manual_seed(1))
    truth = make_targets(stated, "one_hot")[indices]
    output[0, truth[0]] = 9  # one of them is right
    expected = dict.fromkeys(taken("one_hot", loss), 0.0)
    for row, true in zip(output.double(), truth.tolist(), strict=True):
        said = max(range(48), key=lambda pixel: row[pixel].item())
        (y, x), (true_y, true_x) = divmod(said, 8), divmod(true, 8)
        expected["accuracy"] += said == true
        expected["euclidean"] += math.hypot(x - true_x, y - true_y)
        expected["manhattan"] += abs(x - true_x) + abs(y - true_y)
        expected["cross_entropy"] += -math.log(math.exp(row[true]) / sum(map(math.exp, row.tolist())))
        if loss != "cross_entropy":
            expected["iou"] += slow_overlap(row, torch.eye(48)[true], loss)
    assert made.sums(indices, output) == pytest.approx(expected, rel=1e-6)
    assert expected["accuracy"] == 1


@pytest.mark.parametrize(("target", "loss"), [(target, loss) for target in LOSSES_FOR for loss in LOSSES_FOR[target]])
def test_what_is_measured_is_what_a_spec_may_count_on(target: str, loss: str) -> None:
    made = answer(data(target), loss)
    output = torch.randn(2, *data(target).output_shape)
    assert tuple(made.sums(torch.tensor([0, 3]), output)) == taken(target, loss)


def test_probes_show_the_whole_output() -> None:
    picture = torch.linspace(-1, 2, 96).view(2, 1, 6, 8)
    shown = answer(data("square"), "mse_loss").probed(picture)["probe_output"]
    assert (shown.shape, shown.dtype) == ((2, 6, 8), np.float16)
    np.testing.assert_allclose(shown, picture[:, 0].clamp(0, 1), atol=1e-3)
    np.testing.assert_allclose(
        answer(data("square"), BCE).probed(picture)["probe_output"], torch.sigmoid(picture[:, 0]), atol=1e-3
    )
    logits = answer(data("one_hot"), BCE).probed(picture.view(2, 48))["probe_logits"]
    np.testing.assert_array_equal(logits, picture[:, 0])


SPEC = """
specit: 1
title: Answers
data:
  not_so_clevr: {DATA}
  split: {fraction: {test: 0.25, seed: 0}}
train:
  supervised:
    loss: LOSS
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
      - Input: {shape: SHAPE}
"""
PAINT = """      - Tile: {size: [6, 8], into: channels}
      - CoordConv2d: {in_channels: 2, out_channels: 3, kernel_size: 1}
      - ReLU
      - PositionEmbedding2d: {channels: 3, size: [6, 8], combine: add}
      - LocallyConnected2d: {in_channels: 3, out_channels: 2, size: [6, 8], kernel_size: 1, padding: 0, bias: true}
      - Conv2d: {in_channels: 2, out_channels: 1, kernel_size: 3, padding: 1}
"""
TASKS = {
    "square": ("[2]", PAINT),
    "one_hot": ("[2]", PAINT + "      - Flatten\n"),
    "coordinates": (
        "[1, 6, 8]",
        "      - CoordConv2d: {in_channels: 1, out_channels: 2, kernel_size: 2}\n      - Flatten\n"
        "      - Linear: {in_features: 70, out_features: 2}\n",
    ),
}
LOSS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": lambda said, true: F.cross_entropy(said, true),
    BCE: lambda said, true: -(true * F.logsigmoid(said) + (1 - true) * F.logsigmoid(-said)).mean(),
    "mse_loss": lambda said, true: ((said - true) ** 2).mean(),
}


def training(target: str, loss: str, micro: str = "null") -> SupervisedTraining:
    said = "canvas: [6, 8], square: 3, input: coordinates, coordinates: centred"
    if target == "coordinates":
        said = "canvas: [6, 8], square: 3, input: one_hot, coordinates: unit"
    said += f", target: {target}" + (", brightness: 1.0" if target == "square" else "")
    shape, layers = TASKS[target]
    text = (SPEC + layers).replace("DATA", said).replace("LOSS", loss).replace("SHAPE", shape)
    (point,) = Spec("one", parse(text.replace("micro_batch: null", f"micro_batch: {micro}"))).plan()
    run = SupervisedTraining(point.lock, make_examples(point.lock), 0, CPU)
    run.network.double()
    run.inputs = run.inputs.double()
    answers: Any = run.evaluation.answer
    single = answers.target
    answers.target = lambda indices: single(indices).double()
    return run


@pytest.mark.parametrize(
    ("target", "loss"), [("square", BCE), ("square", "mse_loss"), ("one_hot", BCE), ("coordinates", "mse_loss")]
)
def test_gradients_whatever_the_micro_batch(target: str, loss: str) -> None:
    """The obvious loop, an example at a time, and the penalty of the convolutions' weights alone."""
    batch = torch.arange(3, 10)
    for micro in ("null", "1", "2", "7", "50"):
        run = training(target, loss, micro)
        found_loss = run.add_gradients(batch)
        found = [p.grad for p in run.network.parameters()]
        total = torch.zeros((), dtype=torch.float64)
        for i in batch.tolist():
            true = run.evaluation.answer.target(torch.tensor([i]))
            total = total + LOSS[loss](run.network(run.inputs[i : i + 1]), true) / len(batch)
        for name, kernel in run.network.named_parameters():
            layer = run.network.stated.layers[int(name.split(".")[1])].name
            if name.endswith("weight") and layer in ("CoordConv2d", "Conv2d", "LocallyConnected2d"):
                total = total + 0.01 * kernel.square().sum()
        expected = torch.autograd.grad(total, list(run.network.parameters()))
        torch.testing.assert_close(found_loss, total.detach(), rtol=1e-10, atol=1e-12)
        for a, b in zip(found, expected, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-12)


def test_which_weights_are_kernels() -> None:
    """Those of convolutions, locally connected ones among them; not of dense layers, embeddings or normalisation."""
    run = training("square", BCE)
    layers = run.network.stated.layers
    ids = {id(kernel) for kernel in run.kernels}
    pairs = zip(layers, run.network.layers, strict=True)
    mine = [placed.name for placed, module in pairs if id(getattr(module, "weight", None)) in ids]
    assert mine == ["CoordConv2d", "LocallyConnected2d", "Conv2d"]
    assert len(run.kernels) == 3
    assert [kernel.shape for kernel in training("coordinates", "mse_loss").kernels] == [(2, 3, 2, 2)]


def test_a_penalty_on_no_kernels_is_none() -> None:
    """A dense network has no convolutions' weights, so nothing is added to its loss."""
    text = (
        (SPEC + "      - Linear: {in_features: 2, out_features: 2}\n")
        .replace("SHAPE", "[2]")
        .replace("LOSS", "mse_loss")
    )
    text = text.replace("DATA", "canvas: [6, 8], square: 3, input: coordinates, coordinates: unit, target: coordinates")
    found = []
    for said in (text, text.replace("    l2: {coefficient: 0.01, on: kernels}\n", "")):
        (point,) = Spec("dense", parse(said)).plan()
        run = SupervisedTraining(point.lock, make_examples(point.lock), 0, CPU)
        assert run.kernels == []
        found.append(run.add_gradients(torch.arange(8)).item())
    assert found[0] == found[1] > 0


def test_measures_are_means_over_a_part() -> None:
    run = training("square", BCE)
    run.network.float()
    run.evaluation.batch = 5
    both = {part: run.evaluation.measures(part) for part in ("train", "test")}
    for part, indices in (("train", run.examples.train), ("test", run.examples.test)):
        with torch.no_grad():
            output = run.network(run.inputs[torch.from_numpy(indices)].float())
        pictures = torch.from_numpy(run.examples.targets)[torch.from_numpy(indices)]
        slow = [slow_overlap(said, true, BCE) for said, true in zip(output, pictures, strict=True)]
        assert both[part][f"{part}_iou"] == pytest.approx(np.mean(slow), rel=1e-6)
    assert set(itertools.chain(*both.values())) == {"train_iou", "train_accuracy", "test_iou", "test_accuracy"}
