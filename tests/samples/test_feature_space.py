"""Precision, recall and MMD², against slow definitions and on generators with known faults."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from tests.samples import generators as made_up

from specit.errors import SpecItError
from specit.samples import feature_space
from specit.samples.feature_space import WIDTHS, FeatureSpace, features, measure_features, mmd2, precision_and_recall
from specit.samples.find_objects import find_objects
from specit.samples.positions import measure_positions

IMAGES = 300


@pytest.fixture(scope="module")
def real() -> Any:
    return made_up.perfect(2 * IMAGES, 99)


def measured(pictures: Any, real: Any) -> FeatureSpace:
    return measure_features(pictures, real, made_up.expected())


def test_real_pictures_are_as_good_as_real_ones_are(real: Any) -> None:
    for seed in range(2):
        found = measured(made_up.perfect(IMAGES, seed), real)
        assert found.precision > 0.9
        assert found.recall > 0.9
        assert abs(found.precision - found.real_precision) < 0.06
        assert abs(found.recall - found.real_recall) < 0.06
        assert np.abs([*found.mmd2, *found.real_mmd2]).max() < 4e-3


def test_each_fault_costs_what_it_should(real: Any) -> None:
    """Pictures that cannot be real cost precision, a lack of variety costs recall, and everything shows in MMD²."""
    cases = {
        "missing": (made_up.missing(IMAGES, 1.0, 1), 0.05, 0.05),
        "doubled": (made_up.doubled(IMAGES, 1.0, 1), 0.1, 0.1),
        "torn": (made_up.torn(IMAGES, 1.0, 1), 0.6, 0.4),
        "faded": (made_up.faded(IMAGES, 0.5, 1), 0.6, 0.1),
        "line": (made_up.collapsed(IMAGES, "line", seed=1), 0.85, 0.6),
        "point": (made_up.collapsed(IMAGES, "point", seed=1), None, 0.1),
        "quadrant": (made_up.collapsed(IMAGES, "quadrant", seed=1), None, 0.5),
        "difference": (made_up.collapsed(IMAGES, "difference", seed=1), None, 0.1),
    }
    for name, (pictures, precision, recall) in cases.items():
        found = measured(pictures, real)
        assert precision is None or found.precision < precision, name
        assert recall is None or found.recall < recall, name
        for value, width in zip(found.mmd2, (0.02, 0.01, 0.004), strict=True):
            assert value > width, name


@pytest.mark.parametrize("fault", ["missing", "doubled", "torn", "faded", "point"])
def test_mmd_grows_with_severity(fault: str, real: Any) -> None:
    def generate(severity: float) -> Any:
        if fault == "point":
            return made_up.collapsed(IMAGES, fault, severity, seed=1)
        return getattr(made_up, fault)(IMAGES, severity, seed=1)

    ones = features(real[:IMAGES], made_up.expected())
    found = [mmd2(features(generate(s), made_up.expected()), ones) for s in (0, 0.5, 1)]
    assert (np.diff(found, axis=0) > 0).all()


def test_precision_and_recall_against_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_space, "ROWS", 7)  # so that there are several blocks, the last one smaller
    rng = np.random.default_rng(0)
    ours, real = rng.normal(0.8, 1, (20, 3)), rng.normal(0, 1.2, (30, 3))

    def within(points: Any, balls: Any) -> float:
        inside = 0
        radii = [sorted(np.linalg.norm(balls - ball, axis=1))[3] for ball in balls]
        for point in points:
            inside += any(np.linalg.norm(point - b) <= radius for b, radius in zip(balls, radii, strict=True))
        return inside / len(points)

    found = precision_and_recall(ours, real)
    assert found == (within(ours, real), within(real, ours))
    assert 0.1 < found[0] < 0.9 or 0.1 < found[1] < 0.9


def test_mmd_against_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    ours, real = rng.normal(0.5, 1, (9, 3)), rng.normal(0, 1, (11, 3))
    unit = np.median([((a - b) ** 2).sum() for a in real for b in real])
    expected = []
    for width in WIDTHS:

        def kernel(a: Any, b: Any, width: float = width) -> float:
            return float(np.exp(-((a - b) ** 2).sum() / (2 * width**2 * unit)))

        own = np.mean([kernel(ours[i], ours[j]) for i in range(9) for j in range(9) if i != j])
        other = np.mean([kernel(real[i], real[j]) for i in range(11) for j in range(11) if i != j])
        expected.append(own + other - 2 * np.mean([kernel(a, b) for a in ours for b in real]))
    np.testing.assert_allclose(mmd2(ours, real), expected)
    monkeypatch.setattr(feature_space, "ROWS", 11)
    np.testing.assert_allclose(mmd2(np.repeat(ours, 3, 0), real), mmd2(np.repeat(ours, 3, 0)[::-1], real))


def test_mmd_is_unbiased() -> None:
    rng = np.random.default_rng(0)
    found = np.array([mmd2(*rng.normal(size=(2, 40, 2))) for _ in range(200)])
    assert (np.abs(found.mean(0)) < 3 * found.std(0) / np.sqrt(200)).all()
    assert (found < 0).mean() > 0.3


def test_features_against_a_loop() -> None:
    pictures = np.random.default_rng(0).uniform(-1.5, 1.5, (2, 3, 13, 8))
    found = features(pictures, made_up.expected())
    ink = np.clip((1 - pictures) / 2, 0, 1)
    ink = np.where(ink < 0.1, 0, np.where(ink < 0.2, 2 * (ink - 0.1), ink))
    by_cell = found[:, :-3].reshape(2, 3, 8, 8)
    for i, j in np.ndindex(8, 8):
        block = ink[:, :, i * 13 // 8 : (i + 1) * 13 // 8, j : j + 1]
        np.testing.assert_allclose(by_cell[:, :, i, j], block.sum((2, 3)), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found[:, -3:], ink.sum((2, 3)), rtol=1e-5)


def test_a_canvas_that_is_not_quite_white(real: Any) -> None:
    found = measured(made_up.perfect(IMAGES, 1) - 0.1, real)
    assert found.precision > 0.9
    assert found.recall > 0.9


@pytest.mark.parametrize(
    ("number", "real", "words"),
    [
        (3, 10, "There are 3 pictures, and each is compared with its 3 nearest: 4 are the least"),
        (8, 15, "There are 15 real pictures for 8 generated ones; twice as many are needed"),
    ],
)
def test_too_few(number: int, real: int, words: str) -> None:
    with pytest.raises(SpecItError, match=words):
        measure_features(np.ones((number, 3, 8, 8)), np.ones((real, 3, 8, 8)), made_up.expected())


def test_too_small() -> None:
    with pytest.raises(SpecItError, match=r"Pictures of \(8, 7\) pixels are too small for 8 × 8 cells"):
        measure_features(np.ones((4, 3, 8, 7)), np.ones((8, 3, 8, 7)), made_up.expected())


def test_pictures_that_are_all_alike() -> None:
    found = measure_features(np.ones((5, 3, 8, 8)), np.ones((10, 3, 8, 8)), made_up.expected())
    assert (found.precision, found.recall, found.mmd2) == (1, 1, (0, 0, 0))


def test_a_thousand_pictures_are_measured_quickly(real: Any) -> None:
    """Three seconds of one core are to be reached; twice that is allowed, for busy machines."""
    pictures = made_up.perfect(1000, 1)
    ones = np.concatenate([real] * 4)
    centres = np.tile(find_objects(real, made_up.expected()).centres, (4, 1, 1))
    start = time.thread_time()
    found = find_objects(pictures, made_up.expected())
    measure_positions(found.centres, centres, (64, 64))
    measured(pictures, ones)
    assert time.thread_time() - start < 6
