"""Every layer of the vocabulary in Keras: (layer, weights, inputs) → output, all in PyTorch's order of axes.

The functions know no PyTorch. Where Keras has an operation it is used; what is our own is written out once more, so
that a slip in one place shows in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .activation import ACTIVATIONS
from .convolution import conv2d, conv_transpose2d, coord_conv2d, coord_conv_transpose2d
from .coordinates import add_coords, fourier_features, fourier_features2d, position_embedding2d, soft_argmax2d
from .joining import add, concatenate, multiply
from .linear import linear, locally_connected2d
from .normalisation import batch_norm2d
from .pooling import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from .resize import upsample, zero_pad2d
from .shape import crop2d, flatten, scale, sum_, tile, unflatten

Array = Any
Apply = Callable[..., Array]
"""(layer, weights by name, inputs) → output."""

KERAS_LAYERS: Mapping[str, Apply] = {
    **ACTIVATIONS,
    "AdaptiveAvgPool2d": adaptive_avg_pool2d,
    "AdaptiveMaxPool2d": adaptive_max_pool2d,
    "Add": add,
    "AddCoords": add_coords,
    "AvgPool2d": avg_pool2d,
    "BatchNorm2d": batch_norm2d,
    "Concatenate": concatenate,
    "Conv2d": conv2d,
    "ConvTranspose2d": conv_transpose2d,
    "CoordConv2d": coord_conv2d,
    "CoordConvTranspose2d": coord_conv_transpose2d,
    "Crop2d": crop2d,
    "Flatten": flatten,
    "FourierFeatures": fourier_features,
    "FourierFeatures2d": fourier_features2d,
    "Linear": linear,
    "LocallyConnected2d": locally_connected2d,
    "MaxPool2d": max_pool2d,
    "Multiply": multiply,
    "PositionEmbedding2d": position_embedding2d,
    "Scale": scale,
    "SoftArgmax2d": soft_argmax2d,
    "Sum": sum_,
    "Tile": tile,
    "Unflatten": unflatten,
    "Upsample": upsample,
    "ZeroPad2d": zero_pad2d,
}
