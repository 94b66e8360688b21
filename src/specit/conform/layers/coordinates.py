"""Coordinates: seen, added, turned into waves, learned, and read off."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

Weights = Mapping[str, Any]


def _line(n: int, layer: Any) -> Any:
    """Return the coordinates of n pixels: the span's ends at the outermost pixels, or at their outer edges."""
    low, high = layer.span
    if layer.anchor == "centers":
        step = (high - low) / n
        return low + step / 2 + step * np.arange(n)
    # A single pixel lies in the middle.
    return np.linspace(low, high, n) if n > 1 else np.array([(low + high) / 2])


def coordinates_of(x: Any, layer: Any) -> Any:
    """Return what an image's pixels are told of their places, (1, coords, H, W)."""
    height, width = x.shape[2:]
    rows, columns = np.meshgrid(_line(height, layer), _line(width, layer), indexing="ij")
    maps = [rows, columns] if layer.order == "ij" else [columns, rows]
    if layer.radius:
        maps.append(np.sqrt(rows**2 + columns**2))
    return ops.cast(ops.convert_to_tensor(np.stack(maps)[None]), x.dtype)


def with_coordinates(x: Any, layer: Any, groups: int = 1) -> Any:
    """Return an image with the coordinates after the channels of every group."""
    maps = ops.repeat(coordinates_of(x, layer), len(x), axis=0)
    return ops.concatenate([each for part in ops.split(x, groups, axis=1) for each in (part, maps)], axis=1)


def add_coords(layer: Any, weights: Weights, x: Any) -> Any:
    """`coordconv.AddCoords`."""
    return with_coordinates(x, layer)


def fourier_features2d(layer: Any, weights: Weights, x: Any) -> Any:
    """For every octave: sine and cosine of the columns' coordinates, then of the rows'."""
    height, width = x.shape[2:]
    maps = []
    for octave in range(layer.frequencies):
        for line, shape in ((_line(width, layer), (1, width)), (_line(height, layer), (height, 1))):
            phase = math.pi * 2**octave * line.reshape(shape)
            maps += [np.broadcast_to(wave, (height, width)) for wave in (np.sin(phase), np.cos(phase))]
    waves = ops.cast(ops.convert_to_tensor(np.stack(maps)[None]), x.dtype)
    return ops.concatenate([x, ops.repeat(waves, len(x), axis=0)], axis=1)


def fourier_features(layer: Any, weights: Weights, x: Any) -> Any:
    """The vector, then for every octave the sines and the cosines of its numbers."""
    parts = [x]
    for octave in range(layer.frequencies):
        phase = math.pi * 2**octave * x
        parts += [ops.sin(phase), ops.cos(phase)]
    return ops.concatenate(parts, axis=1)


def position_embedding2d(layer: Any, weights: Weights, x: Any) -> Any:
    """A learned map, added or after the channels."""
    learned = weights["weight"][None]
    if layer.combine == "add":
        return x + learned
    return ops.concatenate([x, ops.repeat(learned, len(x), axis=0)], axis=1)


def soft_argmax2d(layer: Any, weights: Weights, x: Any) -> Any:
    """The mean place under a softmax over all pixels, x and y of each channel in turn."""
    n, channels, height, width = x.shape
    share = ops.reshape(ops.softmax(ops.reshape(x, (n, channels, -1)) / layer.temperature, axis=2), x.shape)
    across = ops.sum(share * _line(width, layer)[None, None, None, :], axis=(2, 3))
    down = ops.sum(share * _line(height, layer)[None, None, :, None], axis=(2, 3))
    return ops.reshape(ops.stack([across, down], axis=2), (n, 2 * channels))
