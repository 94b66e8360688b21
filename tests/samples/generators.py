"""Generators of pictures whose faults are known: what the measures are tried on.

Each returns pictures (N, 3, H, W) in [-1, 1]; severity goes from 0 (none of the fault) to 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from specit.data.sort_of_clevr import Scenes, draw, make, masks, scaled
from specit.samples.expected import Expected
from specit.spec.datasets.sort_of_clevr import COLOURS, SortOfClevr

Pictures = NDArray[np.float32]
PAPER: dict[str, Any] = {
    "canvas": (64, 64), "size": 10, "objects": ("blue", "red"), "shapes": ("square", "circle"),
    "least_distance": 20.0, "margin": 10, "range": (-1.0, 1.0),
}  # fmt: skip
SMALL: dict[str, Any] = PAPER | {"canvas": (32, 32), "size": 5, "least_distance": 10.0, "margin": 5}
BLUE, RED = 0, 1


def stated(images: int, seed: int = 0, of: dict[str, Any] = PAPER) -> SortOfClevr:
    return SortOfClevr(images=images, seed=seed, **of)


def expected(of: dict[str, Any] = PAPER) -> Expected:
    what = stated(1, of=of)
    return Expected([COLOURS[colour] for colour in what.objects], masks(what), what.range)


def perfect(images: int, seed: int = 0, of: dict[str, Any] = PAPER) -> Pictures:
    return scaled(make(stated(images, seed, of)).pictures, of["range"])


def scenes(images: int, seed: int = 0, of: dict[str, Any] = PAPER) -> Scenes:
    return make(stated(images, seed, of))


def layer(positions: NDArray[Any], shapes: NDArray[Any], colour: str, of: dict[str, Any] = PAPER) -> Pictures:
    """Draw one object a picture alone, as ink: what it takes away from white, (N, 3, H, W) in [0, 1]."""
    one = SortOfClevr(images=1, seed=0, **(of | {"objects": (colour,)}))
    return 1 - scaled(draw(positions[:, None], shapes[:, None], one), (0.0, 1.0))


def over(below: Pictures, above: Pictures, opacity: NDArray[Any] | float = 1.0) -> Pictures:
    """Lay the ink `above` over the ink `below` where it is."""
    there = (above.max(1, keepdims=True) > 0) * np.reshape(np.asarray(opacity, np.float32), (-1, 1, 1, 1))
    return (below * (1 - there) + above * there).astype(np.float32)


def picture(ink: Pictures) -> Pictures:
    """Turn ink into pictures in [-1, 1]."""
    return (1 - 2 * ink).astype(np.float32)


def inks(made: Scenes, of: dict[str, Any] = PAPER) -> tuple[Pictures, Pictures]:
    return tuple(layer(made.positions[:, i], made.shapes[:, i], of["objects"][i], of) for i in (BLUE, RED))  # type: ignore[return-value]


def chosen(images: int, share: float, seed: int) -> NDArray[np.bool_]:
    """Choose round(share · images) pictures; of a larger share, the same and more."""
    return np.random.default_rng(seed).permutation(images) < round(share * images)


def missing(images: int, share: float, seed: int = 0, of: dict[str, Any] = PAPER) -> Pictures:
    """Leave red out of a share of the pictures."""
    blue, red = inks(scenes(images, seed, of), of)
    red[chosen(images, share, seed)] = 0
    return picture(over(blue, red))


def doubled(images: int, share: float, seed: int = 0, of: dict[str, Any] = PAPER) -> Pictures:
    """Draw blue a second time in a share of the pictures, where it keeps apart from both."""
    made = make(SortOfClevr(images=images, seed=seed, **(of | {
        "objects": ("blue", "red", "green"), "least_distance": of["least_distance"] * 0.8})))  # fmt: skip
    blue, red, again = (
        layer(made.positions[:, i], made.shapes[:, i], c, of) for i, c in enumerate(("blue", "red", "blue"))
    )
    again[~chosen(images, share, seed)] = 0
    return picture(over(over(blue, again), red))


def torn(images: int, share: float, seed: int = 0, of: dict[str, Any] = PAPER) -> Pictures:
    """Cut a band as wide as two fifths of its side out of red, in a share of the pictures."""
    made = scenes(images, seed, of)
    blue, red = inks(made, of)
    columns = np.arange(of["canvas"][1])
    band = np.abs(columns - made.positions[:, RED, :1]) <= round(0.4 * of["size"])
    red *= ~(band & chosen(images, share, seed)[:, None])[:, None, None, :]
    return picture(over(blue, red))


def faded(images: int, fading: float, seed: int = 0, of: dict[str, Any] = PAPER) -> Pictures:
    """Let red fade in every picture: 0 is full colour, 1 is gone."""
    blue, red = inks(scenes(images, seed, of), of)
    return picture(over(blue, red * np.float32(1 - fading)))


def collapsed(images: int, kind: str, share: float = 1.0, seed: int = 0, of: dict[str, Any] = PAPER) -> Pictures:
    """Let red's place collapse in a share of the pictures: onto a `line`, a `point`, a `quadrant`; or let it stand at
    one `difference` from blue, which is uniform over where there is room for both."""
    made = scenes(images, seed, of)
    rng = np.random.default_rng(seed + 1)
    low, high = of["margin"], of["canvas"][0] - of["margin"] - 1
    span = high - low
    t = rng.uniform(size=images)
    jitter = rng.normal(0, 0.5, (images, 2))
    positions = made.positions.astype(float)
    match kind:
        case "line":
            places = np.stack([low + span * t, low + span * (0.5 + 0.4 * np.sin(5 * t))], 1)
        case "point":
            places = np.full((images, 2), low + 0.3 * span)
        case "quadrant":
            places = low + span / 2 * rng.uniform(size=(images, 2))
            jitter[:] = 0
        case "difference":
            places = rng.uniform([low + 0.5 * span, low], high, (images, 2))
            positions[:, BLUE] = np.where(
                chosen(images, share, seed)[:, None], places - [0.5 * span, 0], positions[:, BLUE]
            )
        case _:
            raise ValueError(kind)
    positions[:, RED] = np.where(chosen(images, share, seed)[:, None], places + jitter, positions[:, RED])
    whole = np.clip(np.round(positions), low, high).astype(np.int16)
    return scaled(draw(whole, made.shapes, stated(images, seed, of)), of["range"])
