"""What batch norm keeps for evaluation means the same in both frameworks, and another convention shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("keras", reason="compares with Keras on JAX")
pytest.importorskip("jax", reason="compares with Keras on JAX")

from tests.conform.specs import compared, planted

from specit.conform import compare
from specit.conform.framework import second_framework
from specit.spec.document import Spec
from specit.spec.layers import LAYERS
from specit.spec.load import parse

pytestmark = pytest.mark.usefixtures("one_thread", "compiled_as_it_stands")

CASE = ("BatchNorm2d", {"num_features": 2, "momentum": 0.3}, (2, 3, 4))


def kept_by_hand(momentum: float | None, before: dict[str, Any], x: Any) -> dict[str, Any]:
    """PyTorch's documentation: (1 - momentum) · before + momentum · observed; null weighs all batches alike."""
    share = 1 / (float(before["num_batches_tracked"]) + 1) if momentum is None else momentum
    axes = (0, *range(2, x.ndim))
    observed = {"running_mean": x.mean(axes), "running_var": x.var(axes, ddof=1)}
    return {name: (1 - share) * before[name] + share * value for name, value in observed.items()}


@settings(max_examples=12, deadline=None)
@given(
    momentum=st.none() | st.floats(0, 1),
    shape=st.sampled_from([(3, 2), (2, 2, 2, 2)]),
    batches=st.integers(0, 9),
    seed=st.integers(0, 99),
)
def test_the_averages_are_those_of_the_definition(momentum: Any, shape: Any, batches: int, seed: int) -> None:
    name = "BatchNorm2d" if len(shape) == 4 else "BatchNorm1d"
    random = np.random.default_rng(seed)
    x = random.standard_normal(shape) * 3 + 1
    before = {"running_mean": random.standard_normal(2), "running_var": random.uniform(0.5, 2, 2)}
    before["num_batches_tracked"] = np.array(float(batches))
    layer = LAYERS[name](num_features=2, momentum=momentum)
    after = second_framework()[0].RUNNING[name](layer, before, x)
    for average, expected in kept_by_hand(momentum, before, x).items():
        np.testing.assert_allclose(after[average], expected, rtol=1e-12, atol=1e-12)


def test_they_and_the_evaluation_are_the_same() -> None:
    comparison = compared(*CASE)
    assert comparison.conforms
    assert set(comparison.differences[1].running) == {"running_mean", "running_var"}


def keras_momentum(real: Any, layer: Any, *given: Any) -> Any:
    """Keras's momentum, the share of what was, taken for PyTorch's."""
    return real(layer.model_copy(update={"momentum": 1 - layer.momentum}), *given)


def biased(real: Any, layer: Any, kept: Any, x: Any) -> Any:
    """The variance divided by the count, as Keras keeps it."""
    after = real(layer, kept, x)
    values = x.shape[0] * x.shape[2] * x.shape[3]
    before = (1 - layer.momentum) * kept["running_var"]
    return {**after, "running_var": before + (after["running_var"] - before) * (values - 1) / values}


@pytest.mark.parametrize(
    ("wrong", "seen"), [(keras_momentum, {"running_mean", "running_var"}), (biased, {"running_var"})]
)
def test_another_convention_shows_in_them_and_in_evaluation_alone(wrong: Any, seen: set[str]) -> None:
    with planted("RUNNING", "BatchNorm2d", wrong):
        comparison = compared(*CASE)
    layer = comparison.differences[1]
    assert not comparison.conforms
    assert layer.forward < 1e-12
    assert max(layer.gradients.values()) < 1e-12
    assert layer.evaluation > 1e-3
    assert {name for name, value in layer.running.items() if value > 1e-3} == seen


def test_statistics_of_the_batch_in_evaluation_show() -> None:
    training = second_framework()[0].KERAS_LAYERS["BatchNorm2d"]
    with planted("IN_EVALUATION", "BatchNorm2d", lambda real, *given: training(*given)):
        comparison = compared(*CASE)
    assert not comparison.conforms
    assert comparison.differences[1].evaluation > 1e-3


def test_keras_itself_keeps_the_biased_variance() -> None:
    """What the second implementation makes up for; should Keras change, this says so."""
    second_framework()
    import keras

    layer = keras.layers.BatchNormalization(axis=1, momentum=0.7)
    x = np.random.default_rng(0).standard_normal((5, 2))
    layer(x, training=True)
    np.testing.assert_allclose(layer.moving_variance, 0.7 + 0.3 * x.var(0), rtol=1e-12)


def test_dropout_in_evaluation_leaves_nothing_out() -> None:
    with planted("IN_EVALUATION", "Dropout", lambda real, layer, weights, x: x * (1 - layer.p)):
        comparison = compared("Dropout", {"p": 0.25}, (9,))
    assert not comparison.conforms
    assert comparison.differences[1].forward < 1e-12
    assert comparison.differences[1].evaluation == pytest.approx(0.25)


def test_a_layer_used_twice_keeps_one_pair_of_averages() -> None:
    text = """
specit: 1
title: Used twice
arms:
  one:
    network:
      - Input: {shape: [2, 3]}
      - {BatchNorm1d: {num_features: 2, momentum: 0.3}, as: norm}
      - Scale: {factor: 2.0}
      - {BatchNorm1d: {num_features: 2, momentum: 0.3}, share: norm}
      - Tanh
"""
    (comparison,) = compare(Spec("twice", parse(text)).plan()[0].lock)
    assert comparison.conforms, comparison.worst
    assert [bool(each.running) for each in comparison.differences] == [False, True, False, False, False]
