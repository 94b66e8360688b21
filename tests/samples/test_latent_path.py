"""Paths on which things move, fade, jump, flicker or stick, as it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.samples import generators as made_up
from tests.samples import path_generators as paths
from tests.samples.generators import BLUE, PAPER, RED, SMALL

from specit.errors import SpecItError
from specit.samples.latent_path import Paths, measure_paths
from specit.samples.movement import shifted

NUMBER = 3
SIZES = pytest.mark.parametrize("of", [PAPER, SMALL], ids=["64", "32"])


def measured(generate: Callable[..., Any], *severity: float, of: dict[str, Any] = PAPER, **more: Any) -> Paths:
    return measure_paths(generate(NUMBER, *severity, of=of, **more), made_up.expected(of))


@SIZES
def test_motion_has_no_fault(of: dict[str, Any]) -> None:
    found = measured(paths.motion, of=of)
    assert not found.teleports.any()
    for field in (found.cross_fade, found.unexplained, found.fixed):
        np.testing.assert_allclose(field, 0, atol=1e-6)
    for field in (found.least_mass, found.least_strength):
        np.testing.assert_allclose(field, 1, atol=1e-5)
    left, right = paths.ends(NUMBER, 0, of)
    lengths = np.sqrt(((right - left) ** 2).sum(-1))
    # Rounding to pixels makes a way at most √2 longer.
    assert (found.steps.sum(1) > lengths - 2).all()
    assert (found.steps.sum(1) < np.sqrt(2) * lengths + 2).all()


@SIZES
def test_motion_between_pixels_hardly_has_any(of: dict[str, Any]) -> None:
    found = measured(paths.motion, of=of, subpixel=True)
    left, right = paths.ends(NUMBER, 0, of)
    np.testing.assert_allclose(found.steps.sum(1), np.sqrt(((right - left) ** 2).sum(-1)), rtol=0.02)
    assert not found.teleports.any()
    assert found.cross_fade.max() < 0.06
    assert found.unexplained.max() < 0.03
    assert found.fixed.max() < 0.005
    assert found.least_mass.min() > 0.97
    assert found.least_strength.min() > 0.85


@SIZES
def test_a_cross_fade(of: dict[str, Any]) -> None:
    found = [measured(paths.cross_fading, severity, of=of) for severity in (0, 0.25, 0.5, 0.75, 1)]
    fading = [part.cross_fade[:, RED].mean() for part in found]
    assert np.all(np.diff(fading) > 0.05)
    assert fading[-1] > 0.95
    assert all(part.cross_fade[:, BLUE].max() < 1e-6 for part in found)
    # Nothing of its mass is lost, only its strength, and nowhere does it jump at once.
    assert found[-1].least_mass[:, RED].min() > 0.85
    np.testing.assert_allclose(found[-1].least_strength[:, RED], 0.5, atol=0.05)
    assert not found[-1].teleports.any()
    assert np.nanmax(found[-1].steps[:, :, RED]) > 2 * of["size"]


@SIZES
@pytest.mark.parametrize("jumps", [1, 2])
def test_teleports_are_counted(of: dict[str, Any], jumps: int) -> None:
    found = measured(paths.teleporting, jumps, of=of)
    assert found.teleports[:, :, RED].sum(1).tolist() == [jumps] * NUMBER
    assert not found.teleports[:, :, BLUE].any()
    assert found.summary()["teleports"] == jumps / (2 * (paths.FRAMES - 1))
    far = measure_paths(paths.teleporting(NUMBER, jumps, of=of), made_up.expected(of), jump=10 * of["size"])
    assert not far.teleports.any()


def test_two_pieces_that_take_turns_do_not_teleport() -> None:
    """Two red objects stand still; now one, now the other is a little paler: the larger piece changes, nothing goes."""
    place, shape = np.array([[14, 30], [49, 30]]), np.zeros(2, int)
    here, there = made_up.layer(place, shape, "red")
    swing = np.array([0, 0.05] * 4)[:, None, None, None]
    pictures = made_up.picture(here * (1 - swing) + there * (0.95 + swing))
    found = measure_paths(pictures[None], made_up.expected())
    assert (found.steps[0, :, RED] > 30).all()
    assert not found.teleports.any()


def test_what_vanishes_on_the_way() -> None:
    found = [measured(paths.vanishing, severity, of=SMALL) for severity in (0, 0.25, 0.5, 0.75, 1)]
    assert np.all(np.diff([part.least_mass[:, RED].mean() for part in found]) < -0.15)
    np.testing.assert_allclose(found[2].least_mass[:, RED], 0.5, atol=0.01)
    np.testing.assert_allclose(found[2].least_strength[:, RED], 0.5, atol=0.01)
    assert found[-1].least_mass[:, RED].max() < 0.01
    assert all(part.least_mass[:, BLUE].min() > 0.999 for part in found)
    assert all(part.cross_fade[:, RED].mean() < 0.25 for part in found)
    assert np.isnan(found[-1].steps[:, :, RED]).any()  # where it is gone, no step is counted


@SIZES
@pytest.mark.parametrize(
    ("generate", "field", "least"),
    [
        (paths.stained, "fixed", 0.1),
        (paths.flickering, "unexplained", 0.15),
        (paths.flickering, "fixed", 0.1),
        (paths.textured, "unexplained", 0.07),
        (paths.textured, "fixed", 0.03),
    ],
)
def test_what_stays_on_the_canvas(generate: Callable[..., Any], field: str, least: float, of: dict[str, Any]) -> None:
    found = [measured(generate, severity, of=of).summary() for severity in (0, 0.4, 1)]
    values = [part[field] for part in found]
    assert values[0] < 1e-6
    assert np.all(np.diff(values) > 0)
    assert values[-1] > least > 3 * measured(paths.motion, of=of, subpixel=True).summary()[field]
    assert all(part["teleports"] == 0 for part in found)


def test_nothing_that_changes() -> None:
    still = np.repeat(made_up.perfect(2)[:, None], 4, axis=1)
    found = measure_paths(still, made_up.expected())
    assert (found.steps == 0).all()
    assert np.isnan(found.cross_fade).all()
    assert np.isnan(found.unexplained).all()
    np.testing.assert_allclose(found.fixed, 0, atol=0.01)  # covered corners are filled in
    empty = measure_paths(np.ones((1, 3, 3, 64, 64)), made_up.expected())
    assert np.isnan([*empty.steps.ravel(), *empty.fixed]).all()
    assert (empty.least_mass == 0).all()
    assert np.isnan(empty.summary()["step"])
    assert np.isnan(empty.summary()["teleports"])


def test_shifted_against_a_loop() -> None:
    plane = np.random.default_rng(0).uniform(size=(7, 6)).astype(np.float32)
    for by in ([2, -1], [0.25, 0], [-1.5, 2.75], [0, 0]):
        expected = np.zeros((7, 6))
        for row, column in np.ndindex(7, 6):
            y, x = row - by[1], column - by[0]
            if 0 <= y <= 6 and 0 <= x <= 5:
                for i, j in np.ndindex(2, 2):
                    at = min(int(y) + i, 6), min(int(x) + j, 5)
                    expected[row, column] += plane[at] * abs(1 - i - y % 1) * abs(1 - j - x % 1)
        np.testing.assert_allclose(shifted(plane, np.array(by)), expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(3, 3, 64, 64), (2, 2, 3, 64, 64)])
def test_what_are_no_paths(shape: tuple[int, ...]) -> None:
    with pytest.raises(SpecItError, match=r"Paths are pictures \(P, T, 3, H, W\), at least three along each path, and"):
        measure_paths(np.ones(shape), made_up.expected())
