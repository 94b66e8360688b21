"""Between (N, C, H, W), PyTorch's order of axes, and (N, H, W, C), which Keras convolves in; and padding per side."""

from __future__ import annotations

from typing import Any

from keras import ops

Sides = tuple[tuple[int, int], tuple[int, int]]
"""((top, bottom), (left, right))"""


def to_last(x: Any) -> Any:
    """Return (N, C, H, W) as (N, H, W, C)."""
    return ops.transpose(x, (0, 2, 3, 1))


def to_first(x: Any) -> Any:
    """Return (N, H, W, C) as (N, C, H, W)."""
    return ops.transpose(x, (0, 3, 1, 2))


_MODES = {"zeros": "constant", "reflect": "reflect", "circular": "wrap", "replicate": "edge"}


def pad(x: Any, sides: Sides, mode: str = "zeros", value: float = 0.0) -> Any:
    """Return (N, C, H, W) with pixels around it. The modes that Keras lacks gather the pixels they repeat."""
    if mode in ("zeros", "reflect"):
        constant = {"constant_values": value} if mode == "zeros" else {}
        return ops.pad(x, ((0, 0), (0, 0), *sides), mode=_MODES[mode], **constant)
    for axis, (before, after) in zip((2, 3), sides, strict=True):
        size = x.shape[axis]
        places = [i % size if mode == "circular" else min(max(i, 0), size - 1) for i in range(-before, size + after)]
        x = ops.take(x, ops.convert_to_tensor(places), axis=axis)
    return x
