"""Every layer of the vocabulary in Keras: (layer, weights, inputs) → output, all in PyTorch's order of axes.

The functions know no PyTorch. Where Keras has an operation it is used; what is our own is written out once more, so
that a slip in one place shows in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .activation import ACTIVATIONS
from .arithmetic import learned_scale, learned_shift, mean, scale, shift, sum_
from .convolution import conv2d, conv_transpose2d, coord_conv2d, coord_conv_transpose2d
from .coordinates import add_coords, fourier_features, fourier_features2d, position_embedding2d, soft_argmax2d
from .dropout import dropout, dropout2d, dropout_in_evaluation
from .joining import add, concatenate, multiply
from .linear import linear, locally_connected2d
from .normalisation import (
    batch_norm,
    batch_norm_in_evaluation,
    batch_norm_kept,
    group_norm,
    instance_norm,
    instance_norm_in_evaluation,
    instance_norm_kept,
    layer_norm,
)
from .pooling import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from .resize import upsample, zero_pad2d
from .shape import crop2d, flatten, permute, slice_, tile, unflatten

Array = Any
Apply = Callable[..., Array]
"""(layer, weights by name, inputs) → output. What chance drew, and what is kept, comes with the weights."""

KERAS_LAYERS: Mapping[str, Apply] = {
    **ACTIVATIONS,
    "AdaptiveAvgPool2d": adaptive_avg_pool2d,
    "AdaptiveMaxPool2d": adaptive_max_pool2d,
    "Add": add,
    "AddCoords": add_coords,
    "AvgPool2d": avg_pool2d,
    "BatchNorm1d": batch_norm,
    "BatchNorm2d": batch_norm,
    "Concatenate": concatenate,
    "Conv2d": conv2d,
    "ConvTranspose2d": conv_transpose2d,
    "CoordConv2d": coord_conv2d,
    "CoordConvTranspose2d": coord_conv_transpose2d,
    "Crop2d": crop2d,
    "Dropout": dropout,
    "Dropout2d": dropout2d,
    "Flatten": flatten,
    "FourierFeatures": fourier_features,
    "FourierFeatures2d": fourier_features2d,
    "GroupNorm": group_norm,
    "InstanceNorm2d": instance_norm,
    "LayerNorm": layer_norm,
    "LearnedScale": learned_scale,
    "LearnedShift": learned_shift,
    "Linear": linear,
    "LocallyConnected2d": locally_connected2d,
    "MaxPool2d": max_pool2d,
    "Mean": mean,
    "Multiply": multiply,
    "Permute": permute,
    "PositionEmbedding2d": position_embedding2d,
    "Scale": scale,
    "Shift": shift,
    "Slice": slice_,
    "SoftArgmax2d": soft_argmax2d,
    "Sum": sum_,
    "Tile": tile,
    "Unflatten": unflatten,
    "Upsample": upsample,
    "ZeroPad2d": zero_pad2d,
}
"""What every layer computes in training."""

IN_EVALUATION: Mapping[str, Apply] = {
    "BatchNorm1d": batch_norm_in_evaluation,
    "BatchNorm2d": batch_norm_in_evaluation,
    "Dropout": dropout_in_evaluation,
    "Dropout2d": dropout_in_evaluation,
    "InstanceNorm2d": instance_norm_in_evaluation,
}
"""What those compute in evaluation that compute something else there."""

RUNNING: Mapping[str, Apply] = {
    "BatchNorm1d": batch_norm_kept,
    "BatchNorm2d": batch_norm_kept,
    "InstanceNorm2d": instance_norm_kept,
}
"""What those keep that keep running averages: (layer, averages before, input) → averages after."""
