"""One plain convolution made into the CoordConv layer of the same kind."""

from __future__ import annotations

from typing import Literal, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from ._arguments import geometry
from ._conv import CoordConv1d, CoordConv2d, CoordConv3d
from ._conv_transpose import CoordConvTranspose1d, CoordConvTranspose2d, CoordConvTranspose3d
from ._layer import _CoordConvNd
from ._layout import memory_format

Init: TypeAlias = Literal["zero", "default"]

_LAYERS = (CoordConv1d, CoordConv2d, CoordConv3d, CoordConvTranspose1d, CoordConvTranspose2d, CoordConvTranspose3d)
FORMS: dict[type[_ConvNd], type[_CoordConvNd]] = {layer._plain: layer for layer in _LAYERS}


def plain_weight_shape(conv: _ConvNd) -> tuple[int, ...]:
    """Return the shape that the weight of `conv` has, if its attributes tell the truth."""
    if conv.transposed:
        return conv.in_channels, conv.out_channels // conv.groups, *conv.kernel_size
    return conv.out_channels, conv.in_channels // conv.groups, *conv.kernel_size


@torch.no_grad()
def coordinate_form(conv: _ConvNd, init: Init, radius: bool) -> _CoordConvNd:
    """Return a CoordConv layer with the weights of `conv` for the inputs and initial ones for the coordinates.

    The bias is the same object, and so is whatever else somebody put on `conv` or its weight.
    """
    layer = _uninitialised_form(conv, radius)
    if init == "default":
        layer.reset_parameters()
    else:
        nn.init.zeros_(layer.weight)
    for_inputs = _part_for_inputs(layer)
    for_inputs.copy_(conv.weight.reshape(for_inputs.shape))
    layer.to(memory_format=memory_format(conv.weight))  # type: ignore[call-overload]
    layer.weight.requires_grad_(conv.weight.requires_grad)
    layer.bias = conv.bias
    layer.train(conv.training)
    _carry_attributes(conv, layer)
    _carry_attributes(conv.weight, layer.weight)
    return layer


def _uninitialised_form(conv: _ConvNd, radius: bool) -> _CoordConvNd:
    """Return the layer with memory that nobody has written to, which draws no random numbers."""
    layer: _CoordConvNd = nn.utils.skip_init(
        FORMS[type(conv)],
        conv.in_channels,
        conv.out_channels,
        bias=conv.bias is not None,
        dtype=conv.weight.dtype,
        device=conv.weight.device,
        radius=radius,
        **geometry(conv),
    )
    return layer


def _part_for_inputs(layer: _CoordConvNd) -> Tensor:
    """Return the view of the weight without the coordinates, which come after the inputs in every group."""
    weight: Tensor = layer.weight
    if layer.transposed:
        weight = weight.unflatten(0, (layer.groups, -1))  # whose inputs lie along the first axis, group by group
    return weight[:, : layer.in_channels // layer.groups]


def _carry_attributes(old: nn.Module | Tensor, new: nn.Module | Tensor) -> None:
    """Keep what others note on their modules and parameters, such as which are exempt from weight decay."""
    vars(new).update({name: value for name, value in vars(old).items() if name not in vars(new)})
