"""Networks with stated numbers are judged as they are: nothing is trained, everything is measured and kept."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from specit.data import make_examples
from specit.procedures import Untrained, make_procedure
from specit.spec.document import Spec
from specit.spec.load import parse

pytestmark = pytest.mark.usefixtures("one_thread")
CPU = torch.device("cpu")
SPEC = """
specit: 1
title: A place, one pixel too far to the right
data:
  not_so_clevr: {canvas: [6, 8], square: 3, input: coordinates, coordinates: raw, target: coordinates}
  split: {quadrant: {x_over: 4, y_over: 3}}
train:
  untrained: {loss: mse_loss, precision: float32, batch_size: 5, probe: [[1, 1], [99, 99]]}
arms:
  one:
    network:
      - Input: {shape: [2]}
      - Linear: {in_features: 2, out_features: 2}
        initialise: {weight: [[1, 0], [0, 1]], bias: [1, 0]}
"""


def untrained(text: str = SPEC, seed: int = 0) -> Untrained:
    (point,) = Spec("one", parse(text)).plan()
    made = make_procedure(point.lock, make_examples(point.lock), seed, CPU)
    assert isinstance(made, Untrained)
    return made


def test_both_parts_are_measured() -> None:
    """By hand: every answer is one pixel off, so none is right and every distance is 1."""
    assert untrained().evaluate_due() == {
        f"{part}_{name}": value
        for part in ("test", "train")
        for name, value in (("accuracy", 0.0), ("euclidean", 1.0), ("manhattan", 1.0))
    }
    right = untrained(SPEC.replace("bias: [1, 0]", "bias: 0")).evaluate_due()
    assert (right["test_accuracy"], right["train_accuracy"], right["train_euclidean"]) == (1.0, 1.0, 0.0)
    # y is wrong beyond row 3 alone, which is where the test examples are: 2 of 6 columns, 1 of 4 rows
    bent = SPEC.replace("weight: [[1, 0], [0, 1]], bias: [1, 0]}", "weight: [[1, 0], [0, 1.15]], bias: 0}")
    measured = untrained(bent).evaluate_due()
    assert measured["test_accuracy"] == 0.0  # 4 · 1.15 = 4.6
    assert measured["train_accuracy"] == pytest.approx(18 / 22)  # 3 · 1.15 = 3.45
    assert measured["test_manhattan"] == pytest.approx(0.6, rel=1e-5)


def test_what_is_kept() -> None:
    kept = untrained().arrays()
    assert set(kept) == {"canvas", "centres", "in_test", "predicted_xy"}
    places = [[x, y] for x in range(1, 7) for y in range(1, 5)]
    assert kept["centres"].tolist() == places
    assert kept["predicted_xy"].tolist() == [[x + 1, y] for x, y in places]
    assert kept["in_test"].tolist() == [x > 4 and y > 3 for x, y in places]
    assert kept["canvas"].tolist() == [6, 8]


def test_nothing_is_trained() -> None:
    run = untrained()
    before = {name: value.clone() for name, value in run.evaluation.network.state_dict().items()}
    assert (run.epochs, run.epoch, run.step, run.diverged) == (0, 0, 0, "")
    assert run.run_epoch(lambda _: None) == {}
    assert run.state() == {}
    run.restore({})
    assert not run.reached({"test_accuracy": 1.0})
    run.evaluate_due()
    assert run.evaluation.network.state_dict().keys() == before.keys()
    for name, value in run.evaluation.network.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize("size", [1, 7, 24, 1000])
def test_the_batch_changes_nothing(size: int) -> None:
    one, other = untrained(), untrained(SPEC.replace("batch_size: 5", f"batch_size: {size}"))
    assert one.evaluate_due() == other.evaluate_due()
    np.testing.assert_array_equal(one.arrays()["predicted_xy"], other.arrays()["predicted_xy"])


def test_the_seed_matters_only_where_something_is_drawn() -> None:
    assert untrained(seed=0).evaluate_due() == untrained(seed=1).evaluate_due()
    drawn = SPEC.replace(", bias: [1, 0]}", "}")
    assert untrained(drawn, seed=0).evaluate_due() != untrained(drawn, seed=1).evaluate_due()
    assert untrained(drawn, seed=1).evaluate_due() == untrained(drawn, seed=1).evaluate_due()


def test_batch_norm_is_in_evaluation_mode() -> None:
    text = (
        SPEC[: SPEC.index("      - Linear")]
        + """      - Unflatten: {dim: 1, unflattened_size: [2, 1, 1]}
      - BatchNorm2d: {num_features: 2, eps: 1.0e-12}
        initialise: {weight: 1, bias: [1, 0]}
      - Flatten
"""
    )
    measured = untrained(text).evaluate_due()
    assert measured["test_euclidean"] == pytest.approx(1.0)
    assert measured["test_accuracy"] == 0.0
