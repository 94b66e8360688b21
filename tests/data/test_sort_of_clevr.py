"""The pictures of Sort-of-Clevr, against an obvious loop, hand-computed numbers and the stated distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from specit.data import sort_of_clevr
from specit.data.examples import fingerprint
from specit.spec.datasets import Fraction, WithinTrain
from specit.spec.datasets.sort_of_clevr import COLOURS, SortOfClevr, places_within

PAPER: dict[str, Any] = {
    "canvas": (64, 64), "size": 10, "images": 500, "objects": ("blue", "red"), "shapes": ("square", "circle"),
    "least_distance": 20.0, "margin": 10, "range": (-1.0, 1.0), "seed": 0,
}  # fmt: skip


def stated(**others: Any) -> SortOfClevr:
    return SortOfClevr(**(PAPER | others))


def drawn(places: Any, shapes: Any, of: SortOfClevr) -> np.ndarray:
    """One picture, pixel by pixel, each object over those before."""
    height, width = of.canvas
    picture = np.full((3, height, width), 255)
    for (x, y), shape, colour in zip(places, shapes, of.objects, strict=True):
        for row in range(height):
            for column in range(width):
                across, down = abs(column - x), abs(row - y)
                if of.shapes[shape] == "square":
                    inside = across <= of.size and down <= of.size
                else:
                    inside = across**2 + down**2 <= of.size**2
                if inside:
                    picture[:, row, column] = COLOURS[colour]
    return picture


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"canvas": (32, 32), "size": 5, "least_distance": 10.0, "margin": 5},
        {"canvas": (20, 33), "size": 3, "least_distance": 0.0, "margin": 4},
        {"objects": ("green", "orange", "grey"), "canvas": (90, 70), "size": 6, "margin": 8},
        {"objects": ("yellow",), "shapes": ("circle",), "size": 1, "margin": 1, "canvas": (5, 9)},
    ],
)
def test_against_a_loop(others: dict[str, Any]) -> None:
    of = stated(images=12, **others)
    made = sort_of_clevr.make(of)
    assert made.pictures.dtype == np.uint8
    assert made.positions.dtype == np.int16
    assert made.pictures.shape == (12, *of.picture_shape)
    expected = [drawn(places.tolist(), shapes, of) for places, shapes in zip(made.positions, made.shapes, strict=True)]
    np.testing.assert_array_equal(made.pictures, expected)
    again = sort_of_clevr.make(of)
    assert all((a == b).all() for a, b in zip(made, again, strict=True))


def test_known_by_heart() -> None:
    """Squares of 21 × 21, circles of 317 pixels; centres from 10 to 53; every object whole but for what covers it."""
    of = stated(images=1000)
    made = sort_of_clevr.make(of)
    assert sort_of_clevr.masks(of).sum((1, 2)).tolist() == [441, 317]
    assert sort_of_clevr.masks(stated(size=5))[1].sum() == 81
    assert (made.positions.min(), made.positions.max()) == (10, 53)
    red = (made.pictures == np.array([255, 0, 0])[:, None, None]).all(1).sum((1, 2))
    np.testing.assert_array_equal(red, np.where(made.shapes[:, 1] == 0, 441, 317))
    seen = np.unique(made.pictures.astype(np.int32).transpose(0, 2, 3, 1) @ [0x10000, 0x100, 1])
    assert {f"{colour:06x}" for colour in seen} == {"ffffff", "0000ff", "ff0000"}


def test_a_circle_by_hand() -> None:
    rows = ["..#..", ".###.", "#####", ".###.", "..#.."]
    assert sort_of_clevr.masks(stated(size=2))[1].tolist() == [[pixel == "#" for pixel in row] for row in rows]


def test_the_distribution() -> None:
    made = sort_of_clevr.make(stated(images=20000, seed=5))
    blue, red = made.positions[:, 0].astype(int), made.positions[:, 1].astype(int)
    assert (((blue - red) ** 2).sum(1) >= 400).all()
    assert (((blue - red) ** 2).sum(1) == 400).any()  # exactly as far apart as stated is far enough
    for axis in (0, 1):  # the first object is uniform: χ² of 43 degrees of freedom
        counts = np.bincount(blue[:, axis] - 10, minlength=44)
        assert (((counts - 20000 / 44) ** 2) / (20000 / 44)).sum() < 86
    np.testing.assert_allclose(made.shapes.mean(0), 0.5, atol=0.015)
    assert abs(np.corrcoef(made.shapes.T)[0, 1]) < 0.03
    # The second is uniform over what the first leaves, as drawing anew leaves it: against an enumeration of all pairs
    grid = np.stack(np.meshgrid(np.arange(10, 54), np.arange(10, 54), indexing="ij"), -1).reshape(-1, 2)
    apart = ((grid[:, None] - grid[None]) ** 2).sum(-1) >= 400
    chance = (apart / apart.sum(1, keepdims=True)).mean(0).reshape(4, 11, 4, 11).sum((1, 3))
    found = np.histogram2d(*red.T, bins=4, range=[[9.5, 53.5]] * 2)[0] / 20000
    np.testing.assert_allclose(found, chance, atol=4 * np.sqrt(chance.max() / 20000))


def test_seeds() -> None:
    a, b = (sort_of_clevr.make(stated(seed=seed)) for seed in (0, 1))
    assert (a.positions != b.positions).any(axis=(0, 2)).all()
    assert (a.shapes != b.shapes).any()
    # Literal, so that no version of anything may change the data unnoticed.
    assert fingerprint(*a)[:16] == "7d2a46754192ad20"


def test_scaled() -> None:
    every = np.arange(256, dtype=np.uint8)
    np.testing.assert_allclose(sort_of_clevr.scaled(every, (-1.0, 1.0)), every / 127.5 - 1.0, atol=1e-6)
    np.testing.assert_allclose(sort_of_clevr.scaled(every, (0.0, 1.0)), every / 255, atol=1e-6)
    assert sort_of_clevr.scaled(every, (0.0, 1.0)).dtype == np.float32


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"canvas": (21, 21)}, None),
        ({"canvas": (20, 64)}, r"leaves no place for a centre 10 pixels inside; state a canvas of 21 pixels a side"),
        ({"margin": 9}, "a margin of 9 would cut objects of size 10 off at the border; state a margin of 10 or more"),
        (
            {"canvas": (40, 40)},
            r"the canvas \[40, 40\] is too small for 2 objects that keep 20 pixels apart: of 400 places for a centre "
            "the others may rule out 400",
        ),
        ({"objects": ("blue", "red", "green")}, "is too small for 3 objects that keep 20 pixels apart"),
        ({"objects": ("red", "red")}, "names 'red' twice among its objects"),
        ({"shapes": ("circle", "circle")}, "names 'circle' twice among its shapes"),
        ({"images": 0}, "greater than or equal to 1"),
        ({"images": 100_000}, "100,000 pictures of 64 × 64 pixels in three colours would fill more than 1 GiB"),
        (
            {"range": (1.0, -1.0)},
            r"range \[black, bright\] that goes up, such as \[-1, 1\], and not \[1.0, -1.0\]",
        ),
        ({"range": (0.0, float("inf"))}, "needs a range"),
        ({"canvas": (8192, 64)}, "at most 4,096 pixels a side"),
        ({"objects": ()}, "at least 1 item"),
        ({"seed": -1}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_made(others: dict[str, Any], words: str | None) -> None:
    if words is None:
        assert stated(objects=("red",), **others).images == 500
        return
    with pytest.raises(ValidationError, match=words):
        stated(**others)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.floats(0, 15))
def test_places_within_are_those_a_centre_rules_out(rows: int, columns: int, distance: float) -> None:
    """And no other centre rules out more: so two objects always find room if the count is below all places."""
    grid = np.stack(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"), -1).reshape(-1, 2)
    squares = ((grid[:, None] - grid[None]) ** 2).sum(-1)
    most = int((squares < distance**2).sum(1).max())
    assert places_within(rows, columns, distance) == most


def test_the_tightest_canvas_ends() -> None:
    """One place fewer and the second object of some picture would have none."""
    sides = [side for side in range(3, 20) if _fits(side)]
    tight = sides[0]
    assert not _fits(tight - 1)
    made = sort_of_clevr.make(stated(canvas=(tight, tight), size=1, margin=1, least_distance=6.0, images=200))
    assert (np.hypot(*(made.positions[:, 0] - made.positions[:, 1]).T) >= 6).all()


def _fits(side: int) -> bool:
    try:
        stated(canvas=(side, side), size=1, margin=1, least_distance=6.0)
    except ValidationError:
        return False
    return True


def test_a_split_within_the_training_pictures_leaves_the_test_pictures_out() -> None:
    outer = Fraction(test=0.2, seed=1)
    again = {"fraction": {"test": 0.25, "seed": 2}}
    nested = WithinTrain.model_validate({"of": {"fraction": outer.model_dump()}, "again": again})
    whole, part = (sort_of_clevr.pictures(stated(images=50), split) for split in (outer, nested))
    assert (part.bytes == whole.bytes[whole.train]).all()
    assert (len(part.train), len(part.test)) == (30, 10)
