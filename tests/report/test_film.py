"""Films: read back frame by frame, they show every path there and back; the same paths are the same bytes."""

from __future__ import annotations

import base64
import hashlib
import io

import numpy as np
from PIL import Image

from specit.report.content import Animation
from specit.report.film import EACH, ENDS, EXACT, film
from specit.report.pictures import sheet


def paths(number: int = 3, steps: int = 5, height: int = 6, width: int = 8, channels: int = 3) -> np.ndarray:
    """Return paths along which a bar moves a pixel a step."""
    made = np.full((number, steps, channels, height, width), 200, np.uint8)
    for path in range(number):
        for step in range(steps):
            made[path, step, :, path, step % width] = 30 + 10 * path
    return made


def opened(address: str) -> Image.Image:
    kind, _, text = address.partition(",")
    assert kind == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(text)))


def frames(address: str) -> tuple[list[np.ndarray], list[int]]:
    """Return the pictures of a film, transparency blackened, and how long each is seen."""
    image = opened(address)
    pictures, times = [], []
    for place in range(image.n_frames):
        image.seek(place)
        image.load()
        picture = np.array(image.convert("RGBA"))
        pictures.append(picture * (picture[..., 3:] > 0))
        times.append(int(image.info["duration"]))
    return pictures, times


def test_it_shows_all_paths_side_by_side_there_and_back() -> None:
    walked = paths()
    made = film("coordconv, seed 0", walked)
    pictures, times = frames(made.moving)
    steps = [sheet(np.moveaxis(walked[:, step], 1, -1), 3) for step in range(5)]
    assert len(pictures) == 8
    for found, step in zip(pictures, [0, 1, 2, 3, 4, 3, 2, 1], strict=True):
        np.testing.assert_array_equal(found, steps[step])
    assert times == [ENDS, EACH, EACH, EACH, ENDS, EACH, EACH, EACH]
    assert opened(made.moving).info["loop"] == 0  # for ever
    still = np.array(opened(made.still).convert("RGBA"))
    np.testing.assert_array_equal(still * (still[..., 3:] > 0), steps[0])
    assert getattr(opened(made.still), "n_frames", 1) == 1
    assert (made.title, made.size, made.columns) == ("coordconv, seed 0", (28, 8), 3)


def test_the_same_paths_are_the_same_bytes() -> None:
    assert film("a", paths()) == film("a", paths().copy())
    assert film("a", paths()) != film("a", paths()[::-1].copy())
    digest = hashlib.sha256(film("a", paths()).still.encode()).hexdigest()
    assert digest == hashlib.sha256(film("b", paths(steps=9)).still.encode()).hexdigest()


def test_more_than_a_row_of_paths_makes_several() -> None:
    made = film("a", paths(number=11, height=16, width=16))
    assert (made.columns, made.size) == (8, (8 * 17 + 1, 2 * 17 + 1))


def test_grey_pictures_and_a_single_step_make_one() -> None:
    made = film("a", paths(number=1, steps=1, channels=1))
    assert made.moving == made.still
    one = np.array(opened(made.moving).convert("RGB"))
    assert (one[..., 0] == one[..., 1]).all()
    assert made.columns == 1


def test_where_nothing_moves_nothing_does() -> None:
    walked = np.repeat(paths(steps=1), 6, axis=1)
    pictures, _ = frames(film("a", walked).moving)
    assert all((picture == pictures[0]).all() for picture in pictures)


def test_noise_is_kept_with_some_loss_and_stays_small() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (8, 5, 3, 64, 64), dtype=np.uint8)
    made = film("a", noise)
    pictures, _ = frames(made.moving)
    raw = sum(picture[..., :3].size for picture in pictures)
    assert size(made) < 0.4 * raw
    assert raw > EXACT
    assert len(pictures) == 8
    assert made.size == (8 * 65 + 1, 66)
    assert not (pictures[0][1:-1, 1:65, :3] == np.moveaxis(noise[0, 0], 0, -1)).all()


def test_large_pictures_become_small() -> None:
    assert film("a", paths(height=128, width=200)).size == (3 * 51 + 1, 34)


def size(made: Animation) -> int:
    return len(base64.b64decode(made.moving.partition(",")[2]))
