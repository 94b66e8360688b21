"""Convolutions: padding is added by hand, a transposed one is made whole and cropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

from .axes import Sides, pad, to_first, to_last
from .coordinates import with_coordinates

Weights = Mapping[str, Any]


def conv2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.Conv2d`."""
    padded = to_last(pad(x, _sides(layer), layer.padding_mode))
    kernel = ops.transpose(weights["weight"], (2, 3, 1, 0))
    made = ops.conv(
        padded,
        kernel,
        strides=layer.stride,
        padding="valid",
        data_format="channels_last",
        dilation_rate=layer.dilation,
    )
    return to_first(made + weights["bias"] if layer.bias else made)


def coord_conv2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`coordconv.CoordConv2d`, the obvious way: every group's channels, and the coordinates after them."""
    return conv2d(layer, weights, with_coordinates(x, layer, layer.groups))


def conv_transpose2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`torch.nn.ConvTranspose2d`: whole, then without `padding` at both ends, then `output_padding` more at the end."""
    groups = zip(ops.split(x, layer.groups, axis=1), ops.split(weights["weight"], layer.groups, axis=0), strict=True)
    made = ops.concatenate([_whole(layer, part, kernel) for part, kernel in groups], axis=1)
    for axis, (size, padding, more) in enumerate(
        zip(made.shape[2:], layer.padding, layer.output_padding, strict=True), start=2
    ):
        # What output_padding adds lies beyond what any kernel reaches, unless the padding has just cut that off.
        sides = [(0, 0), (0, 0), (0, 0), (0, 0)]
        sides[axis] = (0, more)
        places = ops.arange(padding, size + more - padding)
        made = ops.take(ops.pad(made, sides), places, axis=axis)
    return made + ops.reshape(weights["bias"], (1, -1, 1, 1)) if layer.bias else made


def coord_conv_transpose2d(layer: Any, weights: Weights, x: Any) -> Any:
    """`coordconv.CoordConvTranspose2d`: the coordinates of its input, for every group."""
    return conv_transpose2d(layer, weights, with_coordinates(x, layer, layer.groups))


def _whole(layer: Any, x: Any, weight: Any) -> Any:
    """Return all that a group's kernels reach, (N, C, (H - 1) s + d (k - 1) + 1, ...)."""
    kernel = ops.transpose(weight, (2, 3, 1, 0))
    for axis, rate in enumerate(layer.dilation):
        kernel = _spread(kernel, axis, rate)
    reach = [(n - 1) * s + k for n, s, k in zip(x.shape[2:], layer.stride, kernel.shape[:2], strict=True)]
    made = ops.conv_transpose(to_last(x), kernel, strides=layer.stride, padding="valid", data_format="channels_last")
    return to_first(made[:, : reach[0], : reach[1]])


def _spread(kernel: Any, axis: int, rate: int) -> Any:
    """Return a kernel with rate - 1 zeros between its numbers along an axis."""
    size = kernel.shape[axis]
    parts = [ops.take(kernel, ops.convert_to_tensor([i]), axis=axis) for i in range(size)]
    gap = [ops.zeros_like(parts[0])] * (rate - 1)
    spread = [each for part in parts for each in (part, *gap)]
    return ops.concatenate(spread[: len(spread) - len(gap)], axis=axis)


def _sides(layer: Any) -> Sides:
    """Return the padding of every side; of SAME's odd surplus the larger half goes to the end, as in TensorFlow."""
    if layer.padding == "valid":
        return ((0, 0), (0, 0))
    if layer.padding == "same":
        surplus = [d * (k - 1) for d, k in zip(layer.dilation, layer.kernel_size, strict=True)]
        return ((surplus[0] // 2, surplus[0] - surplus[0] // 2), (surplus[1] // 2, surplus[1] - surplus[1] // 2))
    rows, columns = layer.padding
    return ((rows, rows), (columns, columns))
