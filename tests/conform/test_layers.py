"""Every layer of the vocabulary means the same in PyTorch and in Keras on JAX, in double precision."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from typing import Any

import pytest
import torch

pytest.importorskip("keras", reason="compares with Keras on JAX")
pytest.importorskip("jax", reason="compares with Keras on JAX")

from tests.build.test_every_layer import EVERY
from tests.conform.specs import Case, compared

from specit.conform import compare
from specit.conform.framework import second_framework
from specit.spec.document import Spec
from specit.spec.layers import LAYERS
from specit.spec.load import parse

pytestmark = pytest.mark.usefixtures("one_thread", "compiled_as_it_stands")

MORE: list[Case] = [
    ("AvgPool2d", {"kernel_size": 3, "stride": 2, "padding": 1}, (2, 6, 7)),
    ("AvgPool2d", {"kernel_size": 3, "stride": 2, "ceil_mode": True}, (2, 6, 8)),
    ("AvgPool2d", {"kernel_size": (2, 3), "padding": 1, "count_include_pad": False}, (2, 6, 7)),
    ("Conv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 4, "padding": "same"}, (2, 6, 7)),
    ("Conv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": (2, 4), "padding": "same", "dilation": (3, 1)}, (2, 9, 7)),
    ("Conv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "padding": 2, "padding_mode": "circular"}, (2, 6, 7)),
    ("Conv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "padding": 2, "padding_mode": "replicate"}, (2, 6, 7)),
    ("Conv2d", {"in_channels": 4, "out_channels": 4, "kernel_size": 3, "stride": 2, "groups": 4}, (4, 8, 7)),
    ("ConvTranspose2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 1, "stride": 3}, (2, 4, 3)),
    ("ConvTranspose2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}, (2, 4, 3)),
    ("CoordConv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "padding": 1, "order": "ij"}, (2, 5, 1)),
    ("LocallyConnected2d", {"in_channels": 2, "out_channels": 1, "size": (3, 4), "kernel_size": 1, "padding": 0, "bias": True}, (2, 3, 4)),
    ("PositionEmbedding2d", {"channels": 3, "size": (3, 4), "combine": "add"}, (3, 3, 4)),
    ("SoftArgmax2d", {"temperature": 2.0, "span": (-1.0, 1.0), "anchor": "corners"}, (2, 4, 5)),
    ("BatchNorm1d", {"num_features": 3}, (3,)),
    ("BatchNorm1d", {"num_features": 2, "momentum": None}, (2, 3)),
    ("BatchNorm2d", {"num_features": 2, "track_running_stats": False}, (2, 3, 4)),
    ("BatchNorm2d", {"num_features": 2, "momentum": 0.0, "affine": False}, (2, 3, 4)),
    ("BatchNorm2d", {"num_features": 2, "momentum": 1.0}, (2, 1, 1)),
    ("Dropout", {"p": 0.5}, (40,)),
    ("Dropout", {"p": 0.0, "inplace": True}, (3, 4)),
    ("Dropout", {"p": 1.0}, (3, 4)),
    ("Dropout2d", {"p": 0.7}, (9, 2, 3)),
    ("ELU", {"alpha": 2.0, "inplace": True}, (2, 9)),
    ("GELU", {}, (2, 9)),
    ("GroupNorm", {"num_groups": 1, "num_channels": 4}, (4,)),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4, "eps": 0.5}, (4, 2, 3)),
    ("InstanceNorm2d", {"num_features": 2}, (2, 3, 4)),
    ("InstanceNorm2d", {"num_features": 2, "affine": True, "eps": 0.5}, (2, 3, 4)),
    ("InstanceNorm2d", {"num_features": 2, "track_running_stats": True, "momentum": 0.7}, (2, 3, 4)),
    ("InstanceNorm2d", {"num_features": 2, "track_running_stats": True, "momentum": None}, (2, 3, 4)),
    ("LayerNorm", {"normalized_shape": 5}, (3, 5)),
    ("LayerNorm", {"normalized_shape": (3, 4, 5), "eps": 0.5}, (3, 4, 5)),
    ("LayerNorm", {"normalized_shape": 6, "elementwise_affine": False}, (6,)),
    ("LearnedScale", {"shape": (2, 1, 1)}, (2, 3, 4)),
    ("LeakyReLU", {"negative_slope": 0.5, "inplace": True}, (2, 9)),
    ("Mean", {"dim": 1}, (2, 3)),
    ("PReLU", {}, (3, 4)),
    ("PReLU", {"num_parameters": 3}, (3,)),
    ("Tile", {"size": (3, 4), "into": "channels"}, (2,)),
    ("Upsample", {"scale_factor": 1.7, "mode": "nearest"}, (2, 4, 5)),
    ("Upsample", {"scale_factor": 1.7, "mode": "nearest-exact"}, (2, 4, 5)),
    ("Upsample", {"size": (7, 3), "mode": "nearest"}, (2, 4, 5)),
    ("Upsample", {"scale_factor": 2.5, "mode": "bilinear"}, (2, 4, 5)),
    ("Upsample", {"size": (9, 11), "mode": "bicubic"}, (2, 4, 5)),
    ("Upsample", {"size": (9, 11), "mode": "bicubic", "align_corners": True}, (2, 4, 5)),
]  # fmt: skip


CASES = [(name, *EVERY[name]) for name in sorted(LAYERS)] + MORE


def test_every_layer_of_the_vocabulary_has_a_second_implementation() -> None:
    assert set(second_framework()[0].KERAS_LAYERS) == set(LAYERS)


@pytest.mark.parametrize(
    ("name", "arguments", "shape"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_layer_is_the_same_in_both(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    comparison = compared(name, arguments, shape)
    assert comparison.conforms, comparison.worst
    assert "input" in comparison.differences[0].gradients
    assert set(comparison.differences[1].gradients) == set(LAYERS[name](**arguments).parameters())


def test_a_graph_with_shared_weights_and_two_outputs() -> None:
    spec = Spec(
        "graph",
        parse("""
specit: 1
title: A graph
arms:
  one:
    network:
      layers:
        - {Input: {shape: [2, 4, 5]}, as: image}
        - {Conv2d: {in_channels: 2, out_channels: 2, kernel_size: 3, padding: 1}, as: step}
        - residual: [{Conv2d: {in_channels: 2, out_channels: 2, kernel_size: 3, padding: 1}, share: step}, Tanh]
        - {parallel: {branches: [[ReLU], []], join: {Concatenate: {dim: 1}}}, as: both}
      outputs: [both, step]
"""),
    )
    (comparison,) = compare(spec.plan()[0].lock)
    assert comparison.conforms, comparison.differences
    assert torch.get_default_dtype() is torch.float32  # the comparison leaves no trace here
