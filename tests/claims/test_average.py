"""Claims about one arm's mean, every word of them by hand: intervals are Student's, from a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specit.claims import Evidence, Word, judge
from specit.spec.claims import Bound, Tolerance, Value

Point = Callable[..., Evidence]
PRINTED = Tolerance(absolute=0.005, because="the paper prints whole percents", basis="printed")


def value(**changes: Any) -> Value:
    fields = {"id": "a", "says": "it gets 86 %", "where": "table 1", "kind": "value", "arm": "deconv", "expect": 0.86}
    return Value(**{**fields, "measure": "test_accuracy", "tolerance": PRINTED, "seeds": 3, **changes})


def bound(kind: str, **changes: Any) -> Bound:
    fields = {"id": "a", "says": "it gets 86 %", "where": "table 1", "kind": kind, "arm": "deconv", "expect": 0.86}
    return Bound(**{**fields, "measure": "test_accuracy", "tolerance": PRINTED, "seeds": 3, **changes})


def runs(*final: float) -> list[list[float]]:
    """Return runs that were better once, so that the last value and the best one differ."""
    return [[0.99, last] for last in final]


def test_within_the_tolerance(point: Point) -> None:
    # The mean of 0.859, 0.860, 0.861 is 0.860, its error 0.001 / √3, and t(0.975, 2) is 4.303: ± 0.002484.
    verdict = judge(value(), [point("deconv", runs(0.859, 0.860, 0.861))], "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == (
        "The mean final test accuracy is 86 % in 3 runs of deconv (95 % interval: 85.75 % to 86.25 %), "
        "within the claimed 86 % (accepted: 85.5 % to 86.5 %)."
    )


def test_the_best_evaluation_where_the_claim_means_it(point: Point) -> None:
    evidence = [point("deconv", runs(0.859, 0.860, 0.861))]
    verdict = judge(value(at="best"), evidence, "full")
    assert verdict.word is Word.NOT_REPRODUCED
    assert verdict.because == (
        "The mean best test accuracy is 99 % in 3 runs of deconv (95 % interval: 99 % to 99 %), above the claimed 86 % "
        "(accepted: 85.5 % to 86.5 %)."
    )


def test_the_mean_inside_and_the_interval_across(point: Point) -> None:
    # Deviation 0.02: n seeds give t(n-1) · 0.02 / √n, which first falls under the distance of 0.005 at n = 64.
    verdict = judge(value(), [point("deconv", runs(0.84, 0.86, 0.88))], "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.because == (
        "The mean final test accuracy is 86 % in 3 runs of deconv (95 % interval: 81.03 % to 90.97 %), which neither "
        "lies within the claimed 86 % (accepted: 85.5 % to 86.5 %) nor outside it; about 64 seeds would decide."
    )


def test_too_few_seeds_and_unfinished_ones(point: Point) -> None:
    evidence = [point("deconv", runs(0.86, 0.86, 0.86), status=["finished", "running", "diverged"])]
    verdict = judge(value(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.because.endswith(
        "to be compared with the claimed 86 % (accepted: 85.5 % to 86.5 %); 3 seeds are needed; 1 unfinished run of "
        "deconv left out; 1 run of deconv diverged, and counted with the last number."
    )
    assert judge(value(), [point("deconv", runs(0.86), status="running")], "full").word is Word.INCONCLUSIVE
    assert judge(value(), [point("deconv")], "full").word is Word.NOT_RUN


@pytest.mark.parametrize(
    ("kind", "values", "word", "said"),
    [
        ("at_least", (0.95, 0.96, 0.97), Word.REPRODUCED, "within the claimed at least 86 % (accepted: at "),
        ("at_most", (0.95, 0.96, 0.97), Word.NOT_REPRODUCED, "above the claimed at most 86 %"),
        ("at_most", (0.5, 0.51, 0.52), Word.REPRODUCED, "within the claimed at most 86 % (accepted: at most 86.5 %)"),
        ("at_least", (0.5, 0.51, 0.52), Word.NOT_REPRODUCED, "below the claimed at least 86 %"),
        ("at_least", (0.80, 0.86, 0.92), Word.INCONCLUSIVE, "about 556 seeds would decide"),
    ],
)  # fmt: skip
def test_bounds(point: Point, kind: str, values: tuple[float, ...], word: Word, said: str) -> None:
    verdict = judge(bound(kind), [point("deconv", runs(*values))], "full")
    assert (verdict.word, said in verdict.because) == (word, True), verdict.because


def test_a_reduced_budget_settles_nothing_but_a_bound_that_holds_already(point: Point) -> None:
    def at(kind: str, *values: float) -> Word:
        evidence = [point("deconv", runs(*values), departures=("train.epochs: 4 instead of 50",))]
        return judge(bound(kind), evidence, "full").word

    assert at("at_least", 0.95, 0.96, 0.97) is Word.REPRODUCED
    assert at("at_most", 0.5, 0.51, 0.52) is Word.INCONCLUSIVE
    assert at("at_least", 0.5, 0.51, 0.52) is Word.INCONCLUSIVE


def test_conditions_and_readings(point: Point) -> None:
    evidence = [
        point("deconv", runs(0.859, 0.860, 0.861), split="uniform", tile="channels", readings=("tile",)),
        point("deconv", runs(0.1, 0.1, 0.1), split="quadrant", tile="channels", readings=("tile",)),
        point("deconv", runs(0.1, 0.1, 0.1), split="uniform", tile="plane", readings=("tile",)),
        point("deconv", runs(0.1, 0.1, 0.1), split="quadrant", tile="plane", readings=("tile",)),
    ]
    verdict = judge(value(), evidence, "full")
    assert verdict.word is Word.PARTLY
    assert verdict.because.startswith(
        "Under tile=channels: Against the claimed 86 % (accepted: 85.5 % to 86.5 %), the mean final test accuracy of "
        "deconv is as claimed in 1 of 2 conditions (86 % with split=uniform) and otherwise in 1 of 2 conditions (10 % "
        "with split=quadrant)"
    )


def test_parameters_need_no_run(point: Point) -> None:
    counted = value(measure="parameters", expect=1000.0, tolerance=Tolerance(because="a count"))
    verdict = judge(counted, [point("deconv", parameters=1000)], "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == "The mean number of parameters is 1,000 parameters, within the claimed 1,000 parameters."
    assert judge(counted, [point("deconv", parameters=1001)], "full").word is Word.NOT_REPRODUCED


def test_a_measure_that_stands_in_for_what_one_sees(point: Point) -> None:
    seen = bound("at_least", stands_in="smooth is a small step, everywhere")
    verdict = judge(seen, [point("deconv", runs(0.95, 0.96, 0.97))], "full")
    assert verdict.because.startswith(
        "What one sees is judged by the test accuracy: smooth is a small step, everywhere. The mean"
    )
