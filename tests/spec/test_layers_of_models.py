"""Normalisation, activations with parameters and the like: shapes as PyTorch makes them, or refused as it refuses."""

# ruff: noqa: PT017  # either outcome is allowed, so pytest.raises does not fit

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch import nn

from specit.build.modules import make_module
from specit.spec.layers import LAYERS, ShapeError

SHAPES = [(4,), (1,), (4, 5), (5, 4), (4, 3, 5), (3, 4, 5), (4, 1, 1), (4, 1, 5), (2, 4, 3, 5)]
CASES: list[tuple[str, dict[str, Any]]] = [
    ("BatchNorm1d", {"num_features": 4}),
    ("BatchNorm2d", {"num_features": 4}),
    ("InstanceNorm2d", {"num_features": 4, "affine": True}),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}),
    ("LayerNorm", {"normalized_shape": (5,)}),
    ("LayerNorm", {"normalized_shape": (3, 5), "bias": False}),
    ("PReLU", {"num_parameters": 4}),
    ("PReLU", {"num_parameters": 1}),
    ("Dropout", {}),
    ("GELU", {}),
    ("Mean", {"dim": (2,)}),
    ("Mean", {"dim": (1, 3)}),
    ("Permute", {"dims": (0, 2, 1)}),
    ("Permute", {"dims": (0, 3, 1, 2)}),
    ("Slice", {"dim": 1, "start": 1, "stop": 4}),
    ("Slice", {"dim": 2, "start": 0, "stop": 4}),
]


def torch_output(module: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return tuple(module.eval()(torch.zeros(2, *shape)).shape[1:])
    except (RuntimeError, ValueError, IndexError):
        return None


@pytest.mark.parametrize(("case", "shape"), [*itertools.product(CASES, SHAPES)])
def test_the_shape_is_pytorchs(case: tuple[str, dict[str, Any]], shape: tuple[int, ...]) -> None:
    name, arguments = case
    layer = LAYERS[name](**arguments)
    try:
        ours: tuple[int, ...] | None = layer.output(shape)
    except ShapeError as error:
        assert str(error)
        ours = None
    if ours is None and name == "InstanceNorm2d":  # which in training refuses a single pixel
        assert shape[1:] == (1, 1) or len(shape) != 3 or shape[0] != 4
        return
    assert ours == torch_output(make_module(name, layer), shape)


@pytest.mark.parametrize("shape", [(4,), (4, 1), (1, 5), (3, 1, 5)])
@pytest.mark.parametrize("name", ["LearnedScale", "LearnedShift"])
def test_learned_factors_belong_to_the_last_axes(name: str, shape: tuple[int, ...]) -> None:
    layer = LAYERS[name](shape=shape)
    module = make_module(name, layer)
    for of in SHAPES:
        fits = torch_output(module, of) == of and len(shape) <= len(of)
        try:
            assert layer.output(of) == of
        except ShapeError as error:
            assert "has numbers of" in str(error)
            assert not fits
        else:
            assert fits


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("GroupNorm", {"num_groups": 3, "num_channels": 4}, r"num_groups \(3\) must divide num_channels \(4\)"),
        ("Hardtanh", {"min_val": 1.0, "max_val": 1.0}, "must be smaller than max_val"),
        ("Permute", {"dims": (1, 0)}, "axis 0 is the batch and stays first"),
        ("Permute", {"dims": (0, 1, 1)}, "every axis stands once"),
        ("Slice", {"dim": 1, "start": 2, "stop": 2}, "comes before stop"),
    ],
)
def test_arguments_that_contradict_each_other(name: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        LAYERS[name](**arguments)
