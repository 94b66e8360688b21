"""Every layer of the vocabulary means the same in PyTorch and in Keras on JAX, in double precision."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

from typing import Any

import pytest
import torch

pytest.importorskip("keras", reason="compares with Keras on JAX")
pytest.importorskip("jax", reason="compares with Keras on JAX")

from tests.build.test_every_layer import EVERY

from specit.conform import compare
from specit.conform.compare import _second_framework
from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.layers import LAYERS
from specit.spec.load import parse

pytestmark = pytest.mark.usefixtures("one_thread")

MORE: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
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
    ("ConvTranspose2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 4, "stride": 2, "padding": 3}, (2, 5, 4)),
    ("CoordConv2d", {"in_channels": 2, "out_channels": 3, "kernel_size": 3, "padding": 1, "order": "ij"}, (2, 5, 1)),
    ("LocallyConnected2d", {"in_channels": 2, "out_channels": 1, "size": (3, 4), "kernel_size": 1, "padding": 0, "bias": True}, (2, 3, 4)),
    ("PositionEmbedding2d", {"channels": 3, "size": (3, 4), "combine": "add"}, (3, 3, 4)),
    ("SoftArgmax2d", {"temperature": 2.0, "span": (-1.0, 1.0), "anchor": "corners"}, (2, 4, 5)),
    ("Tile", {"size": (3, 4), "into": "channels"}, (2,)),
    ("Upsample", {"scale_factor": 1.7, "mode": "nearest"}, (2, 4, 5)),
    ("Upsample", {"scale_factor": 1.7, "mode": "nearest-exact"}, (2, 4, 5)),
    ("Upsample", {"size": (7, 3), "mode": "nearest"}, (2, 4, 5)),
    ("Upsample", {"scale_factor": 2.5, "mode": "bilinear"}, (2, 4, 5)),
    ("Upsample", {"size": (9, 11), "mode": "bicubic"}, (2, 4, 5)),
    ("Upsample", {"size": (9, 11), "mode": "bicubic", "align_corners": True}, (2, 4, 5)),
]  # fmt: skip


def write(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(write, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def of_layer(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> Spec:
    stated = ", ".join(f"{key}: {write(value)}" for key, value in arguments.items())
    layer = "" if name == "Input" else f"      - {name}: {{{stated}}}\n"
    return Spec(
        "one",
        parse(
            "specit: 1\ntitle: One layer\narms:\n  one:\n    network:\n"
            f"      - Input: {{shape: [{', '.join(map(str, shape))}]}}\n{layer}      - Scale: {{factor: 2.0}}\n"
        ),
    )


def known() -> dict[str, Any]:
    return dict(_second_framework()[0].KERAS_LAYERS)


CASES = [(name, *EVERY[name]) for name in sorted(LAYERS) if name in known()] + MORE


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # PyTorch says of even kernels that they copy
@pytest.mark.parametrize(
    ("name", "arguments", "shape"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_layer_is_the_same_in_both(name: str, arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    (point,) = of_layer(name, arguments, shape).plan()
    (comparison,) = compare(point.lock)
    assert comparison.conforms, comparison.differences


def test_another_convention_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """ε beside the deviation in place of the variance, as some frameworks have it, is no rounding."""
    layers = _second_framework()[0]
    real = layers.KERAS_LAYERS["BatchNorm2d"]

    def wrong(layer: Any, weights: Any, x: Any) -> Any:
        return real(layer.model_copy(update={"eps": 2 * layer.eps}), weights, x)

    monkeypatch.setitem(layers.KERAS_LAYERS, "BatchNorm2d", wrong)
    (point,) = of_layer("BatchNorm2d", {"num_features": 3}, (3, 4, 5)).plan()
    (comparison,) = compare(point.lock)
    assert not comparison.conforms
    assert comparison.differences[1].forward > 1e-6


def test_what_has_no_second_implementation_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(_second_framework()[0].KERAS_LAYERS, "Scale")
    (point,) = of_layer("ReLU", {}, (3,)).plan()
    with pytest.raises(SpecItError, match=r"Scale \(layer 2\) has no second implementation to compare with yet"):
        compare(point.lock)


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
