"""TensorFlow's `same` with a stride: the sentence says what to write, and that is what Keras computes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="compares with Keras on JAX")
pytest.importorskip("jax", reason="compares with Keras on JAX")

from specit.build import build
from specit.conform.framework import second_framework
from specit.errors import SpecItError
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.lock import Lock

pytestmark = pytest.mark.usefixtures("one_thread", "compiled_as_it_stands")


def read(size: tuple[int, int], *layers: str) -> Lock:
    listed = "\n".join(f"      - {layer}" for layer in (f"Input: {{shape: [2, {size[0]}, {size[1]}]}}", *layers))
    (point,) = Spec(
        "same", parse(f"specit: 1\ntitle: Same\narms:\n  one:\n    network:\n{listed}\n", "same.yaml")
    ).plan()
    return point.lock


def refusal(size: tuple[int, int], layer: str) -> str:
    with pytest.raises(SpecItError) as raised:
        read(size, layer)
    assert raised.value.at is not None
    assert raised.value.at.line == 7
    return raised.value.message


def by_keras(lock: Lock, x: Any, stride: tuple[int, int]) -> Any:
    """`keras.layers.Conv2D(padding="same")` with the weights of a network's last layer."""
    second_framework()
    import keras

    module = build(lock, 0)["network"].double().layers[-1]
    weight, bias = (p.detach().numpy() for p in (module.weight, module.bias))
    layer = keras.layers.Conv2D(weight.shape[0], weight.shape[2:], strides=stride, padding="same")
    layer.build((None, *x.shape[2:], weight.shape[1]))
    layer.set_weights([weight.transpose(2, 3, 1, 0), bias])
    return np.asarray(layer(x.transpose(0, 2, 3, 1))).transpose(0, 3, 1, 2)


def by_torch(lock: Lock, x: Any) -> Any:
    import torch

    return build(lock, 0)["network"].double()(torch.from_numpy(x)).detach().numpy()


@pytest.mark.parametrize("kernel", [1, 2, 3, (4, 5)])
@pytest.mark.parametrize(("size", "stride"), [((6, 8), (2, 2)), ((7, 9), (2, 2)), ((7, 8), (2, 3)), ((5, 6), (3, 1))])
def test_what_the_sentence_says_is_what_keras_computes(size: Any, stride: Any, kernel: Any) -> None:
    arguments = f"in_channels: 2, out_channels: 3, kernel_size: {_list(kernel)}, stride: {_list(stride)}"
    message = refusal(size, f"Conv2d: {{{arguments}, padding: same}}")
    assert message.startswith(
        f"Conv2d (layer 1) states padding: same with the stride {stride[0]} × {stride[1]}, which PyTorch has with "
        f"stride 1 alone. For what TensorFlow calls same, on {size[0]} × {size[1]}, state "
    )
    pad = re.search(r"ZeroPad2d: \{padding: \[\d+, \d+, \d+, \d+\]\}", message)
    own = re.search(r"padding: \[\d+, \d+\]\.$", message)
    if pad:
        assert message.endswith(" before it, and here padding: 0.")
        lock = read(size, pad[0], f"Conv2d: {{{arguments}, padding: 0}}")
    else:
        assert own
        lock = read(size, f"Conv2d: {{{arguments}, {own[0][:-1]}}}")
    x = np.random.default_rng(0).standard_normal((2, 2, *size))
    np.testing.assert_allclose(by_torch(lock, x), by_keras(lock, x, stride), atol=1e-12)


def test_even_and_odd_sizes_by_hand() -> None:
    """A kernel of 3 at stride 2 covers 7 pixels and one on each side, or 8 and one at the end."""
    layer = "Conv2d: {in_channels: 2, out_channels: 3, kernel_size: 3, stride: 2, padding: same}"
    assert refusal((7, 7), layer).endswith("on 7 × 7, state padding: [1, 1].")
    even = "on 8 × 7, state ZeroPad2d: {padding: [1, 1, 0, 1]} before it, and here padding: 0."
    assert refusal((8, 7), layer).endswith(even)


def test_dilation_counts() -> None:
    arguments = "in_channels: 2, out_channels: 3, kernel_size: 3, stride: [2, 1], dilation: 2"
    message = refusal((8, 7), f"Conv2d: {{{arguments}, padding: same}}")
    assert message.endswith("state ZeroPad2d: {padding: [2, 2, 1, 2]} before it, and here padding: 0.")


def test_coordinates_are_seen_before_the_padding() -> None:
    arguments = "in_channels: 2, out_channels: 3, kernel_size: 3, stride: 2"
    message = refusal((8, 8), f"CoordConv2d: {{{arguments}, padding: same}}")
    assert message.endswith(
        "state three layers: AddCoords, ZeroPad2d: {padding: [0, 1, 0, 1]}, and a Conv2d of padding: 0, "
        "with in_channels: 4."
    )
    several = "in_channels: 2, out_channels: 2, kernel_size: 3, stride: 2, groups: 2"
    message = refusal((8, 8), f"CoordConv2d: {{{several}, padding: same}}")
    assert message.endswith("between the coordinates and the convolution, which no layers do for several groups.")


def _list(value: int | tuple[int, int]) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)
