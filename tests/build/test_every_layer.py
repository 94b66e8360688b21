"""Every layer of the vocabulary is built as it is stated: its arguments, its shape and its parameters."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from specit.build.modules import make_module
from specit.spec.layers import LAYERS

# Each with arguments that are not the defaults, and an input.
EVERY: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {
    "AdaptiveAvgPool2d": ({"output_size": (2, 3)}, (2, 5, 7)),
    "AdaptiveMaxPool2d": ({"output_size": (3, 1)}, (2, 5, 7)),
    "Add": ({}, (2, 3)),
    "AddCoords": ({"radius": True, "order": "xy", "span": (0.0, 2.0), "anchor": "centers"}, (4, 6, 7)),
    "AvgPool2d": ({"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "ceil_mode": True,
                   "count_include_pad": False, "divisor_override": 5}, (2, 6, 7)),
    "BatchNorm1d": ({"num_features": 3, "eps": 0.1, "momentum": None, "affine": False}, (3, 4)),
    "BatchNorm2d": ({"num_features": 3}, (3, 4, 5)),
    "Concatenate": ({"dim": 2}, (2, 3)),
    "Conv2d": ({"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0),
                "dilation": (1, 2), "groups": 2, "bias": False, "padding_mode": "reflect"}, (4, 6, 7)),
    "ConvTranspose2d": ({"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2), "stride": (2, 3),
                         "padding": (1, 0), "output_padding": (1, 2), "groups": 2, "dilation": (1, 2)}, (4, 3, 5)),
    "CoordConv2d": ({"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2), "groups": 2, "radius": True,
                     "order": "xy", "span": (0.0, 2.0), "anchor": "centers"}, (4, 6, 7)),
    "CoordConvTranspose2d": ({"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2), "stride": (2, 3),
                              "padding": (1, 0), "output_padding": (1, 2), "groups": 2, "dilation": (1, 2),
                              "radius": True, "order": "xy", "span": (0.0, 2.0), "anchor": "centers"}, (4, 3, 5)),
    "Crop2d": ({"left": 0, "right": 1, "top": 2, "bottom": 0}, (2, 5, 4)),
    "Flatten": ({"start_dim": 2, "end_dim": 3}, (2, 3, 4)),
    "Dropout": ({"p": 0.25, "inplace": False}, (3, 4)),
    "Dropout2d": ({"p": 0.25, "inplace": False}, (3, 4, 5)),
    "ELU": ({"alpha": 0.5}, (3,)),
    "GELU": ({"approximate": "tanh"}, (3,)),
    "FourierFeatures": ({"frequencies": 3}, (5,)),
    "FourierFeatures2d": ({"frequencies": 3, "span": (0.0, 2.0), "anchor": "centers"}, (2, 3, 4)),
    "Gaussian": ({}, (2, 3)),
    "GroupNorm": ({"num_groups": 2, "num_channels": 4, "eps": 0.1, "affine": False}, (4, 5)),
    "Hardsigmoid": ({"inplace": False}, (3,)),
    "Hardswish": ({"inplace": False}, (3,)),
    "Hardtanh": ({"min_val": -2.0, "max_val": 0.5}, (3,)),
    "Identity": ({}, (2, 3)),
    "Input": ({"shape": (2, 3)}, (2, 3)),
    "InstanceNorm2d": ({"num_features": 3, "eps": 0.1, "momentum": 0.2, "affine": True,
                        "track_running_stats": True}, (3, 4, 5)),
    "LayerNorm": ({"normalized_shape": (4, 5), "eps": 0.1, "bias": False}, (3, 4, 5)),
    "LearnedScale": ({"shape": (3, 1)}, (2, 3, 4)),
    "LearnedShift": ({"shape": (4,)}, (2, 3, 4)),
    "LeakyReLU": ({"negative_slope": 0.2}, (3,)),
    "Linear": ({"in_features": 3, "out_features": 2, "bias": False}, (4, 3)),
    "LocallyConnected2d": ({"in_channels": 2, "out_channels": 3, "size": (4, 5), "kernel_size": (3, 2),
                            "padding": (0, 1), "bias": False}, (2, 4, 5)),
    "MaxPool2d": ({"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "dilation": (1, 2),
                   "ceil_mode": True}, (2, 6, 7)),
    "Mean": ({"dim": (1, 3)}, (2, 3, 4)),
    "Multiply": ({}, (2, 3)),
    "PReLU": ({"num_parameters": 3, "init": 0.5}, (3, 4)),
    "Permute": ({"dims": (0, 3, 1, 2)}, (2, 3, 4)),
    "PositionEmbedding2d": ({"channels": 2, "size": (3, 4), "combine": "concatenate"}, (3, 3, 4)),
    "ReLU": ({"inplace": False}, (3,)),
    "ReLU6": ({"inplace": False}, (3,)),
    "Scale": ({"factor": 0.5}, (2, 3)),
    "Shift": ({"amount": 0.5}, (2, 3)),
    "SiLU": ({"inplace": False}, (3,)),
    "Sigmoid": ({}, (2, 3)),
    "Sin": ({}, (2, 3)),
    "Slice": ({"dim": 2, "start": 1, "stop": 3}, (2, 3, 4)),
    "SoftArgmax2d": ({"temperature": 0.5, "span": (0.0, 2.0), "anchor": "centers"}, (3, 4, 5)),
    "Softmax": ({"dim": 2}, (2, 3)),
    "Sum": ({"dim": (1, 3)}, (2, 3, 4)),
    "Tanh": ({}, (2, 3)),
    "Tile": ({"size": (3, 4), "into": "plane"}, (2,)),
    "Unflatten": ({"dim": 1, "unflattened_size": (2, 3)}, (6, 2)),
    "Upsample": ({"scale_factor": (2.0, 1.5), "mode": "bilinear", "align_corners": True,
                  "recompute_scale_factor": True}, (2, 3, 5)),
    "ZeroPad2d": ({"padding": (1, 2, 3, 0)}, (2, 3, 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_every_layer_builds_as_stated(name: str) -> None:
    arguments, shape = EVERY[name]
    layer = LAYERS[name](**arguments)
    module = make_module(name, layer)
    assert tuple(module(torch.zeros(2, *shape)).shape[1:]) == layer.output(shape)
    assert {key: tuple(p.shape) for key, p in module.named_parameters()} == layer.parameters()
    if name == "Input":
        assert isinstance(module, nn.Identity)
        return
    for argument in type(layer).model_fields:
        built = getattr(module, argument)
        if argument == "bias":
            built = built is not None
        expected = getattr(layer, argument)
        assert (tuple(built) if isinstance(expected, tuple) else built) == expected


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_every_layer_leaves_the_examples_apart_unless_it_says_otherwise(name: str) -> None:
    """In training, what becomes of one example depends on another one exactly where `mixes_examples` says so."""
    arguments, shape = EVERY[name]
    layer = LAYERS[name](**arguments)
    module = make_module(name, layer).double().train()
    generator = torch.Generator().manual_seed(0)
    one, two, other = (torch.randn(1, *shape, dtype=torch.float64, generator=generator) for _ in range(3))

    def made(beside: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(0)  # what is left out by chance is the same both times
        first: torch.Tensor = module(torch.cat([one, beside]))[:1]
        return first

    assert torch.equal(made(two), made(other)) is not layer.mixes_examples
