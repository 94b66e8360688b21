from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from specit.claims import Evidence, Word, judge
from specit.spec.claims import Ratio, Tolerance

Point = Callable[..., Evidence]


def claim(**changes: Any) -> Ratio:
    fields: dict[str, Any] = {
        "id": "faster",
        "says": "150 times faster",
        "where": "abstract",
        "kind": "ratio",
        "arm": "deconv",
        "to": "coordconv",
        "measure": "seconds_to_best",
        "expect": 150.0,
        "tolerance": Tolerance(factor=2, because="one measurement on another machine"),
        "seeds": 5,
    }
    return Ratio(**{**fields, **changes})


def timed(point: Point, arm: str, times: Sequence[float], **options: Any) -> Evidence:
    """Return runs that reach their best at these multiples of ten seconds."""
    runs = [[0.5] * (round(time) - 1) + [0.9] for time in times]
    return point(arm, runs, **options)


def test_inside_the_range(point: Point) -> None:
    evidence = [timed(point, "deconv", (150, 160, 155, 155, 155)), timed(point, "coordconv", (1, 1, 1, 1, 1))]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == (
        "The median time to the best test accuracy is 1,550 s in 5 runs of deconv and 10 s in 5 runs of "
        "coordconv, a ratio of 155 (95 % interval: 150 to 160), within the claimed 150 (accepted: 75 to 300)."
    )
    assert len(verdict.findings[0].runs) == 10


def test_outside_the_range_on_either_side(point: Point) -> None:
    base = timed(point, "coordconv", (1, 1, 1, 1, 1))
    more = judge(claim(), [timed(point, "deconv", (400, 410, 420, 410, 410)), base], "full")
    assert more.word is Word.NOT_REPRODUCED
    assert "a ratio of 410 (95 % interval: 400 to 420), larger than the claimed 150" in more.because
    less = judge(claim(), [timed(point, "deconv", (10, 11, 12, 11, 11)), base], "full")
    assert less.word is Word.NOT_REPRODUCED
    assert "smaller than the claimed 150" in less.because


def test_across_the_edge(point: Point) -> None:
    evidence = [timed(point, "deconv", (60, 80, 100, 80, 80)), timed(point, "coordconv", (1, 1, 1, 1, 1))]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "neither lies within the claimed 150 (accepted: 75 to 300) nor outside it" in verdict.because


def test_too_few_seeds(point: Point) -> None:
    evidence = [timed(point, "deconv", (150, 150)), timed(point, "coordconv", (1, 1, 1, 1, 1))]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "a ratio of 150 " in verdict.because
    assert "5 seeds of each arm are needed" in verdict.because
    single = [timed(point, "deconv", (150,)), timed(point, "coordconv", (1,))]
    verdict = judge(claim(seeds=1), single, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "5 seeds of each arm are needed" in verdict.because


def test_times_of_unlike_machines(point: Point) -> None:
    there = {"cpu": "a processor", "device": "cpu", "threads": "8"}
    evidence = [
        timed(point, "deconv", (150, 160, 155, 155, 155)),
        timed(point, "coordconv", (1, 1, 1, 1, 1), environment=there),
    ]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "times were taken on unlike machines (threads: 2 and 8)" in verdict.because
    assert "a ratio of 155" in verdict.because
    best = claim(measure="test_accuracy", expect=1.0)
    assert judge(best, evidence, "full").word is Word.REPRODUCED


def test_a_reduced_budget(point: Point) -> None:
    shorter = ("train.epochs: 4 instead of 50",)
    evidence = [
        timed(point, "deconv", (150, 160, 155, 155, 155), departures=shorter),
        timed(point, "coordconv", (1, 1, 1, 1, 1)),
    ]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "at a reduced budget (train.epochs: 4 instead of 50) that settles nothing" in verdict.because


def test_runs_that_never_had_the_measure(point: Point) -> None:
    slow = claim(measure="seconds_to_perfect", expect=2.0)
    evidence = [
        point("deconv", [(0.1, 1.0)] * 5 + [(0.1, 0.2)] * 2),
        point("coordconv", [(1.0,)] * 5 + [(0.1, 1.0)], status=["finished"] * 5 + ["running"]),
    ]
    verdict = judge(slow, evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert "1 unfinished run left out; 2 of 13 runs never had a time to 100 % test accuracy" in verdict.because
    none = judge(slow, [point("deconv", [(0.1,)] * 5), evidence[1]], "full")
    assert none.word is Word.INCONCLUSIVE
    assert none.because == (
        "deconv has no run with a time to 100 % test accuracy; 5 of 5 runs never had a time to 100 % test accuracy."
    )


def test_one_side_without_a_run(point: Point) -> None:
    evidence = [point("deconv"), timed(point, "coordconv", (1, 1, 1, 1, 1))]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.because == "deconv has no run with a time to the best test accuracy."
    assert judge(claim(), [point("deconv"), point("coordconv")], "full").word is Word.NOT_RUN


def test_a_ratio_to_nothing(point: Point) -> None:
    evidence = [timed(point, "deconv", (1, 1, 1, 1, 1)), timed(point, "coordconv", (1, 1, 1, 1, 1), seconds=0.0)]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "leaves the ratio without a meaning" in verdict.because


def test_parameters_need_no_run(point: Point) -> None:
    fewer = claim(measure="parameters", expect=(10.0, 100.0), tolerance=Tolerance(because="as printed"))
    small = point("coordconv", parameters=7553, problems=("a damaged record.",))
    verdict = judge(fewer, [point("deconv", parameters=409_921), small], "quick")
    assert verdict.word is Word.NOT_RUN
    verdict = judge(fewer, [point("deconv", parameters=409_921), small], "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == (
        "deconv has 409,921 parameters and coordconv 7,553 parameters, a ratio of 54.3, within the claimed 10 to 100."
    )
    verdict = judge(fewer, [point("deconv", parameters=1_632_001), small], "full")
    assert verdict.word is Word.NOT_REPRODUCED
    assert "a ratio of 216, larger than the claimed 10 to 100" in verdict.because
    assert judge(fewer, [small], "full").word is Word.NOT_RUN


def test_conditions_of_one_arm_are_compared_with_the_other_arm(point: Point) -> None:
    fewer = claim(measure="parameters", expect=(10.0, 100.0), tolerance=Tolerance(because="as printed"))
    sizes = {"1": 46_465, "2": 409_921, "3": 1_632_001}
    evidence = [
        *(point("deconv", parameters=size, c=c) for c, size in sizes.items()),
        point("coordconv", parameters=7553),
    ]
    verdict = judge(fewer, evidence, "full")
    assert verdict.word is Word.PARTLY
    assert verdict.because.startswith(
        "Against the claimed 10 to 100, the number of parameters of deconv over that of coordconv is "
        "as claimed in 1 of 3 conditions (54.3 with c=2) and "
        "otherwise in 2 of 3 conditions (6.15 with c=1 and 216 with c=3)"
    )


def test_points_are_paired_by_the_axes_they_share(point: Point) -> None:
    evidence = [
        timed(point, arm, times, split=split, tile=tile, readings=("tile",))
        for arm, split, tile, times in (
            ("deconv", "uniform", "channels", (150, 160, 155, 155, 155)),
            ("deconv", "quadrant", "channels", (150, 160, 155, 155, 155)),
            ("coordconv", "uniform", "channels", (1, 1, 1, 1, 1)),
            ("coordconv", "quadrant", "channels", (1, 1, 1, 1, 1)),
            ("deconv", "uniform", "plane", (15, 16, 15, 15, 15)),
            ("coordconv", "uniform", "plane", (1, 1, 1, 1, 1)),
        )
    ]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert [(f.reading["tile"], f.word, len(f.runs)) for f in verdict.findings] == [
        ("channels", Word.REPRODUCED, 20),
        ("plane", Word.NOT_REPRODUCED, 10),
    ]
    assert verdict.because.startswith("Under tile=channels: ")
    assert verdict.because.endswith("Of the 1 other reading, 1 not reproduced (tile=plane).")


def test_points_that_never_meet(point: Point) -> None:
    evidence = [
        timed(point, "deconv", (150,), split="uniform"),
        timed(point, "coordconv", (1,), split="quadrant"),
    ]
    assert judge(claim(), evidence, "full").word is Word.NOT_RUN
