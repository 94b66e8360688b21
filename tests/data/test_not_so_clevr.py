"""The generated data, against numbers known by heart and an obvious loop."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from specit.data import make_examples, not_so_clevr
from specit.data.examples import fingerprint
from specit.data.splits import in_test
from specit.errors import SpecItError
from specit.spec.datasets import Bernoulli, Fraction, NotSoClevr, Quadrant
from specit.studies import find


def stated(canvas: tuple[int, int] = (64, 64), square: int = 9, coordinates: Any = "raw") -> NotSoClevr:
    return NotSoClevr(canvas=canvas, square=square, input="coordinates", coordinates=coordinates, target="one_hot")


PAPER = stated()


def drawn(canvas: tuple[int, int], square: int) -> list[tuple[int, int, np.ndarray]]:
    """An obvious loop: every place where the whole square lies on the canvas, with its picture and centre."""
    found = []
    for left in range(canvas[1] - square + 1):
        for top in range(canvas[0] - square + 1):
            image = np.zeros(canvas, dtype=np.uint8)
            for row in range(top, top + square):
                for column in range(left, left + square):
                    image[row, column] = 1
            rows, columns = np.nonzero(image)
            # the middle pixel; of four middle pixels the upper left one
            found.append((int(np.floor(columns.mean())), int(np.floor(rows.mean())), image))
    return found


def test_the_papers_numbers() -> None:
    places = not_so_clevr.centres(PAPER)
    assert places.shape == (3136, 2)
    assert places[0].tolist() == [4, 4]
    assert places[1].tolist() == [4, 5]  # the row runs inside
    assert places[-1].tolist() == [59, 59]
    assert len({tuple(place) for place in places.tolist()}) == 56 * 56


@pytest.mark.parametrize(
    ("canvas", "square"),
    [((12, 12), 3), ((10, 10), 9), ((7, 12), 3), ((12, 7), 5), ((9, 6), 4), ((6, 9), 2), ((5, 5), 1), ((6, 6), 6), ((1, 4), 1)],
)  # fmt: skip
def test_against_a_loop(canvas: tuple[int, int], square: int) -> None:
    expected = drawn(canvas, square)
    data = stated(canvas, square)
    assert not_so_clevr.centres(data).tolist() == [[x, y] for x, y, _ in expected]
    images = not_so_clevr.images(data)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, np.stack([image for *_, image in expected]))
    assert not_so_clevr.positions(data).tolist() == [int(np.ravel_multi_index((y, x), canvas)) for x, y, _ in expected]
    np.testing.assert_array_equal(not_so_clevr.coordinates(data), [[x, y] for x, y, _ in expected])


def test_every_picture_shows_the_whole_square() -> None:
    images = not_so_clevr.images(PAPER)
    assert images.shape == (3136, 64, 64)
    assert set(images.sum((1, 2)).tolist()) == {81}
    places = not_so_clevr.centres(PAPER)
    for i in (0, 1, 1700, 3135):
        x, y = places[i].tolist()
        assert images[i, y - 4 : y + 5, x - 4 : x + 5].all()


def test_centred_coordinates() -> None:
    data = stated((9, 5), 1, "centred")
    found = not_so_clevr.coordinates(data)
    assert found.dtype == np.float32
    expected = [[x / 4 * 2 - 1, y / 8 * 2 - 1] for x in range(5) for y in range(9)]
    np.testing.assert_allclose(found, expected, atol=1e-7)
    assert found[0].tolist() == [-1, -1]
    assert found[-1].tolist() == [1, 1]
    assert np.isfinite(not_so_clevr.coordinates(stated((1, 4), 1, "centred"))).all()
    paper = not_so_clevr.coordinates(stated(coordinates="centred"))
    np.testing.assert_allclose([paper.min(), paper.max()], [4 / 63 * 2 - 1, 59 / 63 * 2 - 1], rtol=1e-6)


@pytest.mark.parametrize(
    ("split", "train", "test"),
    [
        (Bernoulli(test=0.25, seed=20202), 2368, 768),
        (Quadrant(x_over=32, y_over=32), 2407, 729),
        (Quadrant(x_over=31, y_over=31), 3136 - 784, 784),
        (Fraction(test=0.2, seed=0), 2509, 627),
        (Fraction(test=0.5, seed=7), 1568, 1568),
    ],
)
def test_counts(split: Any, train: int, test: int) -> None:
    chosen = in_test(split, not_so_clevr.centres(PAPER))
    assert chosen.dtype == np.bool_
    assert ((~chosen).sum(), chosen.sum()) == (train, test)


def test_splits_against_loops() -> None:
    places = not_so_clevr.centres(PAPER)
    np.random.seed(20202)
    released = [np.random.uniform() < 0.25 for _ in range(3136)]  # as the released generator draws
    assert in_test(Bernoulli(test=0.25, seed=20202), places).tolist() == released
    quadrant = [x / 64 > 0.5 and y / 64 > 0.5 for x, y in places.tolist()]
    assert in_test(Quadrant(x_over=32, y_over=32), places).tolist() == quadrant
    # columns and rows have limits of their own
    lopsided = in_test(Quadrant(x_over=50, y_over=10), places)
    assert lopsided.tolist() == [x > 50 and y > 10 for x, y in places.tolist()]
    a, b = (in_test(Fraction(test=0.2, seed=seed), places) for seed in (0, 1))
    assert (a != b).any()


@pytest.mark.parametrize(
    ("split", "words"),
    [
        (Quadrant(x_over=59, y_over=0), "The split quadrant leaves no test examples of 3136"),
        (Quadrant(x_over=-1, y_over=-1), "The split quadrant leaves no training examples of 3136"),
        (Fraction(test=1e-6, seed=0), "The split fraction leaves no test examples of 3136"),
        (Fraction(test=0.99999, seed=0), "The split fraction leaves no training examples of 3136"),
        (Bernoulli(test=1e-9, seed=0), "The split bernoulli leaves no test examples of 3136"),
    ],
)
def test_an_empty_part_is_refused(split: Any, words: str) -> None:
    with pytest.raises(SpecItError, match=words):
        in_test(split, not_so_clevr.centres(PAPER))


def test_a_single_place_cannot_be_split() -> None:
    with pytest.raises(SpecItError, match="examples of 1"):
        in_test(Fraction(test=0.5, seed=0), not_so_clevr.centres(stated((9, 9), 9)))


GOLDEN_DATA = {
    "raw": "085432f1b7352d89",
    "centred": "9cc861099299dfda",
}
GOLDEN_SPLIT = {
    ("uniform", "released"): "7e6ee82ef9ae8904",
    ("uniform", "text"): "63000a007e59da66",
    ("quadrant", "released"): "c011e93e986eb35e",
    ("quadrant", "text"): "c868dfdfba5fdcf0",
}


def test_fingerprints() -> None:
    """Literal, so that no version of anything may change the data unnoticed; and the same twice."""
    seen = set()
    for point in find("coordconv/classification").plan(arms=["coordconv"], readings="all"):
        if point.selection["tile"] == "plane":
            continue
        found = make_examples(point.lock).fingerprints()
        assert found == make_examples(point.lock).fingerprints()
        where = point.selection["split"], point.selection["recipe"]
        seen.add(where)
        assert found["data"][:16] == GOLDEN_DATA[point.selection["scale"]]
        assert found["split"][:16] == GOLDEN_SPLIT[where]
    assert seen == set(GOLDEN_SPLIT)


def test_a_fingerprint_sees_values_shape_and_type() -> None:
    array = np.arange(6, dtype=np.int32)
    others = [array.reshape(2, 3), array.astype(np.int64), array.astype(np.float32), array[::-1], array + 1]
    assert len({fingerprint(other) for other in [array, *others]}) == 6
    assert fingerprint(array.astype(">i4")) == fingerprint(array)
    assert fingerprint(np.arange(12, dtype=np.int32)[::2] // 2) == fingerprint(array)
    assert fingerprint(array, array) != fingerprint(array)


def test_examples() -> None:
    lock = find("coordconv/classification").plan(arms=["coordconv"])[0].lock
    examples = make_examples(lock)
    assert examples.inputs.dtype == np.float32
    assert examples.targets.dtype == np.int64
    assert sorted([*examples.train, *examples.test]) == list(range(3136))
    assert not examples.in_test[examples.train].any()
    assert examples.in_test[examples.test].all()
    x, y = examples.centres.astype(int).T
    np.testing.assert_array_equal(examples.targets, y * 64 + x)


def test_data_need_numpy_and_nothing_larger() -> None:
    code = (
        "import sys, specit.data; print([m for m in ('torch', 'scipy', 'sklearn', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
