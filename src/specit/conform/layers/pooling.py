"""Pooling: every output pixel gathers its window, of which what lies outside the image does not count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops

Weights = Mapping[str, Any]
Window = Sequence[int]
"""The pixels of a window along one axis, those outside the image included."""


def max_pool2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.MaxPool2d`."""
    return _pooled(x, _windows(layer, layer.output(x.shape[1:])), "max")


def avg_pool2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.AvgPool2d`: divided by the window's pixels in the padded image, in the image, or a stated number."""
    windows = _windows(layer, layer.output(x.shape[1:]))
    if layer.divisor_override:
        return _pooled(x, windows, "sum") / layer.divisor_override
    if not layer.count_include_pad:
        return _pooled(x, windows, "mean")
    counts = []
    for axis, places in enumerate(windows):
        limit = x.shape[2 + axis] + layer.padding[axis]
        counts.append(np.array([sum(place < limit for place in window) for window in places], dtype=float))
    return _pooled(x, windows, "sum") / (counts[0][:, None] * counts[1][None, :])


def adaptive_avg_pool2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.AdaptiveAvgPool2d`."""
    return _pooled(x, _adaptive(x, layer), "mean")


def adaptive_max_pool2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.AdaptiveMaxPool2d`."""
    return _pooled(x, _adaptive(x, layer), "max")


def _windows(layer: Any, made: Sequence[int]) -> list[list[Window]]:
    """Return the windows along both axes."""
    stride, dilation = layer.stride or layer.kernel_size, getattr(layer, "dilation", (1, 1))
    return [
        [[i * s - p + j * d for j in range(k)] for i in range(count)]
        for count, s, p, k, d in zip(made[1:], stride, layer.padding, layer.kernel_size, dilation, strict=True)
    ]


def _adaptive(x: Any, layer: Any) -> list[list[Window]]:
    """Window i of m over n pixels is floor(i n / m) to ceil((i + 1) n / m)."""
    return [
        [list(range(i * n // m, -(-(i + 1) * n // m))) for i in range(m)]
        for n, m in zip(x.shape[2:], layer.output_size, strict=True)
    ]


def _pooled(x: Any, windows: Sequence[Sequence[Window]], how: str) -> Any:
    """Pool one axis after the other."""
    for axis, places in zip((2, 3), windows, strict=True):
        x = ops.stack([_window(x, window, axis, how) for window in places], axis=axis)
    return x


def _window(x: Any, window: Window, axis: int, how: str) -> Any:
    inside = [place for place in window if 0 <= place < x.shape[axis]]
    pixels = ops.take(x, ops.convert_to_tensor(inside), axis=axis)
    if how == "max":
        return ops.max(pixels, axis=axis)
    total = ops.sum(pixels, axis=axis)
    return total / len(inside) if how == "mean" else total
