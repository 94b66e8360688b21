"""A torch module for every layer of the vocabulary."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from coordconv import AddCoords, CoordConv2d, CoordConvTranspose2d
from specit.spec.layers import Layer

from .layers import (
    Add,
    Concatenate,
    Crop2d,
    FourierFeatures,
    FourierFeatures2d,
    Gaussian,
    LearnedScale,
    LearnedShift,
    LocallyConnected2d,
    Mean,
    Multiply,
    Permute,
    PositionEmbedding2d,
    Scale,
    Shift,
    Sin,
    Slice,
    SoftArgmax2d,
    Sum,
)
from .layers import Tile as Tile

MODULES: dict[str, type[nn.Module]] = {
    "AdaptiveAvgPool2d": nn.AdaptiveAvgPool2d,
    "AdaptiveMaxPool2d": nn.AdaptiveMaxPool2d,
    "Add": Add,
    "AddCoords": AddCoords,
    "AvgPool2d": nn.AvgPool2d,
    "BatchNorm1d": nn.BatchNorm1d,
    "BatchNorm2d": nn.BatchNorm2d,
    "Concatenate": Concatenate,
    "Conv2d": nn.Conv2d,
    "ConvTranspose2d": nn.ConvTranspose2d,
    "CoordConv2d": CoordConv2d,
    "CoordConvTranspose2d": CoordConvTranspose2d,
    "Crop2d": Crop2d,
    "Dropout": nn.Dropout,
    "Dropout2d": nn.Dropout2d,
    "ELU": nn.ELU,
    "Flatten": nn.Flatten,
    "FourierFeatures": FourierFeatures,
    "FourierFeatures2d": FourierFeatures2d,
    "Gaussian": Gaussian,
    "GELU": nn.GELU,
    "GroupNorm": nn.GroupNorm,
    "Hardsigmoid": nn.Hardsigmoid,
    "Hardswish": nn.Hardswish,
    "Hardtanh": nn.Hardtanh,
    "Identity": nn.Identity,
    "InstanceNorm2d": nn.InstanceNorm2d,
    "LayerNorm": nn.LayerNorm,
    "LeakyReLU": nn.LeakyReLU,
    "LearnedScale": LearnedScale,
    "LearnedShift": LearnedShift,
    "Linear": nn.Linear,
    "LocallyConnected2d": LocallyConnected2d,
    "MaxPool2d": nn.MaxPool2d,
    "Mean": Mean,
    "Multiply": Multiply,
    "Permute": Permute,
    "PositionEmbedding2d": PositionEmbedding2d,
    "PReLU": nn.PReLU,
    "ReLU": nn.ReLU,
    "ReLU6": nn.ReLU6,
    "Scale": Scale,
    "Shift": Shift,
    "Sigmoid": nn.Sigmoid,
    "SiLU": nn.SiLU,
    "Sin": Sin,
    "Slice": Slice,
    "SoftArgmax2d": SoftArgmax2d,
    "Softmax": nn.Softmax,
    "Sum": Sum,
    "Tanh": nn.Tanh,
    "Tile": Tile,
    "Unflatten": nn.Unflatten,
    "Upsample": nn.Upsample,
    "ZeroPad2d": nn.ZeroPad2d,
}


"""The class of every layer; an `Input` does nothing."""


def make_module(name: str, layer: Layer) -> nn.Module:
    """Return the module of one layer, with every argument as stated."""
    if name == "Input":
        return nn.Identity()
    arguments: dict[str, Any] = {field: getattr(layer, field) for field in type(layer).model_fields}
    return MODULES[name](**arguments)


def dtype(name: str) -> torch.dtype:
    """Return the torch type that a spec calls `name`."""
    return {"float32": torch.float32}[name]
