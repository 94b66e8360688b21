"""Objects found in pictures of which it is known what they show."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from tests.samples import generators as made_up
from tests.samples.generators import BLUE, PAPER, RED, SMALL

from specit.errors import SpecItError
from specit.samples.amounts import amounts
from specit.samples.find_objects import DOUBLED, FADED, MISSING, TORN, VERDICTS, WHOLE, find_objects
from specit.samples.match import match
from specit.samples.pieces import find_pieces

SIZES = pytest.mark.parametrize("of", [PAPER, SMALL], ids=["64", "32"])


@SIZES
@pytest.mark.parametrize("seed", range(5))
def test_real_pictures_are_whole(of: dict[str, Any], seed: int) -> None:
    """Also where objects touch, and where red lies over a corner of blue."""
    images = 500
    made = made_up.scenes(images, seed, of)
    blue, red = (ink.max(1) > 0 for ink in made_up.inks(made, of))
    covered = (blue & red).any((1, 2))
    assert covered.mean() > 0.05
    found = find_objects(made_up.perfect(images, seed, of), made_up.expected(of))
    assert found.good() >= 0.999
    assert found.good() == 1  # as it comes out
    assert (found.pieces == 1).all()
    np.testing.assert_allclose(found.strength, 1, atol=1e-6)
    np.testing.assert_allclose(found.wholeness, 1, atol=1e-5)
    np.testing.assert_allclose(found.area, 1, atol=1e-5)
    # Uncovered objects are found where they are; covered ones at the centroid of what is seen.
    np.testing.assert_allclose(found.centres[:, RED], made.positions[:, RED], atol=1e-4)
    np.testing.assert_allclose(found.centres[~covered, BLUE], made.positions[~covered, BLUE], atol=1e-4)
    assert np.abs(found.centres - made.positions).max() < 0.12 * of["size"]
    whole = made_up.expected(of).masks.sum((1, 2))
    np.testing.assert_allclose(found.mass[:, RED] * whole.min(), whole[made.shapes[:, RED]], rtol=1e-5)


@SIZES
def test_each_fault_has_its_word(of: dict[str, Any]) -> None:
    images = 200
    cases = [
        (made_up.missing(images, 0.2, of=of), RED, MISSING, 0.2),
        (made_up.doubled(images, 0.1, of=of), BLUE, DOUBLED, 0.1),
        (made_up.torn(images, 0.3, of=of), RED, TORN, 0.3),
        (made_up.faded(images, 0.5, of=of), RED, FADED, 1.0),
    ]
    for pictures, colour, verdict, share in cases:
        found = find_objects(pictures, made_up.expected(of))
        np.testing.assert_allclose(found.share(verdict)[colour], share, atol=0.011, err_msg=VERDICTS[verdict])
        np.testing.assert_allclose(found.good(), 1 - share, atol=1e-9)
        np.testing.assert_allclose(found.share(WHOLE)[1 - colour], 1)
        np.testing.assert_allclose(found.share(*range(5)), 1)


@pytest.mark.parametrize("fault", ["missing", "doubled", "torn"])
def test_good_pictures_become_rarer_as_a_fault_spreads(fault: str) -> None:
    shares = [0.0, 0.1, 0.35, 0.7, 1.0]
    generate = getattr(made_up, fault)
    good = [find_objects(generate(100, share, 3), made_up.expected()).good() for share in shares]
    np.testing.assert_allclose(good, 1 - np.array(shares), atol=1e-9)


@settings(max_examples=12, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_mass_and_strength_fall_with_fading(one: float, other: float) -> None:
    less, more = sorted([one, other])
    a, b = (find_objects(made_up.faded(6, fading), made_up.expected()) for fading in (less, more))
    assert (a.mass[:, RED] >= b.mass[:, RED] - 1e-6).all()
    assert (a.strength[:, RED] >= b.strength[:, RED] - 1e-6).all()
    whole, gone = (find_objects(made_up.faded(6, fading), made_up.expected()) for fading in (0.0, 1.0))
    apart = whole.mass[:, BLUE] == gone.mass[:, BLUE]  # elsewhere red covers a corner of blue
    assert apart.sum() >= 4
    np.testing.assert_array_equal(a.mass[apart, BLUE], b.mass[apart, BLUE])
    if less <= 0.8:  # where nothing is faint yet, they are what is left
        np.testing.assert_allclose(a.strength[:, RED], 1 - less, atol=1e-5)
        np.testing.assert_allclose(a.wholeness[:, RED], 1, atol=1e-4)


def test_from_whole_over_faded_to_missing() -> None:
    seen = [
        VERDICTS[find_objects(made_up.faded(1, fading), made_up.expected()).verdicts[0, RED]]
        for fading in np.linspace(0, 1, 21)
    ]
    changes = [seen[0], *(after for before, after in pairwise(seen) if after != before)]
    assert changes == ["whole", "faded", "missing"]


def test_where_and_how_large_do_not_depend_on_strength() -> None:
    real, pale = (find_objects(made_up.faded(50, fading), made_up.expected()) for fading in (0, 0.6))
    np.testing.assert_allclose(pale.centres, real.centres, atol=1e-4)
    np.testing.assert_allclose(pale.area, real.area, rtol=1e-4)
    np.testing.assert_array_equal(pale.pieces, real.pieces)


def test_pictures_need_not_be_perfect() -> None:
    """A canvas that is not quite white, noise and soft edges change no verdict."""
    pictures = made_up.perfect(200, 5)
    noise = np.random.default_rng(0).normal(0, 0.06, pictures.shape)
    soft = gaussian_filter(pictures, (0, 0, 0.8, 0.8))
    for worse in (pictures - 0.08, pictures + noise, soft, np.tanh(2 * pictures)):
        assert find_objects(worse, made_up.expected()).good() > 0.99


def test_other_colours_are_nothing() -> None:
    expected = made_up.expected()
    for colour in [(0, 0, 0), (0, 1, 0), (0.5, 0.5, 0.5), (1, 1, 1), (1, 1, 0), (0.95, 1, 0.95), (1, 0.9, 0.9)]:
        plain = np.broadcast_to(np.reshape(colour, (1, 3, 1, 1)), (1, 3, 64, 64)) * 2.0 - 1
        assert amounts(plain, expected).sum() == 0
        assert (find_objects(plain, expected).verdicts == MISSING).all()


def test_amounts_against_a_loop() -> None:
    """Pixel by pixel, from the angle between what a pixel lacks and what the colour lacks of white."""
    rng = np.random.default_rng(0)
    pictures = rng.uniform(-1.2, 1.2, (2, 3, 9, 8))
    expected = made_up.expected()
    found = amounts(pictures, expected)
    for n, row, column in np.ndindex(2, 9, 8):
        lacks = np.clip((1 - pictures[n, :, row, column]) / 2, 0, 1)
        for c, colour in enumerate(expected.colours):
            away = 1 - np.array(colour) / 255
            length = np.linalg.norm(lacks) * np.linalg.norm(away)
            degrees = np.degrees(np.arccos(np.clip(lacks @ away / length, -1, 1)))
            amount = lacks @ away / (away @ away)
            expect = 0.0 if degrees > 30 else min(max(min(amount, 2 * (amount - 0.1)), 0), 1)
            np.testing.assert_allclose(found[n, c, row, column], expect, atol=1e-5)
    assert ((found > 0).sum(1) <= 1).all()  # no pixel is of two colours


def test_pieces_against_a_flood() -> None:
    rng = np.random.default_rng(1)
    planes = np.where(rng.uniform(size=(6, 2, 12, 15)) < 0.3, rng.uniform(0.1, 1, (6, 2, 12, 15)), 0).astype(np.float32)
    found = find_pieces(planes, 1.5)
    for n, c in np.ndindex(6, 2):
        plane, seen, pieces = planes[n, c], set[tuple[int, int]](), []
        for start in zip(*np.nonzero(plane >= 0.25), strict=True):
            stack, piece = [start], []
            while stack:
                row, column = stack.pop()
                inside = 0 <= row < 12 and 0 <= column < 15
                if not inside or (row, column) in seen or plane[row, column] < 0.25:
                    continue
                seen.add((row, column))
                piece.append((row, column))
                stack += [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
            mass = sum(float(plane[pixel]) for pixel in piece)
            if mass >= 1.5:
                pieces.append((mass, np.average(np.array(piece)[:, ::-1], axis=0, weights=[plane[p] for p in piece])))
        assert found.number[n, c] == len(pieces)
        np.testing.assert_allclose(found.centres[n, c], max(pieces, key=lambda piece: piece[0])[1], rtol=1e-6)


def test_the_match_against_a_loop() -> None:
    rng = np.random.default_rng(2)
    planes = rng.uniform(size=(3, 2, 11, 9)).astype(np.float32)
    planes[rng.uniform(size=planes.shape) < 0.6] = 0
    masks = np.stack([np.ones((5, 5), bool), rng.uniform(size=(5, 5)) < 0.6])
    found = match(planes, masks)
    for n, c in np.ndindex(3, 2):
        best = (-1.0, 0.0)
        for mask in masks:
            for row, column in np.ndindex(7, 5):
                own, other = (planes[n, i, row : row + 5, column : column + 5][mask].sum() for i in (c, 1 - c))
                visible = mask.sum() - min(other, 0.2 * mask.sum())
                best = max(best, (own / (planes[n, c].sum() + visible - own), visible))
        np.testing.assert_allclose([found.iou[n, c], found.area[n, c]], best, rtol=1e-5)


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        (np.zeros((5, 1, 64, 64)), r"red, green and blue are needed, \(N, 3, H, W\), and these have the shape \(5, 1,"),
        (np.zeros((3, 64, 64)), r"these have the shape \(3, 64, 64\)"),
        (np.zeros((0, 3, 64, 64)), "There are no pictures to measure"),
        (np.zeros((1, 3, 64, 64), complex), "kept as complex128"),
        (np.zeros((2, 3, 16, 64)), r"Pictures of \(16, 64\) pixels have no room for an object of \(21, 21\)"),
    ],
)
def test_what_are_no_pictures(pictures: Any, words: str) -> None:
    with pytest.raises(SpecItError, match=words):
        find_objects(pictures, made_up.expected())


def test_numbers_that_are_not_finite() -> None:
    pictures = made_up.perfect(5)
    pictures[3, 0, 0, 0] = np.nan
    pictures[4, 0, 0, 0] = np.inf
    with pytest.raises(SpecItError, match=r"Picture 3 of 5 holds numbers that are not finite \(2 pictures do\)"):
        find_objects(pictures, made_up.expected())


def test_three_colours_one_shape() -> None:
    three = {"canvas": (96, 64), "objects": ("green", "yellow", "grey"), "shapes": ("square",), "range": (0.0, 1.0)}
    found = find_objects(made_up.perfect(100, of=PAPER | three), made_up.expected(PAPER | three))
    assert found.good() == 1
