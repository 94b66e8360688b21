"""Growing images: by zeros around them, and by interpolation between pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from .axes import pad

Weights = Mapping[str, Any]


def zero_pad2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.ZeroPad2d`."""
    left, right, top, bottom = layer.padding
    return pad(x, ((top, bottom), (left, right)))


def upsample(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.Upsample`: along each axis, every output pixel is a weighted sum of input pixels."""
    _, height, width = layer.output(x.shape[1:])
    for axis, (before, after) in enumerate(((x.shape[2], height), (x.shape[3], width))):
        matrix = _interpolation(layer, before, after, axis)
        x = ops.einsum("nchw,ih->nciw" if axis == 0 else "nchw,jw->nchj", x, ops.cast(matrix, x.dtype))
    return x


def _interpolation(layer: Any, before: int, after: int, axis: int) -> Any:
    """Return the weights of the input pixels in each output pixel, (after, before)."""
    stated = layer.scale_factor[axis] if layer.scale_factor and not layer.recompute_scale_factor else None
    ratio = 1 / stated if stated else before / after
    matrix = np.zeros((after, before))
    for i in range(after):
        for place, weight in _weights(layer, i, ratio, before, after):
            matrix[i, min(max(place, 0), before - 1)] += weight
    return matrix


def _weights(layer: Any, i: int, ratio: float, before: int, after: int) -> list[tuple[int, float]]:
    if layer.mode == "nearest":  # the pixel under the output pixel's corner
        return [(math.floor(i * ratio), 1.0)]
    if layer.mode == "nearest-exact":  # the pixel under its centre
        return [(math.floor((i + 0.5) * ratio), 1.0)]
    if layer.align_corners:
        at = i * (before - 1) / (after - 1) if after > 1 else 0.0
    else:
        at = (i + 0.5) * ratio - 0.5
        at = max(at, 0.0) if layer.mode == "bilinear" else at
    low = math.floor(at)
    part = at - low
    if layer.mode == "bilinear":
        return [(low, 1 - part), (low + 1, part)]
    return [(low + step, _cubic(abs(part - step))) for step in (-1, 0, 1, 2)]


def _cubic(t: float, a: float = -0.75) -> float:
    """Keys' kernel, with PyTorch's a."""
    if t <= 1:
        return (a + 2) * t**3 - (a + 3) * t**2 + 1
    return a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a
