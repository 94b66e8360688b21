"""Claims about two arms' means. Welch's interval and the number of dealings are worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

from specit.claims import Evidence, Word, judge
from specit.claims.statistics import chance_of, difference_interval, effect_size
from specit.spec.claims import Comparison, NoDifference, Tolerance

Point = Callable[..., Evidence]
GOOD, POOR = (0.90, 0.91, 0.92, 0.93), (0.80, 0.81, 0.82, 0.83)


def better(**changes: Any) -> Comparison:
    fields = {"id": "a", "says": "it is better", "where": "table 1", "kind": "better", "arm": "coordconv"}
    exact = Tolerance(because="any gain counts")
    return Comparison(
        **{**fields, "than": "deconv", "measure": "test_accuracy", "tolerance": exact, "seeds": 4, **changes}
    )


def same(margin: float = 0.02, **changes: Any) -> NoDifference:
    fields = {"id": "a", "says": "no difference", "where": "table 1", "kind": "no_difference", "arm": "coordconv"}
    tolerance = Tolerance(absolute=margin, because="a reader would not care")
    return NoDifference(
        **{**fields, "than": "deconv", "measure": "test_accuracy", "tolerance": tolerance, "seeds": 4, **changes}
    )


def both(point: Point, arm: tuple[float, ...], than: tuple[float, ...], **options: Any) -> list[Evidence]:
    return [
        point("coordconv", [[x] for x in arm], **options),
        point("deconv", [[x] for x in than], **options),
    ]


def test_better(point: Point) -> None:
    # Each variance is 0.0005 / 3, so the error is √(2 · 0.0001667 / 4) = 0.009129, with 6 degrees of freedom 2.447 of
    # it: ± 0.02234. The corrected effect is 0.1 / 0.01291 · (1 - 3 / 23) = 6.735. One of 70 dealings is as extreme.
    verdict = judge(better(), both(point, GOOD, POOR), "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == (
        "The mean final test accuracy is 91.5 % in 4 runs of coordconv and 81.5 % in 4 runs of deconv, a difference of "
        "10 % (95 % interval: 7.766 % to 12.23 %; Hedges' g 6.74), better; dealt at random, so much comes about in "
        "1.4 % of all ways."
    )


def test_worse_and_not_better_by_enough(point: Point) -> None:
    assert judge(better(), both(point, POOR, GOOD), "full").word is Word.NOT_REPRODUCED
    by = better(by=0.2)
    verdict = judge(by, both(point, GOOD, POOR), "full")
    assert verdict.word is Word.NOT_REPRODUCED
    assert "not better by more than 20 %" in verdict.because
    lenient = better(by=0.1, tolerance=Tolerance(absolute=0.05, because="an example"))
    verdict = judge(lenient, both(point, GOOD, POOR), "full")
    assert verdict.word is Word.REPRODUCED
    assert "better by more than 5 %" in verdict.because


def test_less_is_better_where_the_measure_says_so(point: Point) -> None:
    near, far = (1.0, 1.1, 1.2, 1.3), (5.0, 5.1, 5.2, 5.3)
    distance = better(measure="test_euclidean")
    verdict = judge(distance, both(point, near, far, measure="test_euclidean"), "full")
    assert verdict.word is Word.REPRODUCED
    assert "a difference of -4 pixels (95 % interval: -4.22 pixels to -3.78 pixels" in verdict.because


def test_an_overlap_is_open_and_says_how_many_seeds_would_decide(point: Point) -> None:
    verdict = judge(better(), both(point, (0.80, 0.82, 0.84, 0.86), (0.79, 0.81, 0.83, 0.85)), "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "leaves open whether it is better; about 53 seeds of each arm would decide" in verdict.because


def test_three_seeds_decide_nothing_however_far_apart(point: Point) -> None:
    verdict = judge(better(seeds=3), both(point, GOOD[:3], POOR[:3]), "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.because.endswith("; 4 seeds of each arm are needed.")


def test_what_never_varies_is_judged_by_the_dealings_alone(point: Point) -> None:
    verdict = judge(better(), both(point, (1.0,) * 4, (0.0,) * 4), "full")
    assert verdict.word is Word.REPRODUCED
    assert "a difference of 100 % (95 % interval: 100 % to 100 %), better" in verdict.because
    equal = judge(better(), both(point, (1.0,) * 4, (1.0,) * 4), "full")
    assert equal.word is Word.INCONCLUSIVE
    assert "more seeds than 1,000 of each arm would be needed" in equal.because


def test_paired_by_seed(point: Point) -> None:
    # Seeds differ far more than arms: only within a seed does the difference show.
    arm, than = (0.11, 0.32, 0.51, 0.72, 0.91, 0.42), (0.10, 0.30, 0.50, 0.70, 0.90, 0.40)
    assert judge(better(), both(point, arm, than), "full").word is Word.INCONCLUSIVE
    verdict = judge(better(paired=True), both(point, arm, than), "full")
    assert verdict.word is Word.REPRODUCED
    assert "a difference paired by seed of 1.5 % (95 % interval: 0.9252 % to 2.075 %" in verdict.because
    few = judge(better(paired=True), both(point, arm[:5], than[:5]), "full")
    assert few.because.endswith("; 6 seeds of each arm are needed.")


def test_no_difference(point: Point) -> None:
    alike = both(point, (0.80, 0.81, 0.82, 0.81), (0.81, 0.80, 0.81, 0.82))
    verdict = judge(same(), alike, "full")
    assert verdict.word is Word.REPRODUCED
    assert "a difference of 0 % (90 % interval: -1.122 % to 1.122 %; Hedges' g 0), within ± 2 %" in verdict.because
    verdict = judge(same(0.01), alike, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "neither within ± 1 % nor beyond it; about 5 seeds of each arm would decide" in verdict.because
    verdict = judge(same(), both(point, GOOD, POOR), "full")
    assert verdict.word is Word.NOT_REPRODUCED
    assert "beyond ± 2 %" in verdict.because


def test_what_keeps_arms_from_being_compared(point: Point) -> None:
    assert judge(better(), [point("coordconv", [[0.9]])], "full").because == (
        "No point of coordconv can be compared with one of deconv."
    )
    verdict = judge(better(), [point("coordconv", [[0.9]]), point("deconv")], "full")
    assert (verdict.word, verdict.because) == (Word.INCONCLUSIVE, "No run of deconv counts.")
    shorter = both(point, GOOD, POOR, departures=("train.epochs: 4 instead of 50",))
    verdict = judge(better(), shorter, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "was run at a reduced budget (train.epochs: 4 instead of 50), which settles nothing" in verdict.because


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_intervals_are_scipys(confidence: float) -> None:
    a, b = (3.1, 4.0, 5.2, 4.4), (1.0, 2.5, 2.9)
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval(confidence)
    found = difference_interval(a, b, paired=False, confidence=confidence)
    assert found == pytest.approx((expected.low, expected.high))
    expected = stats.ttest_rel(a[:3], b).confidence_interval(confidence)
    found = difference_interval(a[:3], b, paired=True, confidence=confidence)
    assert found == pytest.approx((expected.low, expected.high))


def test_the_dealings_are_counted() -> None:
    assert chance_of((5, 6, 7, 8), (1, 2, 3, 4), by=0, paired=False) == pytest.approx(1 / 70)
    assert chance_of((5, 6, 7, 8), (1, 2, 3, 4), by=0, paired=True) == pytest.approx(1 / 16)
    assert chance_of((5, 6, 7, 8), (1, 2, 3, 4), by=4, paired=True) == 1.0


def test_the_effect_has_no_size_where_nothing_varies() -> None:
    assert effect_size((1, 1), (0, 0)) is None
    assert effect_size((1,), (0,)) is None
