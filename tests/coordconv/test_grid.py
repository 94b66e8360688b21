"""The coordinate maps, drawn out and compared with formulas written another way."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from coordconv import coordinate_grid

SETTINGS = settings(derandomize=True, deadline=None, max_examples=50)
sizes = st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple)


def grid(*args, **kwargs):
    return coordinate_grid(*args, dtype=torch.float64, **kwargs)


def tensor(rows):
    return torch.tensor(rows, dtype=torch.float64)


def test_a_non_square_grid_in_matrix_order():
    # rows:  -1 -1 -1 -1 -1      columns:  -1 -.5 0 .5 1
    #         0  0  0  0  0                -1 -.5 0 .5 1
    #         1  1  1  1  1                -1 -.5 0 .5 1
    rows, columns = grid((3, 5))
    assert torch.equal(rows, tensor([[-1] * 5, [0] * 5, [1] * 5]))
    assert torch.equal(columns, tensor([[-1, -0.5, 0, 0.5, 1]] * 3))


def test_xy_has_the_column_first_as_the_released_code():
    # x:  -1 0 1    y:  -1 -1 -1
    #     -1 0 1         1  1  1
    x, y = grid((2, 3), order="xy")
    assert torch.equal(x, tensor([[-1, 0, 1]] * 2))
    assert torch.equal(y, tensor([[-1] * 3, [1] * 3]))


def test_xy_agrees_with_the_released_formula_on_a_square():
    index = torch.arange(64, dtype=torch.float64)
    released = index / 63 * 2 - 1  # tiled so that xx varies along the column
    x, y, r = grid((64, 64), order="xy", radius=True)
    assert torch.allclose(x, released.expand(64, 64), atol=1e-15, rtol=0)
    assert torch.allclose(y, released[:, None].expand(64, 64), atol=1e-15, rtol=0)
    assert r.min().item() == pytest.approx(0.02245, abs=1e-5)
    assert r.max().item() == pytest.approx(math.sqrt(2))


def test_the_released_code_leaves_the_span_off_squares_and_this_does_not():
    # Its divisors are swapped: on a 14 by 6 image its rows end at 2 * 13 / 5 - 1 = 4.2.
    maps = grid((14, 6))
    assert maps.amin(dim=(1, 2)).tolist() == [-1, -1]
    assert maps.amax(dim=(1, 2)).tolist() == [1, 1]


def test_pixel_centres():
    # |  .  |  .  |  .  |  .  |   four pixels over [-1, 1]: the ends are the outer edges
    #  -.75  -.25  .25   .75
    assert torch.equal(grid((4,), anchor="centers"), tensor([[-0.75, -0.25, 0.25, 0.75]]))
    # three pixels over [0, 6]
    assert torch.equal(grid((3,), anchor="centers", span=(0, 6)), tensor([[1, 3, 5]]))


def test_the_radius_is_a_cone_around_the_middle():
    # √2  1  √2
    #  1  0   1
    # √2  1  √2
    root = math.sqrt(2)
    assert torch.equal(grid((3, 3), radius=True)[2], tensor([[root, 1, root], [1, 0, 1], [root, 1, root]]))
    assert torch.equal(grid((5,), radius=True)[1], tensor([1, 0.5, 0, 0.5, 1]))
    assert grid((3, 3, 3), radius=True)[3, 0, 0, 0] == math.sqrt(3)


def test_three_axes():
    depth, row, column = grid((2, 3, 4))
    assert torch.equal(depth[:, 0, 0], tensor([-1, 1]))
    assert torch.equal(row[0, :, 0], tensor([-1, 0, 1]))
    assert torch.equal(column[0, 0], tensor([-1, -1 / 3, 1 / 3, 1]))
    assert torch.equal(grid((2, 3, 4), order="xy"), torch.stack([column, row, depth]))


@pytest.mark.parametrize("anchor", ["corners", "centers"])
def test_a_lone_element_is_the_middle_of_the_span(anchor):
    assert grid((1, 1), anchor=anchor, radius=True).flatten().tolist() == [0, 0, 0]
    assert grid((1, 2), anchor=anchor, span=(0, 1))[0].tolist() == [[0.5, 0.5]]


@SETTINGS
@given(sizes, st.floats(-100, 99), st.floats(0.01, 100), st.sampled_from([torch.float32, torch.float64]))
def test_corners_are_exactly_the_ends_of_the_span(size, low, width, dtype):
    span = (low, low + width)
    low, high = torch.tensor(span, dtype=dtype)
    for axis, channel in enumerate(coordinate_grid(size, span=span, dtype=dtype)):
        line = channel.movedim(axis, 0).flatten(1)[:, 0] if channel.dim() > 1 else channel
        assert torch.equal(channel, line.reshape([-1 if d == axis else 1 for d in range(len(size))]).expand(size))
        expected = torch.linspace(*span, size[axis], dtype=dtype) if size[axis] > 1 else (low + high)[None] / 2
        assert torch.allclose(line, expected, atol=1e-4 if dtype == torch.float32 else 1e-12)
        if size[axis] > 1:
            assert line[0] == low
            assert line[-1] == high


@SETTINGS
@given(sizes, st.sampled_from(["corners", "centers"]), st.sampled_from([torch.float16, torch.float32]))
def test_the_default_grid_is_its_own_mirror_image(size, anchor, dtype):
    maps = coordinate_grid(size, anchor=anchor, dtype=dtype)
    assert torch.equal(maps, -maps.flip(list(range(1, maps.dim()))))
    rounded = coordinate_grid(size, anchor=anchor, dtype=torch.float64).to(dtype)
    assert torch.allclose(maps.double(), rounded.double(), atol=torch.finfo(dtype).eps)


@SETTINGS
@given(sizes, st.sampled_from(["corners", "centers"]), st.sampled_from(["ij", "xy"]))
def test_the_radius_is_made_of_the_other_channels(size, anchor, order):
    *maps, r = grid(size, anchor=anchor, order=order, span=(-2, 3), radius=True)
    assert torch.allclose(r, sum(m**2 for m in maps) ** 0.5)


def test_dtype_and_device_are_as_asked():
    assert coordinate_grid((2, 2)).dtype == torch.get_default_dtype()
    assert coordinate_grid((2, 2), dtype=torch.bfloat16, radius=True).dtype == torch.bfloat16
    assert coordinate_grid((2, 2), device="meta").shape == (2, 2, 2)
    assert coordinate_grid(torch.Size([2, 2])).device.type == "cpu"


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "words"),
    [
        ((64,), {}, TypeError, "expected size as a sequence of integers such as (64, 64), but got 64."),
        (((2.0, 3),), {}, TypeError, "expected size as a sequence of integers"),
        (((),), {}, ValueError, "one or more axes, each at least 1, but got ()."),
        (((4, 0),), {}, ValueError, "each at least 1, but got (4, 0)."),
        (((4,),), {"dtype": torch.int64}, TypeError, "expected a floating-point dtype, but got torch.int64."),
        (((4,),), {"order": "yx"}, ValueError, "order must be 'ij' or 'xy', but got 'yx'."),
        (((4,),), {"anchor": "edges"}, ValueError, "anchor must be 'corners' or 'centers', but got 'edges'."),
        (((4,),), {"span": (1, 1)}, ValueError, "two finite numbers, the smaller first, but got (1, 1)."),
        (((4,),), {"span": 1}, ValueError, "two finite numbers, the smaller first, but got 1."),
        (((4,),), {"span": (0, math.inf)}, ValueError, "two finite numbers"),
    ],
)
def test_errors_are_one_clear_sentence(args, kwargs, error, words):
    with pytest.raises(error) as caught:
        coordinate_grid(*args, **kwargs)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
