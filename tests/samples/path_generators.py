"""Paths through latent spaces whose faults are known: (P, T, 3, H, W) in [-1, 1]; severity is 0 (none) to 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.samples import generators as made_up

FRAMES = 25


def ends(paths: int, seed: int, of: dict[str, Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where each object starts and ends, both (P, 2, 2): blue in the upper part, red in the lower, both far away."""
    rng = np.random.default_rng(seed)
    low, high = of["margin"], of["canvas"][0] - of["margin"] - 1
    span = high - low
    left = np.stack(
        [rng.uniform(low, low + 0.2 * span, (paths, 2)), low + span * rng.uniform([0, 0.8], [0.2, 1], (paths, 2))], -1
    )
    right = np.stack(
        [rng.uniform(high - 0.2 * span, high, (paths, 2)), low + span * rng.uniform([0, 0.8], [0.2, 1], (paths, 2))], -1
    )
    return left, right


def along(paths: int, time: NDArray[Any], seed: int, of: dict[str, Any], subpixel: bool = False) -> list[NDArray[Any]]:
    """Draw both objects' ink, each (P, T, 3, H, W), at the given times (T) in [0, 1] between their ends."""
    left, right = ends(paths, seed, of)
    shapes = np.random.default_rng(seed + 1).integers(2, size=(paths, 2))
    objects = []
    for which, colour in enumerate(of["objects"]):
        places = left[:, None, which] * (1 - time)[:, None] + right[:, None, which] * time[:, None]
        flat, shape = places.reshape(-1, 2), np.repeat(shapes[:, which], len(time))
        if subpixel:  # bilinear between the four pixels around
            corner = np.floor(flat).astype(int)
            part = (flat - corner).astype(np.float32)
            ink = sum(
                made_up.layer(corner + np.array([i, j]), shape, colour, of)
                * (np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1]))[:, None, None, None]
                for i in (0, 1)
                for j in (0, 1)
            )
        else:
            ink = made_up.layer(np.round(flat).astype(int), shape, colour, of)
        objects.append(np.asarray(ink).reshape(paths, len(time), 3, *of["canvas"]))
    return objects


def _times() -> NDArray[Any]:
    return np.linspace(0, 1, FRAMES)


def _pictures(blue: NDArray[Any], red: NDArray[Any]) -> NDArray[np.float32]:
    """Lay red over blue, both as ink."""
    cover = red.max(2, keepdims=True)
    return made_up.picture(blue * (1 - cover) + red)


def motion(
    paths: int, seed: int = 0, of: dict[str, Any] = made_up.PAPER, subpixel: bool = False
) -> NDArray[np.float32]:
    return _pictures(*along(paths, _times(), seed, of, subpixel))


def cross_fading(paths: int, severity: float, seed: int = 0, of: dict[str, Any] = made_up.PAPER) -> NDArray[np.float32]:
    """Red fades out at its start and in at its end; at a lower severity that is mixed with motion."""
    time = _times()
    blue, red = along(paths, time, seed, of)
    weight = time[:, None, None, None].astype(np.float32)
    faded = red[:, :1] * (1 - weight) + red[:, -1:] * weight
    return _pictures(blue, (1 - severity) * red + severity * faded)


def teleporting(paths: int, jumps: int, seed: int = 0, of: dict[str, Any] = made_up.PAPER) -> NDArray[np.float32]:
    """Red moves on only at `jumps` of the steps."""
    time = _times()
    held = np.round(time * jumps) / jumps if jumps else time
    blue, _ = along(paths, time, seed, of)
    _, red = along(paths, held, seed, of)
    return _pictures(blue, red)


def vanishing(paths: int, severity: float, seed: int = 0, of: dict[str, Any] = made_up.PAPER) -> NDArray[np.float32]:
    """Red fades on its way and comes back."""
    time = _times()
    blue, red = along(paths, time, seed, of)
    left = 1 - severity * np.exp(-(((time - 0.5) / 0.1) ** 2))
    return _pictures(blue, red * left[:, None, None, None].astype(np.float32))


def _pattern(of: dict[str, Any], seed: int) -> NDArray[np.float32]:
    return (np.random.default_rng(seed).uniform(size=(3, *of["canvas"])) < 0.5).astype(np.float32)


def stained(paths: int, severity: float, seed: int = 0, of: dict[str, Any] = made_up.PAPER) -> NDArray[np.float32]:
    """A grey stain in the middle of the canvas, always there."""
    pictures = motion(paths, seed, of)
    quarter = of["canvas"][0] // 4
    stain = np.zeros(of["canvas"], np.float32)
    stain[quarter + 2 : -quarter - 2, quarter + 2 : -quarter - 2] = severity
    return np.minimum(pictures, 1 - stain).astype(np.float32)


def flickering(paths: int, severity: float, seed: int = 0, of: dict[str, Any] = made_up.PAPER) -> NDArray[np.float32]:
    """A pattern of dots at fixed pixels that comes and goes."""
    swing = (0.5 + 0.5 * np.sin(np.arange(FRAMES))).astype(np.float32)[:, None, None, None]
    return np.clip(motion(paths, seed, of) - severity * swing * _pattern(of, seed), -1, 1).astype(np.float32)


def textured(paths: int, severity: float, seed: int = 0, of: dict[str, Any] = made_up.PAPER) -> NDArray[np.float32]:
    """Objects move beneath a texture that stays with the canvas: they are lighter where it says so."""
    ink = (1 - motion(paths, seed, of)) / 2
    return made_up.picture(ink * (1 - severity * 0.5 * _pattern(of, seed)[:1]))
