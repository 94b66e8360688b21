"""Pictures side by side: each pixel where a slow and obvious version puts it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.report.pictures import EDGE, LARGEST, columns_for, edge_for, reduced, reduction, sheet, upright
from specit.report.style import SEEN, seen
from specit.spec.datasets.sort_of_clevr import COLOURS


def some(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 7), st.integers(1, 5), st.integers(1, 6), st.integers(1, 6), st.integers(1, 3))
def test_every_picture_is_whole_and_within_lines(number: int, columns: int, height: int, width: int, edge: int) -> None:
    pictures = some(number, height, width, 3)
    made = sheet(pictures, columns, edge)
    rows = -(-number // columns)
    assert made.shape == (rows * (height + edge) + edge, columns * (width + edge) + edge, 4)
    corners = [
        (edge + place // columns * (height + edge), edge + place % columns * (width + edge)) for place in range(number)
    ]
    for y, x in np.ndindex(made.shape[:2]):
        expected = (0, 0, 0, 0)
        for picture, (top, left) in zip(pictures, corners, strict=True):
            if 0 <= y - top < height and 0 <= x - left < width:
                expected = (*map(int, picture[y - top, x - left]), 255)
                break
            if -edge <= y - top < height + edge and -edge <= x - left < width + edge:
                expected = EDGE
        assert tuple(made[y, x]) == expected


def test_channels_go_last_and_one_is_grey() -> None:
    colour, grey = some(2, 5, 3, 4, 6), some(2, 1, 4, 6)
    np.testing.assert_array_equal(upright(colour)[1, 2, 3, 4], colour[1, 2, :, 3, 4])
    np.testing.assert_array_equal(upright(grey)[1, 2, 3], np.repeat(grey[1, 0, 2, 3], 3))


@pytest.mark.parametrize(("height", "width"), [(16, 16), (LARGEST, LARGEST), (65, 40), (130, 129), (50, 200)])
def test_large_pictures_are_averaged_in_blocks(height: int, width: int) -> None:
    pictures = some(2, height, width, 3)
    factor, made = reduction(height, width), reduced(pictures)
    assert max(made.shape[1:3]) <= LARGEST
    assert factor == 1 or max(height, width) > LARGEST * (factor - 1)
    for y in range(made.shape[1] - (height % factor > 0)):  # what sticks out at an edge is filled with its last row
        for x in range(made.shape[2] - (width % factor > 0)):
            block = pictures[1, y * factor : (y + 1) * factor, x * factor : (x + 1) * factor]
            assert np.abs(made[1, y, x] - block.mean((0, 1))).max() <= 0.5


@given(st.integers(1, 60), st.integers(8, 64), st.integers(8, 64))
def test_sheets_are_about_square(number: int, height: int, width: int) -> None:
    columns = columns_for(number, height, width)
    assert 1 <= columns <= number
    if number >= 9 and 0.5 <= height / width <= 2:
        assert 0.4 <= (-(-number // columns) * height) / (columns * width) <= 2.5


def test_lines_are_one_pixel_of_a_small_picture() -> None:
    assert [edge_for(side, side) for side in (8, 32, 63, 64)] == [1, 1, 1, 2]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", COLOURS)
def test_dots_of_every_colour_are_seen_on_both_pages(name: str) -> None:
    shade = luminance(seen(COLOURS[name]))  # type: ignore[index]
    assert shade == pytest.approx(SEEN, abs=0.02)
    for page in ("#fdfdfc", "#15181a"):
        dark, bright = sorted((shade, luminance(page)))
        assert (bright + 0.05) / (dark + 0.05) >= 3
