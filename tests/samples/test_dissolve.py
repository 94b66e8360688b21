"""Pictures that move, dissolve, or do some of both, as it is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from tests.samples import path_generators as paths
from tests.samples.generators import PAPER, SMALL

from specit.samples.dissolve import dissolve


def texture(seed: int, side: int = 96) -> NDArray[np.float32]:
    """A smooth picture in colour, (3, H, W) in [0, 1]: something like a photo."""
    noise = np.random.default_rng(seed).normal(size=(3, side, side))
    smooth = ndimage.gaussian_filter(noise, (0, 3, 3))
    return ((smooth - smooth.min()) / np.ptp(smooth)).astype(np.float32)


def zoomed(picture: NDArray[np.float32], by: float, shift: float, side: int = 32) -> NDArray[np.float32]:
    """The middle of a picture, nearer by a factor and moved to the right by some pixels."""
    grid = np.mgrid[:side, :side].astype(float) - side / 2
    at = np.stack([grid[0] / by, (grid[1] - shift) / by]) + picture.shape[1] / 2
    return np.stack([ndimage.map_coordinates(part, at, order=1) for part in picture]).astype(np.float32)


@pytest.mark.parametrize("of", [PAPER, SMALL], ids=["64", "32"])
def test_objects_that_move_or_fade(of: dict[str, Any]) -> None:
    moving = [dissolve(path) for path in paths.motion(3, of=of)]
    one_of_two = [dissolve(path) for path in paths.cross_fading(3, 1.0, of=of)]
    time = np.linspace(0, 1, 17)[:, None, None, None]
    both = [dissolve((1 - time) * path[0] + time * path[-1]) for path in paths.motion(3, of=of)]
    assert max(moving) < 1e-6
    assert min(one_of_two) > 0.1  # the other moves on, and of that the average knows nothing
    assert min(both) > 0.999


def test_photos_that_move_come_near_or_dissolve() -> None:
    one, other = texture(0), texture(1)
    times = np.linspace(0, 1, 17)
    moving = np.stack([zoomed(one, 1, 12 * time) for time in times])
    nearing = np.stack([zoomed(one, 1 + time, 0) for time in times])
    ends = zoomed(one, 1, 0), zoomed(other, 1, 0)
    fading = np.stack([(1 - time) * ends[0] + time * ends[1] for time in times])
    assert dissolve(moving) < 0.1
    assert dissolve(nearing) < 0.25
    assert dissolve(fading) > 0.999
    both = [dissolve((1 - part) * moving + part * fading) for part in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert np.all(np.diff(both) > 0)


def test_order_and_shifts_of_colour_do_not_matter() -> None:
    path = paths.motion(1)[0]
    assert dissolve(path[::-1]) == pytest.approx(dissolve(path))
    assert dissolve(path[:, ::-1]) == pytest.approx(dissolve(path))
    assert dissolve(path * 0.5 + 3) == pytest.approx(dissolve(path), abs=1e-4)


def test_against_every_piece_by_itself() -> None:
    rng = np.random.default_rng(0)
    frames = rng.normal(size=(3, 2, 9, 17)).astype(np.float32)  # the last pieces are cut off
    average = ((frames[1] - (frames[0] + frames[2]) / 2) ** 2).sum()
    pieces = 0.0
    for top in range(0, 9, 2):
        for left in range(0, 17, 2):
            here = frames[1, :, top : top + 2, left : left + 2]
            tried = []
            for end in frames[[0, 2]]:
                for down in range(-2, 3):
                    for right in range(-2, 3):
                        rows = np.clip(np.arange(top, top + here.shape[1]) + down, 0, 8)
                        columns = np.clip(np.arange(left, left + here.shape[2]) + right, 0, 16)
                        tried.append(((here - end[:, rows[:, None], columns]) ** 2).sum())
            pieces += min(tried)
    assert dissolve(frames) == pytest.approx(pieces / (pieces + average), rel=1e-5)


def test_what_never_changes_has_no_value() -> None:
    assert math.isnan(dissolve(np.ones((5, 3, 8, 8))))
    assert math.isnan(dissolve(np.repeat(texture(0)[None, :, :16, :16], 5, 0)))
