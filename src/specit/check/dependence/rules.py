"""The rule of every layer: what each number it makes sees, given what the numbers that go in see.

Every rule is exact for weights of no particular value: what it says is seen changes the number, and nothing else does.
Weights stated as zeros may see less; then the rules say too much, and no task is called impossible that is not.
Networks are taken as they are judged, in evaluation: batch norm with running statistics is one factor a channel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from specit.spec.layers.activation import Softmax
from specit.spec.layers.arithmetic import Mean, Scale, Sum
from specit.spec.layers.convolution import Conv2d, ConvTranspose2d, CoordConv2d, CoordConvTranspose2d
from specit.spec.layers.coordinates import (
    AddCoords,
    FourierFeatures,
    FourierFeatures2d,
    PositionEmbedding2d,
    SoftArgmax2d,
)
from specit.spec.layers.joining import Add, Concatenate, Multiply
from specit.spec.layers.layer import Layer, Shape
from specit.spec.layers.linear import Linear
from specit.spec.layers.local import LocallyConnected2d
from specit.spec.layers.normalisation import BatchNorm1d, BatchNorm2d, GroupNorm, InstanceNorm2d, LayerNorm
from specit.spec.layers.pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from specit.spec.layers.resize import Upsample, ZeroPad2d
from specit.spec.layers.shape import Crop2d, Flatten, Permute, Slice, Tile, Unflatten

from . import taps
from .sees import Sees, concatenated, joined

Rule = Callable[[Any, Sequence[Sees]], Sees]


def _itself(_: Layer, inputs: Sequence[Sees]) -> Sees:
    return inputs[0]


def _scale(layer: Scale, inputs: Sequence[Sees]) -> Sees:
    return inputs[0] if layer.factor else inputs[0].nothing(inputs[0].shape)


def _softmax(layer: Softmax, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    axis = layer.dim - 1 if layer.dim > 0 else len(sees.shape) + layer.dim
    return sees.union(axis) if sees.shape[axis] > 1 else sees.nothing(sees.shape)  # of one number: always 1


def _sum(layer: Sum | Mean, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    for axis in sorted((dim - 1 for dim in layer.dim), reverse=True):
        sees = sees.union(axis).without(axis)
    return sees


def _linear(layer: Linear, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    last = len(sees.shape) - 1
    return sees.union(last).resized(last, layer.out_features)


def _channels(sees: Sees, groups: int, made: int) -> Sees:
    """Let every channel that is made see all channels of its group."""
    if groups == 1 or sees.bits.shape[0] == 1:
        return sees.union(0).resized(0, made)
    if not sees.fits(max(made, groups), *sees.bits.shape[1:-1]):
        return sees.union(0).resized(0, made)  # more than is true
    grouped = sees.bits.reshape(groups, -1, *sees.bits.shape[1:])
    union = grouped[:, 0].copy()
    for member in range(1, grouped.shape[1]):
        union |= grouped[:, member]
    return sees.with_bits((made, *sees.shape[1:]), union.repeat(made // groups, axis=0))


def _convolution(layer: Conv2d | CoordConv2d, inputs: Sequence[Sees]) -> Sees:
    sees = _channels(inputs[0], layer.groups, layer.out_channels)
    made = layer.output(inputs[0].shape)
    for axis in (0, 1):
        kernel, dilation = layer.kernel_size[axis], layer.dilation[axis]
        if layer.padding == "same":
            before = taps.same(dilation * (kernel - 1))
        else:
            before = 0 if layer.padding == "valid" else int(layer.padding[axis])
        sees = sees.gathered(
            axis + 1,
            taps.windows(
                sees.shape[axis + 1],
                made[axis + 1],
                kernel=kernel,
                stride=layer.stride[axis],
                dilation=dilation,
                before=before,
                mode=layer.padding_mode,
            ),
        )
    return sees


def _transposed(layer: ConvTranspose2d | CoordConvTranspose2d, inputs: Sequence[Sees]) -> Sees:
    sees = _channels(inputs[0], layer.groups, layer.out_channels)
    made = layer.output(inputs[0].shape)
    for axis in (0, 1):
        sees = sees.gathered(
            axis + 1,
            taps.transposed(
                sees.shape[axis + 1],
                made[axis + 1],
                kernel=layer.kernel_size[axis],
                stride=layer.stride[axis],
                dilation=layer.dilation[axis],
                padding=layer.padding[axis],
            ),
        )
    return sees


def _locally_connected(layer: LocallyConnected2d, inputs: Sequence[Sees]) -> Sees:
    sees = _channels(inputs[0], 1, layer.out_channels)
    made = layer.output(inputs[0].shape)
    for axis in (0, 1):
        kernel, before = layer.kernel_size[axis], layer.padding[axis]
        found = taps.windows(sees.shape[axis + 1], made[axis + 1], kernel=kernel, before=before)
        sees = sees.gathered(axis + 1, found)
    return sees


def _pool(layer: MaxPool2d | AvgPool2d, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    made = layer.output(sees.shape)
    for axis in (0, 1):
        kernel = layer.kernel_size[axis]
        found = taps.windows(
            sees.shape[axis + 1],
            made[axis + 1],
            kernel=kernel,
            stride=layer.stride[axis] if layer.stride else kernel,
            dilation=layer.dilation[axis] if isinstance(layer, MaxPool2d) else 1,
            before=layer.padding[axis],
        )
        sees = sees.gathered(axis + 1, found)
    return sees


def _adaptive_pool(layer: AdaptiveMaxPool2d | AdaptiveAvgPool2d, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    for axis in (0, 1):
        sees = sees.gathered(axis + 1, taps.adaptive(sees.shape[axis + 1], layer.output_size[axis]))
    return sees


def _batch_norm(layer: BatchNorm1d | BatchNorm2d | InstanceNorm2d, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    return sees if layer.track_running_stats else _together(sees, range(1, len(sees.shape)))


def _group_norm(layer: GroupNorm, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    members = layer.num_channels // layer.num_groups
    if math.prod(sees.shape) == layer.num_groups:  # one number each: minus its mean it is 0
        return sees.nothing(sees.shape)
    grouped = sees.reshaped((layer.num_groups, members, *sees.shape[1:]))
    return _together(grouped, range(1, len(grouped.shape))).reshaped(sees.shape)


def _layer_norm(layer: LayerNorm, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    if math.prod(layer.normalized_shape) == 1:
        return sees.nothing(sees.shape)
    return _together(sees, range(len(sees.shape) - len(layer.normalized_shape), len(sees.shape)))


def _together(sees: Sees, axes: Iterable[int]) -> Sees:
    for axis in axes:
        sees = sees.union(axis)
    return sees


def _permute(layer: Permute, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    bits = sees.bits.transpose(*(dim - 1 for dim in layer.dims[1:]), -1)
    return sees.with_bits(layer.output(sees.shape), bits)


def _slice(layer: Slice, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    axis = layer.dim - 1
    return sees.gathered(axis, taps.shifted(sees.shape[axis], -layer.start, layer.stop - sees.shape[axis]))


def _zero_pad(layer: ZeroPad2d, inputs: Sequence[Sees]) -> Sees:
    left, right, top, bottom = layer.padding
    sees = inputs[0].gathered(1, taps.shifted(inputs[0].shape[1], top, bottom))
    return sees.gathered(2, taps.shifted(sees.shape[2], left, right))


def _crop(layer: Crop2d, inputs: Sequence[Sees]) -> Sees:
    sees = inputs[0].gathered(1, taps.shifted(inputs[0].shape[1], -layer.top, -layer.bottom))
    return sees.gathered(2, taps.shifted(sees.shape[2], -layer.left, -layer.right))


def _upsample(layer: Upsample, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    made = layer.output(sees.shape)
    for axis in (0, 1):
        stated = layer.scale_factor[axis] if layer.scale_factor and not layer.recompute_scale_factor else None
        found = taps.interpolated(
            sees.shape[axis + 1],
            made[axis + 1],
            factor=stated,
            mode=layer.mode,
            align_corners=bool(layer.align_corners),
        )
        sees = sees.gathered(axis + 1, found)
    return sees


def _tile(layer: Tile, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    made = layer.output(sees.shape)
    if layer.into == "channels":
        return sees.with_bits(made, sees.bits[:, None, None])
    if not sees.fits(*made):
        return sees.give_up(made)
    again = sees.expanded()[None].repeat(made[1] * made[2] // sees.shape[0], axis=0)
    return sees.with_bits(made, again.reshape(*made, -1))


def _reshape(layer: Flatten | Unflatten, inputs: Sequence[Sees]) -> Sees:
    return inputs[0].reshaped(layer.output(inputs[0].shape))


def _with_constants(layer: AddCoords | FourierFeatures2d, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    return _and_constants(sees, layer.output(sees.shape))


def _position_embedding(layer: PositionEmbedding2d, inputs: Sequence[Sees]) -> Sees:
    return _and_constants(inputs[0], layer.output(inputs[0].shape))


def _and_constants(sees: Sees, made: Shape) -> Sees:
    """Append channels that are the same for every input."""
    if made == sees.shape:
        return sees
    return concatenated([sees, sees.nothing((made[0] - sees.shape[0], *made[1:]))], 0)


def _fourier_features(layer: FourierFeatures, inputs: Sequence[Sees]) -> Sees:
    return concatenated([inputs[0]] * (1 + 2 * layer.frequencies), 0)


def _soft_argmax(layer: SoftArgmax2d, inputs: Sequence[Sees]) -> Sees:
    (sees,) = inputs
    channels, height, width = sees.shape
    all_of_it = sees.union(1).union(2).without(2).without(1)
    x = all_of_it if width > 1 else sees.nothing((channels,))  # the mean of one coordinate is that coordinate
    y = all_of_it if height > 1 else sees.nothing((channels,))
    pairs = [
        one.with_bits((channels, 1), one.bits[:, None] if one.bits.shape[0] > 1 else one.bits[None]) for one in (x, y)
    ]
    return concatenated(pairs, 1).reshaped((2 * channels,))


def _elementwise(layer: Add | Multiply, inputs: Sequence[Sees]) -> Sees:
    return joined(inputs, layer.join([sees.shape for sees in inputs]))


def _concatenate(layer: Concatenate, inputs: Sequence[Sees]) -> Sees:
    return concatenated(inputs, layer.dim - 1)


ELEMENTWISE = (
    "Dropout", "Dropout2d", "ELU", "GELU", "Gaussian", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity", "LeakyReLU",
    "LearnedScale", "LearnedShift", "PReLU", "ReLU", "ReLU6", "Shift", "SiLU", "Sigmoid", "Sin", "Tanh",
)  # fmt: skip
"""Layers that change every number by itself."""

RULES: dict[str, Rule] = {
    **dict.fromkeys(ELEMENTWISE, _itself),
    "AdaptiveAvgPool2d": _adaptive_pool,
    "AdaptiveMaxPool2d": _adaptive_pool,
    "Add": _elementwise,
    "AddCoords": _with_constants,
    "AvgPool2d": _pool,
    "BatchNorm1d": _batch_norm,
    "BatchNorm2d": _batch_norm,
    "Concatenate": _concatenate,
    "Conv2d": _convolution,
    "ConvTranspose2d": _transposed,
    "CoordConv2d": _convolution,
    "CoordConvTranspose2d": _transposed,
    "Crop2d": _crop,
    "Flatten": _reshape,
    "FourierFeatures": _fourier_features,
    "FourierFeatures2d": _with_constants,
    "GroupNorm": _group_norm,
    "Input": _itself,
    "InstanceNorm2d": _batch_norm,
    "LayerNorm": _layer_norm,
    "Linear": _linear,
    "LocallyConnected2d": _locally_connected,
    "MaxPool2d": _pool,
    "Mean": _sum,
    "Multiply": _elementwise,
    "Permute": _permute,
    "PositionEmbedding2d": _position_embedding,
    "Scale": _scale,
    "Slice": _slice,
    "SoftArgmax2d": _soft_argmax,
    "Softmax": _softmax,
    "Sum": _sum,
    "Tile": _tile,
    "Unflatten": _reshape,
    "Upsample": _upsample,
    "ZeroPad2d": _zero_pad,
}
"""Layer → rule. A layer without one sees everything (see `through`): safe, and a test says which those are: none."""
