"""What a page keeps of a long history: few points, and nothing that a reader would miss in the drawing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.report.made_up_runs import make_run

from specit.records import Evaluation, Record
from specit.report.curves import POINTS, curve, points


def record(*series: dict[str, float]) -> Record:
    history = tuple(
        Evaluation(epoch=place, step=place, seconds=place / 3, measures=measures)
        for place, measures in enumerate(series)
    )
    return make_run().record.model_copy(update={"history": history})


def test_a_short_history_is_kept_whole() -> None:
    kept = curve(record({"test_accuracy": 0.1}, {"train_loss": 2.0}, {"test_accuracy": 0.5, "train_loss": 1.0}))
    assert (kept.epochs, kept.of, kept.thinned) == ([0, 1, 2], 3, False)
    assert kept.measures == {"test_accuracy": [0.1, None, 0.5], "train_loss": [None, 2.0, 1.0]}
    assert kept.seconds == [0.0, 0.333333, 0.666667]


def test_a_long_one_keeps_its_ends_and_its_extremes() -> None:
    values = np.random.default_rng(0).random(5_000)
    values[[1_234, 4_321]] = 2.0, -1.0
    kept = curve(record(*({"train_loss": float(value)} for value in values)))
    assert kept.thinned
    assert kept.of == 5_000
    assert POINTS <= len(kept.epochs) <= POINTS + 2
    assert kept.epochs == sorted(set(kept.epochs))
    assert {0, 4_999, 1_234, 4_321} <= set(kept.epochs)
    steps = np.diff(kept.epochs)
    assert steps.max() <= math.ceil(4_999 / (POINTS - 1))
    for epoch, value in zip(kept.epochs, kept.measures["train_loss"], strict=True):
        assert value == pytest.approx(values[epoch], rel=1e-5)


def test_a_measure_taken_rarely_is_not_thinned_away() -> None:
    often = [{"test_accuracy": 0.5} | ({"train_accuracy": 0.6} if place % 100 == 7 else {}) for place in range(1_000)]
    kept = curve(record(*often), 50)
    assert sum(value is not None for value in kept.measures["train_accuracy"]) == 10


def test_what_is_not_a_number_is_left_out() -> None:
    kept = curve(record({"train_loss": 1.0}, {"train_loss": math.nan}, {"train_loss": math.inf}))
    assert (kept.epochs, kept.measures, kept.of) == ([0], {"train_loss": [1.0]}, 1)
    assert curve(record()).of == 0


def test_what_is_nearly_perfect_stays_so() -> None:
    assert curve(record({"test_accuracy": 0.999999})).measures["test_accuracy"][0] < 1


def test_many_runs_have_fewer_points_each() -> None:
    assert [points(runs) for runs in (0, 100, 1_000)] == [200, 200, 30]
