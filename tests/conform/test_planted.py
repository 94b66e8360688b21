"""Another convention is no rounding: each of these, planted in the second implementation, is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("keras", reason="compares with Keras on JAX")
pytest.importorskip("jax", reason="compares with Keras on JAX")

from tests.conform.specs import compared, planted

pytestmark = pytest.mark.usefixtures("one_thread", "compiled_as_it_stands")

Wrong = Callable[..., Any]


def stating(**other: Any) -> Wrong:
    """The layer, had it stated something else."""
    return lambda real, layer, *given: real(layer.model_copy(update=other), *given)


def swapped(real: Any, layer: Any, weights: Any, x: Any) -> Any:
    return real(layer, {"weight": weights["bias"], "bias": weights["weight"]}, x)


def plain(real: Any, layer: Any, weights: Any, x: Any) -> Any:
    """Normalised, and no more."""
    return real(layer.model_copy(update={"affine": False}), {}, x)


def one_slope(real: Any, layer: Any, weights: Any, x: Any) -> Any:
    """One slope for all channels, the first."""
    return real(layer.model_copy(update={"num_parameters": 1}), {"weight": weights["weight"][:1]}, x)


def keras_2(real: Any, layer: Any, weights: Any, x: Any) -> Any:
    """Keras 2's hard_sigmoid."""
    from keras import ops

    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def unscaled(real: Any, layer: Any, weights: Any, x: Any) -> Any:
    """As dropout once was: nothing is divided in training."""
    return real(layer, weights, x) * (1 - layer.p)


def cropped_at_the_end(real: Any, layer: Any, weights: Any, x: Any) -> Any:
    """All that PyTorch crops at both ends, at one."""
    return real(layer.model_copy(update={"padding": (0, 0)}), weights, x)[:, :, :-2, :-2]


IN_TRAINING: list[tuple[str, dict[str, Any], tuple[int, ...], Wrong]] = [
    ("BatchNorm1d", {"num_features": 3}, (3,), stating(eps=1e-3)),  # Keras's default
    ("BatchNorm2d", {"num_features": 3}, (3, 4, 5), swapped),
    ("LayerNorm", {"normalized_shape": 6}, (2, 6), stating(eps=1e-6)),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}, (4, 5), stating(num_groups=4)),
    ("InstanceNorm2d", {"num_features": 2, "affine": True}, (2, 3, 4), plain),
    ("GELU", {}, (40,), stating(approximate="tanh")),
    ("LeakyReLU", {}, (9,), stating(negative_slope=0.3)),  # Keras's default
    ("PReLU", {"num_parameters": 3}, (3, 4), one_slope),
    ("Hardsigmoid", {}, (9,), keras_2),
    ("Hardtanh", {"min_val": -0.2, "max_val": 0.5}, (20,), stating(min_val=-1.0)),
    ("Dropout", {"p": 0.25}, (40,), unscaled),
    ("Dropout", {"p": 0.25}, (40,), stating(p=0.75)),  # the probability of being kept, as in TensorFlow 1
    ("Softmax", {"dim": 1}, (3, 4), stating(dim=-1)),
    ("Upsample", {"scale_factor": 2, "mode": "bilinear"}, (1, 3, 4), stating(align_corners=True)),
    ("ConvTranspose2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 3, "stride": 2, "padding": 1},
     (1, 4, 4), cropped_at_the_end),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "shape", "wrong"), IN_TRAINING)
def test_another_convention_shows_in_what_a_layer_makes(name: str, arguments: Any, shape: Any, wrong: Wrong) -> None:
    with planted("KERAS_LAYERS", name, wrong):
        comparison = compared(name, arguments, shape)
    assert not comparison.conforms
    assert comparison.differences[1].forward > 1e-8
    assert comparison.worst.place in (0, 1)


def test_a_wrong_gradient_shows_where_the_values_are_right() -> None:
    def held(real: Any, layer: Any, weights: Any, x: Any) -> Any:
        import jax

        return real(layer, {**weights, "bias": jax.lax.stop_gradient(weights["bias"])}, x)

    with planted("KERAS_LAYERS", "Linear", held):
        comparison = compared("Linear", {"in_features": 3, "out_features": 2}, (3,))
    layer = comparison.differences[1]
    assert not comparison.conforms
    assert layer.forward < 1e-12
    assert layer.gradients["weight"] < 1e-12 < 1e-3 < layer.gradients["bias"]


def test_a_wrong_gradient_of_a_layer_without_parameters_shows_at_the_input() -> None:
    def straight(real: Any, layer: Any, weights: Any, x: Any) -> Any:
        """The straight-through estimator: its values, but the gradient of x."""
        import jax

        return x + jax.lax.stop_gradient(real(layer, weights, x) - x)

    with planted("KERAS_LAYERS", "Tanh", straight):
        comparison = compared("Tanh", {}, (5,))
    assert not comparison.conforms
    assert comparison.differences[1].largest < 1e-12
    assert comparison.differences[0].gradients["input"] > 1e-3


def test_what_is_no_number_is_not_the_same() -> None:
    with planted("KERAS_LAYERS", "ReLU", lambda real, layer, weights, x: real(layer, weights, x) / 0.0):
        comparison = compared("ReLU", {}, (5,))
    assert not comparison.conforms
    assert comparison.differences[1].forward == float("inf")
