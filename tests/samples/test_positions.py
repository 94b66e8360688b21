"""Distributions of places, against slow definitions and generators whose collapse is known."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from tests.samples import generators as made_up
from tests.samples.generators import PAPER, RED, SMALL

from specit.errors import SpecItError
from specit.samples.dimension import effective_dimension
from specit.samples.find_objects import find_objects
from specit.samples.histograms import coverage, divergence
from specit.samples.positions import Positions, compare, measure_positions

IMAGES = 500


def places(pictures: Any, of: dict[str, Any]) -> Any:
    return find_objects(pictures, made_up.expected(of)).centres


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    sets = {"64": PAPER, "32": SMALL}
    return {name: places(made_up.perfect(2 * IMAGES, 99, of), of) for name, of in sets.items()}


def measured(kind: str, share: float, real: Any, of: dict[str, Any], seed: int = 1) -> Positions:
    return measure_positions(places(made_up.collapsed(IMAGES, kind, share, seed, of), of), real, of["canvas"])


@pytest.mark.parametrize("name", ["64", "32"])
def test_real_places_are_as_near_as_real_ones_are(real: dict[str, Any], name: str) -> None:
    of = {"64": PAPER, "32": SMALL}[name]
    for seed in range(2):
        found = measure_positions(places(made_up.perfect(IMAGES, seed, of), of), real[name], of["canvas"])
        for part in (*found.objects, *found.differences):
            assert part.compared == IMAGES
            assert abs(part.divergence - part.real_divergence) < 0.04
            assert part.divergence < 0.15
            assert abs(part.coverage - part.real_coverage) < 0.1
            assert part.coverage > 0.8
            assert abs(part.dimension - part.real_dimension) < 0.12
            assert part.dimension > 1.6
        assert abs(found.joint_dimension - found.real_joint_dimension) < 0.2


@pytest.mark.parametrize("name", ["64", "32"])
def test_each_collapse_is_seen(real: dict[str, Any], name: str) -> None:
    of = {"64": PAPER, "32": SMALL}[name]
    line, point, quadrant, difference = (
        measured(kind, 1, real[name], of) for kind in ("line", "point", "quadrant", "difference")
    )
    for found, dimension, covered in ((line, 1, 0.4), (point, 0, 0.1), (quadrant, 1.7, 0.4)):
        red = found.objects[RED]
        np.testing.assert_allclose(red.dimension, dimension, atol=0.2)
        assert red.divergence > 0.5 > 4 * red.real_divergence
        assert red.coverage < covered < 0.5 * red.real_coverage
        blue = found.objects[1 - RED]  # has kept its places, though in part covered by red now
        assert blue.divergence < 0.25
        assert blue.dimension > 1.6
        assert blue.coverage > 0.8
    assert line.joint_dimension < line.real_joint_dimension - 0.25
    assert point.joint_dimension < point.real_joint_dimension - 1
    # Each object alone has two dimensions, and its difference from the other none.
    together = difference.differences[0]
    assert difference.objects[RED].dimension > 1.6
    assert together.dimension < 0.2
    assert together.divergence > 0.8
    assert together.coverage < 0.1
    assert difference.joint_dimension < 2


@pytest.mark.parametrize("kind", ["line", "point"])
def test_measures_follow_the_share_that_collapses(real: dict[str, Any], kind: str) -> None:
    found = [measured(kind, share, real["32"], SMALL).objects[RED] for share in (0, 0.5, 0.75, 1)]
    assert np.all(np.diff([part.divergence for part in found]) > 0.05)
    assert np.all(np.diff([part.dimension for part in found]) < -0.1)
    assert np.all(np.diff([part.coverage for part in found]) <= 0.01)
    assert found[-1].coverage < 0.4 * found[0].coverage


def test_dimensions_that_are_known() -> None:
    """Squares, curves with and without jitter, rounded or not, spots, mixtures; 64 pixels' scales."""
    rng = np.random.default_rng(0)
    number = 1000
    square = rng.integers(10, 54, (number, 2)).astype(float)
    t = rng.uniform(size=number)
    curve = np.stack([10 + 43 * t, 31.5 + 15 * np.sin(6 * t)], 1)
    rough = curve + rng.normal(0, 0.5, (number, 2))
    spot = 30 + rng.normal(0, 0.5, (number, 2))
    half = number // 2
    for points, expected in [
        (square, 1.85), (curve, 1), (rough, 1), (np.round(rough), 1), (spot, 0),
        (np.concatenate([square[:half], spot[:half]]), 1), (np.concatenate([square[:half], rough[:half]]), 1.5),
        (np.concatenate([rough[:half], spot[:half] + 99]), 0.5), (np.repeat(square[:1], 50, 0), 0),
    ]:  # fmt: skip
        np.testing.assert_allclose(effective_dimension(points, 4, 8), expected, atol=0.16)
    # Four numbers of which only as many are free
    free = rng.integers(10, 54, (number, 2)) + rng.normal(0, 0.3, (number, 2))
    for joint, expected in [
        (np.concatenate([rough, rough + 20], 1), 1), (np.concatenate([free, 63 - free], 1), 1.8),
        (np.concatenate([square, rng.permutation(rough)], 1), 2.7),
        (np.concatenate([square, rng.permutation(square)], 1), 3.2),
    ]:  # fmt: skip
        np.testing.assert_allclose(effective_dimension(joint, 8, 16), expected, atol=0.25)
    assert effective_dimension(np.zeros((1, 2)), 4, 8) == effective_dimension(np.zeros((0, 2)), 4, 8) == 0


def test_dimension_against_a_loop() -> None:
    points = np.random.default_rng(0).uniform(0, 20, (60, 3))
    ratios = []
    for point in points:
        apart = np.sqrt(((points - point) ** 2).sum(1))
        ratios.append(math.log((apart <= 9).sum() / (apart <= 5).sum()))
    np.testing.assert_allclose(effective_dimension(points, 5, 9), np.mean(ratios) / math.log(9 / 5))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_divergence_and_coverage_against_definitions(n: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0, 4, (n, 2)), rng.normal(2, 4, (m, 2))

    def counted(points: Any) -> Counter[tuple[int, int]]:
        return Counter((math.floor((x + 0.5) / 3), math.floor((y + 0.5) / 3)) for x, y in points)

    p, q = counted(a), counted(b)
    cells = sorted(p.keys() | q.keys())
    by_scipy = jensenshannon([p[cell] for cell in cells], [q[cell] for cell in cells], base=2) ** 2
    np.testing.assert_allclose(divergence(a, b, 3), by_scipy, atol=1e-9)
    np.testing.assert_allclose(divergence(a, b, 3), divergence(b, a, 3), atol=1e-12)
    assert coverage(a, b, 3) == len(p.keys() & q.keys()) / len(q)
    assert divergence(a, a, 3) == 0
    assert coverage(np.concatenate([a, b]), b, 3) == 1


def test_chance_is_as_said() -> None:
    """Two samples of one distribution: about (k - 1) (1/N + 1/M) / (8 ln 2) bits."""
    rng = np.random.default_rng(0)
    found = [divergence(*(rng.integers(0, 40, (size, 2)) for size in (1500, 3000)), cell=4) for _ in range(10)]
    np.testing.assert_allclose(np.mean(found), 99 * (1 / 1500 + 1 / 3000) / (8 * math.log(2)), rtol=0.1)


def test_missing_objects_are_left_out() -> None:
    rng = np.random.default_rng(0)
    real, some = rng.uniform(10, 54, (400, 2, 2)), rng.uniform(10, 54, (200, 2, 2))
    some[:50, RED] = np.nan
    found = measure_positions(some, real, (64, 64))
    assert [part.compared for part in found.objects] == [200, 150]
    assert found.differences[0].compared == 150
    assert found.objects[RED] == compare(some[50:, RED], real[:, RED], 4, 4)
    some[:] = np.nan
    nothing = measure_positions(some, real, (64, 64)).objects[0]
    assert (nothing.compared, nothing.divergence, nothing.coverage, nothing.dimension) == (0, 1, 0, 0)


def test_too_few_real_pictures() -> None:
    with pytest.raises(SpecItError, match="There are 1,500 real pictures for 1,000 generated ones; twice as many are"):
        measure_positions(np.zeros((1000, 2, 2)), np.zeros((1500, 2, 2)), (64, 64))
