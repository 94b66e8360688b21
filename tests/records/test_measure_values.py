from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from specit.errors import SpecItError
from specit.records import Evaluation, Record, measured, reaches, value
from specit.spec.claims import Tolerance

Make = Callable[..., Record]
EXACT = Tolerance(because="the paper says so")


def test_read_from_the_history(make: Make) -> None:
    record = make(accuracies=(0.1, 0.9, 0.8))
    assert value(record, "test_accuracy") == 0.9
    assert value(record, "test_accuracy", at="final") == 0.8
    assert value(record, "train_accuracy") is None
    assert not measured(record, "train_accuracy")


def test_best_is_the_least_where_lower_is_better(make: Make) -> None:
    history = [
        Evaluation(epoch=i, step=i, seconds=i, measures={"test_euclidean": v}) for i, v in enumerate((9.0, 2.0, 4.0))
    ]
    record = make().model_copy(update={"history": tuple(history)})
    assert value(record, "test_euclidean") == 2.0
    assert value(record, "test_euclidean", at="final") == 4.0
    assert reaches(record, "test_euclidean", 1.5, Tolerance(absolute=0.5, because="an example"))
    assert not reaches(record, "test_euclidean", 1.5, Tolerance(absolute=0.4, because="an example"))
    assert reaches(record, "test_euclidean", 1.5, Tolerance(factor=1.5, because="an example"))


def test_derived(make: Make) -> None:
    record = make(accuracies=(0.1, 0.9, 0.9, 0.8))
    assert value(record, "parameters") == 7553
    assert value(record, "seconds") == 4.5
    assert value(record, "seconds_to_best") == 1.5
    assert value(record, "seconds_to_perfect") is None
    assert measured(record, "seconds_to_perfect")
    assert value(make(accuracies=(0.5, 0.9, 1.0, 1.0)), "seconds_to_perfect") == 3.0


def test_nothing_measured(make: Make) -> None:
    record = make(accuracies=())
    for measure in ("seconds", "seconds_to_best", "seconds_to_perfect", "test_accuracy"):
        assert value(record, measure) is None
        assert not measured(record, measure)
    assert measured(record, "parameters")
    assert not reaches(record, "test_accuracy", 0.0, EXACT)


def test_not_a_number_is_no_value(make: Make) -> None:
    assert value(make(accuracies=(0.5, math.nan)), "test_accuracy") == 0.5
    assert value(make(accuracies=(0.5, math.nan)), "test_accuracy", at="final") == 0.5
    assert value(make(accuracies=(math.nan,)), "test_accuracy") is None
    assert measured(make(accuracies=(math.nan,)), "test_accuracy")


def test_rounding_decides_nothing(make: Make) -> None:
    record = make(accuracies=(0.1 + 0.2,))
    assert reaches(record, "test_accuracy", 0.3, EXACT)
    assert not reaches(record, "test_accuracy", 0.301, EXACT)
    assert reaches(record, "test_accuracy", 0.4, Tolerance(absolute=0.1, because="an example"))


def test_an_unknown_measure(make: Make) -> None:
    with pytest.raises(SpecItError, match="did you mean 'test_accuracy'"):
        value(make(), "test_acuracy")
