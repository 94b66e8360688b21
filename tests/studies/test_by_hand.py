"""The networks built by hand are exact, at every place and on canvases of any shape; the printed one is not."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from specit.build import build
from specit.data import Examples, make_examples, not_so_clevr
from specit.spec.document import Point, Spec
from specit.spec.load import parse
from specit.studies import ROOT, find

pytestmark = pytest.mark.usefixtures("one_thread")
SPEC = find("coordconv/by_hand")
CANVASES = ["square", "wide", "30 × 61", "9 × 80", "80 × 11"]


def point(arm: str, canvas: str) -> Point:
    """Return an arm on a canvas of the spec, or on another one that takes the place of `wide`."""
    spec = SPEC
    if canvas not in ("square", "wide"):
        height, width = canvas.split(" × ")
        text = (ROOT / "coordconv" / "by_hand.yaml").read_text(encoding="utf-8")
        spec = Spec("by_hand", parse(text.replace("48, 80]", f"{height}, {width}]"), "by_hand.yaml"))
        canvas = "wide"
    (found,) = spec.plan("full", arms=[arm], choose={"canvas": [canvas]})
    return found


def answers(arm: str, canvas: str) -> tuple[Point, Examples, Tensor]:
    """Return the outputs for every place."""
    stated = point(arm, canvas)
    examples = make_examples(stated.lock)
    (network,) = build(stated.lock, seed=0).values()
    with torch.inference_mode():
        output = torch.cat([network(part) for part in torch.from_numpy(examples.inputs).split(256)])
    assert output.dtype == torch.float32
    return stated, examples, output


def places(canvas: tuple[int, int]) -> list[list[int]]:
    return [[x, y] for x in range(4, canvas[1] - 4) for y in range(4, canvas[0] - 4)]


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize(("arm", "weight"), [("classifier", 1), ("exercise", 10_000)])
def test_the_classifiers_are_exact_everywhere(arm: str, weight: float, canvas: str) -> None:
    stated, examples, output = answers(arm, canvas)
    height, width = examples.canvas
    assert examples.centres.tolist() == places(examples.canvas)
    assert len(examples.centres) == {"square": 3136, "wide": 2880}.get(canvas, len(examples.centres))
    guess = output.argmax(1).numpy()
    np.testing.assert_array_equal(np.stack([guess % width, guess // width], 1), examples.centres)
    assert stated.lock.parameters == 21
    # 1 - weight · (|x - i| + |y - j|), over the grid, at a few places
    i, j = np.arange(width) / (width - 1), np.arange(height) / (height - 1)
    for place in range(0, len(guess), 97):
        x, y = examples.centres[place] / np.array([width - 1, height - 1])
        logits = 1 - weight * (np.abs(y - j)[:, None] + np.abs(x - i)[None, :])
        np.testing.assert_allclose(output[place].numpy(), logits.ravel(), rtol=1e-5, atol=1e-6 * weight)


@pytest.mark.parametrize("canvas", CANVASES)
def test_the_softmax_of_the_exercise_is_one_hot_to_the_last_bit(canvas: str) -> None:
    _, examples, output = answers("exercise", canvas)
    expected = torch.nn.functional.one_hot(torch.from_numpy(examples.targets), output.shape[1]).float()
    assert torch.equal(torch.softmax(output, 1), expected)
    # and it is not without the large weight
    _, _, soft = answers("classifier", canvas)
    assert torch.softmax(soft, 1).max() < 0.5


@pytest.mark.parametrize("canvas", CANVASES)
def test_the_regressor_is_exact_everywhere(canvas: str) -> None:
    stated, examples, output = answers("regressor", canvas)
    found = not_so_clevr.to_pixels(output.numpy(), examples.canvas, "unit")
    np.testing.assert_allclose(found, places(examples.canvas), atol=1e-4)
    assert stated.lock.parameters == 12


@pytest.mark.parametrize("canvas", CANVASES)
def test_the_painter_paints_every_square_to_the_last_bit(canvas: str) -> None:
    stated, examples, output = answers("painter", canvas)
    assert stated.lock.parameters == 21 + 81
    for picture, (x, y) in zip(output[:, 0], places(examples.canvas), strict=True):
        assert picture[y - 4 : y + 5, x - 4 : x + 5].eq(1).all()
        assert picture.sum() == 81
        assert picture.abs().sum() == 81


@cache
def nearest(pixel: int, size: int) -> list[int]:
    """Where the grid index / (size - 1) is nearest to pixel / size, in exact arithmetic; two where that is a tie."""
    away = [abs(Fraction(pixel, size) - Fraction(index, size - 1)) for index in range(size)]
    return [index for index in range(size) if away[index] == min(away)]


def test_the_fraction_and_the_grid_part_at_the_middle() -> None:
    assert [nearest(pixel, 64) for pixel in (0, 4, 31, 32, 33, 59, 63)] == [[0], [4], [31], [31, 32], [32], [58], [62]]
    for size in (48, 64, 80):
        for pixel in range(size):
            right = nearest(pixel, size) == [pixel]
            assert right == (2 * pixel < size)
            assert len(nearest(pixel, size)) == (2 if 2 * pixel == size else 1)


@pytest.mark.parametrize("canvas", ["square", "wide"])
def test_the_printed_classifier_is_right_in_one_quarter_alone(canvas: str) -> None:
    """Against a loop over the grid: each place's answer is a pixel that is nearest in the printed code's terms."""
    _, examples, output = answers("classifier_as_printed", canvas)
    height, width = examples.canvas
    guess: NDArray[np.int64] = output.argmax(1).numpy()
    i, j = np.arange(width) / (width - 1), np.arange(height) / (height - 1)
    right = ties = 0
    for said, (x, y) in zip(guess.tolist(), places(examples.canvas), strict=True):
        logits = 1 - 5 * (np.abs(y / height - j)[:, None] + np.abs(x / width - i)[None, :])
        best = np.argwhere(logits >= logits.max() - 1e-9).tolist()
        assert best == [[row, column] for row in nearest(y, height) for column in nearest(x, width)]
        row, column = divmod(said, width)
        assert [row, column] in best
        if len(best) > 1:
            ties += 1
        else:
            assert ((column, row) == (x, y)) == (2 * x < width and 2 * y < height)
            assert (column, row) == (x - (2 * x > width), y - (2 * y > height))
        right += (column, row) == (x, y)
    surely = (width // 2 - 4) * (height // 2 - 4)
    assert ties == (width - 8) + (height - 8) - 1  # one column and one row
    assert surely <= right <= (width // 2 - 3) * (height // 2 - 3)
    if canvas == "square":
        assert surely == 28 * 28 == len(places((64, 64))) // 4


def test_why_ten_thousand_suffices() -> None:
    """A neighbour's logit is at least 126 lower, and exp(-126) is nothing at all in single precision."""
    assert 10_000 / 79 > 126
    assert np.exp(np.float32(-126)) == 0
