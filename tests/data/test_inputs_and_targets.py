"""Every input and every target of Not-so-Clevr against an obvious loop, and what a spec may not say of them."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.data import make_examples, make_targets, not_so_clevr
from specit.errors import SpecItError
from specit.spec.datasets import NotSoClevr
from specit.spec.datasets.ranges import MAX_NUMBERS
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock
from specit.spec.model import read

CANVASES = [((8, 8), 3), ((5, 9), 2), ((9, 4), 1), ((6, 7), 4), ((4, 4), 4)]
WAYS = ["raw", "centred", "unit", "fraction"]


def stated(text: str) -> NotSoClevr:
    return read(NotSoClevr, parse(text, "data.yaml"), "not_so_clevr")


def places(canvas: tuple[int, int], square: int) -> list[tuple[int, int]]:
    """The (x, y) of every fully visible square's centre, the upper left of the middle pixels: x outside, y inside."""
    height, width = canvas
    return [
        (left + (square - 1) // 2, top + (square - 1) // 2)
        for left in range(width - square + 1)
        for top in range(height - square + 1)
    ]


def written(pixel: int, size: int, way: str) -> float:
    last = size - 1 or 1
    return {"raw": pixel, "centred": pixel / last * 2 - 1, "unit": pixel / last, "fraction": pixel / size}[way]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("canvas", "square"), CANVASES)
def test_coordinates(canvas: tuple[int, int], square: int, way: str) -> None:
    data = stated(
        f"{{canvas: {list(canvas)}, square: {square}, input: coordinates, coordinates: {way}, target: one_hot}}"
    )
    height, width = canvas
    found = not_so_clevr.coordinates(data)
    assert (found.shape, found.dtype) == ((len(places(canvas, square)), 2), np.float32)
    expected = [[written(x, width, way), written(y, height, way)] for x, y in places(canvas, square)]
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


def test_the_ways_to_write_a_centre_at_the_edges() -> None:
    """By hand, on 5 columns and 3 rows: the first and the last pixel."""
    ends = np.array([[0, 0], [4, 2]])
    for way, expected in {
        "raw": [[0, 0], [4, 2]],
        "centred": [[-1, -1], [1, 1]],
        "unit": [[0, 0], [1, 1]],
        "fraction": [[0, 0], [0.8, 2 / 3]],
    }.items():
        np.testing.assert_allclose(not_so_clevr.from_pixels(ends, (3, 5), way), expected, rtol=1e-15)
    for turn in (not_so_clevr.from_pixels, not_so_clevr.to_pixels):
        with pytest.raises(ValueError, match="polar"):
            turn(ends.astype(float), (3, 5), "polar")


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), min_size=1, max_size=4),
    st.tuples(st.integers(1, 4096), st.integers(1, 4096)),
    st.sampled_from(WAYS),
)
def test_reading_undoes_writing(points: list[tuple[float, float]], canvas: tuple[int, int], way: str) -> None:
    pixels = np.array(points)
    numbers = not_so_clevr.from_pixels(pixels, canvas, way)
    np.testing.assert_allclose(not_so_clevr.to_pixels(numbers, canvas, way), pixels, rtol=1e-12, atol=1e-9)
    numbers = np.array(points)
    pixels = not_so_clevr.to_pixels(numbers, canvas, way)
    np.testing.assert_allclose(not_so_clevr.from_pixels(pixels, canvas, way), numbers, rtol=1e-12, atol=1e-9)


@settings(derandomize=True, deadline=None)
@given(st.tuples(st.integers(1, 4096), st.integers(1, 4096)), st.sampled_from(WAYS), st.data())
def test_single_precision_is_enough_for_the_right_pixel(canvas: tuple[int, int], way: str, data: Any) -> None:
    """What a network is given and compared with is float32; rounded, it is the same pixel still."""
    pixel = np.array([[data.draw(st.integers(0, canvas[1] - 1)), data.draw(st.integers(0, canvas[0] - 1))]])
    numbers = not_so_clevr.from_pixels(pixel, canvas, way).astype(np.float32)
    assert np.rint(not_so_clevr.to_pixels(numbers, canvas, way)).tolist() == pixel.tolist()


@pytest.mark.parametrize(("canvas", "square"), CANVASES)
def test_pictures(canvas: tuple[int, int], square: int) -> None:
    """One pixel, a bump and the square, pixel by pixel."""
    text = f"canvas: {list(canvas)}, square: {square}"
    pixel = not_so_clevr.one_hot(stated(f"{{{text}, input: one_hot, target: one_hot}}"))
    bump = not_so_clevr.bumps(stated(f"{{{text}, input: bump, sigma: 1.5, target: one_hot}}"))
    grey = not_so_clevr.squares(stated(f"{{{text}, input: square, brightness: 0.25, target: one_hot}}"))
    before, (height, width) = (square - 1) // 2, canvas
    where = places(canvas, square)
    for pictures in (pixel, bump, grey):
        assert (pictures.shape, pictures.dtype) == ((len(where), 1, height, width), np.float32)
    for i, (x, y) in enumerate(where):
        for row, column in itertools.product(range(height), range(width)):
            assert pixel[i, 0, row, column] == ((column, row) == (x, y))
            squared = (column - x) ** 2 + (row - y) ** 2
            assert bump[i, 0, row, column] == pytest.approx(math.exp(-squared / (2 * 1.5**2)), rel=1e-6)
            inside = 0 <= column - (x - before) < square and 0 <= row - (y - before) < square
            assert grey[i, 0, row, column] == (0.25 if inside else 0)


def test_brightness_is_single_precision() -> None:
    data = stated("{canvas: 9, square: 3, input: square, brightness: 0.50196078431372548, target: one_hot}")
    assert set(np.unique(not_so_clevr.squares(data))) == {np.float32(0), np.float32(128 / 255)}


def test_a_latent_vector_holds_the_place_and_noise() -> None:
    text = "{canvas: [5, 9], square: 3, input: latent, latent: {size: 4, seed: 7}, target: one_hot}"
    found = not_so_clevr.latents(stated(text))
    assert (found.shape, found.dtype) == ((3 * 7, 4), np.float32)
    generator = np.random.RandomState(7)
    for row, (x, y) in zip(found, places((5, 9), 3), strict=True):
        noise = [generator.uniform(-1, 1) for _ in range(2)]
        np.testing.assert_allclose(row, [x / 8 * 2 - 1, y / 4 * 2 - 1, *noise], rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(found, not_so_clevr.latents(stated(text)))
    assert (found != not_so_clevr.latents(stated(text.replace("7", "8"))))[:, 2:].all()
    bare = stated(text.replace("size: 4", "size: 2"))
    np.testing.assert_array_equal(not_so_clevr.latents(bare), found[:, :2])


def test_positions_are_rows_first() -> None:
    data = stated("{canvas: [5, 9], square: 3, input: one_hot, target: one_hot}")
    assert make_targets(data, "one_hot").tolist() == [y * 9 + x for x, y in places((5, 9), 3)]


SPEC = """
specit: 1
title: Data
data:
  not_so_clevr: {DATA}
  split: {fraction: {test: 0.25, seed: 0}}
train:
  untrained: {loss: LOSS, precision: float32, batch_size: 64}
arms:
  any:
    network:
      - Input: {shape: SHAPE}
      - LAYERS
"""
ENDS = {
    "one_hot": "{Flatten: {}}\n      - {Linear: {in_features: N, out_features: 64}}",
    "square": "{Flatten: {}}\n      - {Linear: {in_features: N, out_features: 64}}\n      - {Unflatten: {dim: 1, unflattened_size: [1, 8, 8]}}",
    "coordinates": "{Flatten: {}}\n      - {Linear: {in_features: N, out_features: 2}}",
}  # fmt: skip
NEEDED = {
    "coordinates": "coordinates: unit",
    "square": "brightness: 1.0",
    "latent": "latent: {size: 5, seed: 0}",
    "bump": "sigma: 2",
    "one_hot": "",
}
IMAGE = [1, 8, 8]
SHAPES = {"coordinates": [2], "latent": [5], "one_hot": IMAGE, "bump": IMAGE, "square": IMAGE}


def lock(source: str, target: str, data: str | None = None) -> Lock:
    needed = sorted({NEEDED[source], NEEDED[target]} - {""})
    said = data or ", ".join(["canvas: [8, 8], square: 3", f"input: {source}", f"target: {target}", *needed])
    text = SPEC.replace("DATA", said).replace("LAYERS", ENDS[target]).replace("LOSS", "mse_loss")
    text = text.replace("SHAPE", str(SHAPES[source])).replace("N,", f"{math.prod(SHAPES[source])},")
    return Spec("data", parse(text, "data.yaml")).plan()[0].lock


PAIRS = list(itertools.product(SHAPES, ENDS))


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_input_goes_with_every_target(source: str, target: str) -> None:
    made = lock(source, target)
    examples = make_examples(made)
    data = made.dataset[1]
    assert examples.inputs.shape == (36, *data.input_shape) == (36, *SHAPES[source])
    compared = {"one_hot": (), "square": (1, 8, 8), "coordinates": (2,)}[target]
    assert examples.targets.shape == (36, *compared)
    assert examples.targets.dtype == (np.int64 if target == "one_hot" else np.float32)
    assert examples.inputs.dtype == np.float32
    if source == target and source != "one_hot":
        np.testing.assert_array_equal(examples.inputs, examples.targets)


def test_every_pair_is_data_of_its_own() -> None:
    made = [lock(source, target) for source, target in PAIRS]
    assert len({one.id for one in made}) == len(PAIRS) == 15
    fingerprints = [make_examples(one).fingerprints() for one in made]
    assert len({found["data"] for found in fingerprints}) == 15
    assert len({found["split"] for found in fingerprints}) == 1


def test_what_does_not_concern_the_data_is_no_part_of_the_lock() -> None:
    for source, target in PAIRS:
        said = lock(source, target).statement()["data"]["dataset"]["not_so_clevr"]
        concerned = {argument.split(":")[0] for argument in (NEEDED[source], NEEDED[target])} - {""}
        assert set(said) == {"canvas", "square", "input", "target"} | concerned
    # null over something shared is as good as silence
    silent = lock("one_hot", "one_hot")
    nulls = "brightness: null, latent: null, sigma: null, coordinates: null"
    spoken = lock("one_hot", "one_hot", f"canvas: 8, square: 3, input: one_hot, target: one_hot, {nulls}")
    assert silent.id == spoken.id


WRONG = [
    ("input: bump, target: one_hot", "needs the argument 'sigma', since its input or target is bump."),
    ("input: latent, target: one_hot", "needs the argument 'latent', since its input or target is latent."),
    ("input: square, target: one_hot", "needs the argument 'brightness', since its input or target is square."),
    ("input: one_hot, target: square", "needs the argument 'brightness', since its input or target is square."),
    ("input: one_hot, target: coordinates", "needs the argument 'coordinates', since its input or target is coordinates."),
    ("input: coordinates, target: one_hot", "needs the argument 'coordinates', since its input or target is coordinates."),
    ("input: one_hot, target: one_hot, brightness: 1.0", "states 'brightness', but neither its input nor its target is square; leave it out, or write brightness: null over what is shared."),
    ("input: one_hot, target: one_hot, sigma: 1.0", "states 'sigma', but neither its input nor its target is bump; leave it out, or write sigma: null over what is shared."),
    ("input: one_hot, target: one_hot, latent: {size: 2, seed: 0}", "states 'latent', but neither its input nor its target is latent; leave it out, or write latent: null over what is shared."),
    ("input: square, target: one_hot, brightness: 1.0e-46", "brightness: input should be greater than or equal to 0.001, not 1e-46."),
    ("input: square, target: one_hot, brightness: 255", "brightness: input should be less than or equal to 1, not 255."),
    ("input: bump, target: one_hot, sigma: -1", "sigma: input should be greater than or equal to 0.01, not -1."),
    ("input: latent, target: one_hot, latent: {size: 1, seed: 0}", "latent.size: input should be greater than or equal to 2, not 1."),
    ("input: latent, target: one_hot, latent: {size: 5000, seed: 0}", "latent.size: input should be less than or equal to 4096, not 5000."),
    ("input: latent, target: one_hot, latent: {size: 2}", "latent needs the argument 'seed', which is missing."),
    ("input: latent, target: one_hot, latent: {size: 2, sead: 1}", "latent has no argument 'sead'; did you mean 'seed'?"),
    ("input: picture, target: one_hot", "input: input should be 'coordinates', 'latent', 'one_hot', 'bump' or 'square', not 'picture'."),
    ("input: one_hot, target: bump", "target: input should be 'one_hot', 'square' or 'coordinates', not 'bump'."),
    ("target: one_hot", "needs the argument 'input', which is missing."),
    ("input: one_hot, target: one_hot, sgma: 1", "has no argument 'sgma'; did you mean 'sigma'?"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "words"), WRONG)
def test_what_data_may_not_say(said: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        lock("one_hot", "one_hot", f"canvas: 8, square: 3, {said}")
    message = str(raised.value)
    assert message.startswith("data.yaml:5: not_so_clevr")
    assert message.removeprefix("data.yaml:5: not_so_clevr").lstrip(": ") == words


def test_pictures_that_would_fill_the_memory_are_refused() -> None:
    # 184² places with as many pixels are 2 ** 30.08 numbers, 181² are 2 ** 29.99.
    assert 181**4 <= MAX_NUMBERS < 184**4
    told = "33,856 pictures of 184 × 184 pixels would fill more than 4 GiB; state a smaller canvas"
    for said in (
        "input: one_hot, target: one_hot",
        "input: coordinates, coordinates: raw, target: square, brightness: 1",
    ):
        with pytest.raises(SpecItError, match=told):
            stated(f"{{canvas: 184, square: 1, {said}}}")
        stated(f"{{canvas: 181, square: 1, {said}}}")
    stated("{canvas: 4096, square: 1, input: coordinates, coordinates: raw, target: one_hot}")  # two numbers a place
