from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specit.claims import Evidence, Word, judge
from specit.spec.claims import NoConfiguration, Tolerance

Point = Callable[..., Evidence]
LOW, HIGH = (0.5, 0.849, 0.8), (0.5, 0.94, 0.9)


def claim(**changes: Any) -> NoConfiguration:
    fields: dict[str, Any] = {
        "id": "never-above-86",
        "says": "no configuration exceeds 86 %",
        "where": "4.1",
        "kind": "no_configuration",
        "arms": ("deconv",),
        "measure": "test_accuracy",
        "exceeds": 0.86,
        "tolerance": Tolerance(because="printed with two digits"),
        "seeds": 2,
    }
    return NoConfiguration(**{**fields, **changes})


def test_none_of_them(point: Point) -> None:
    evidence = [point("deconv", [LOW, LOW], c=c) for c in "123"]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    name = evidence[0].records[0].name
    assert verdict.because == (
        f"None of 6 runs of 3 configurations got to a test accuracy above 86 % (the highest: 84.9 %, {name})."
    )
    assert len(verdict.findings[0].runs) == 6


def test_one_counterexample_at_any_tier(point: Point) -> None:
    evidence = [
        point("deconv", [LOW, HIGH, LOW], c="3", departures=("train.epochs: 40 instead of 1000",)),
        point("deconv", [LOW], c="1"),
    ]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.NOT_REPRODUCED
    name = evidence[0].records[1].name
    assert verdict.because == (
        f"Run {name} of deconv (c=3) got to a test accuracy of 94 %, above the bound of 86 %; "
        "in that configuration 1 of 3 seeds did, in all 1 of 4 runs of 2 configurations."
    )
    assert verdict.findings[0].runs == (name,)


def test_the_bound_itself_is_allowed(point: Point) -> None:
    assert judge(claim(), [point("deconv", [(0.86,)] * 2)], "full").word is Word.REPRODUCED
    barely = judge(claim(), [point("deconv", [(0.86001,)] * 2)], "full")
    assert barely.word is Word.NOT_REPRODUCED
    assert "a test accuracy of 86.001 %, above the bound of 86 %" in barely.because
    wide = claim(tolerance=Tolerance(absolute=0.01, because="an example"))
    assert judge(wide, [point("deconv", [(0.87,)] * 2)], "full").word is Word.REPRODUCED


def test_a_reduced_budget_supports_nothing(point: Point) -> None:
    evidence = [point("deconv", [LOW] * 2, departures=("train.epochs: 40 instead of 1000",))]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "but at a reduced budget (train.epochs: 40 instead of 1000)" in verdict.because


def test_too_few_seeds_somewhere(point: Point) -> None:
    evidence = [point("deconv", [LOW] * 2, c="1"), point("deconv", [LOW], c="2"), point("deconv", c="3")]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "None of 3 runs of 2 configurations" in verdict.because
    assert "2 of 3 configurations had fewer than the 2 finished seeds of the claim" in verdict.because


def test_an_interrupted_run_can_refute_but_not_support(point: Point) -> None:
    evidence = [point("deconv", [LOW, LOW, HIGH], status=["finished", "finished", "running"])]
    assert judge(claim(), evidence, "full").word is Word.NOT_REPRODUCED
    verdict = judge(claim(), [point("deconv", [LOW, LOW], status=["finished", "running"])], "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "1 run left out" in verdict.because
    verdict = judge(claim(), [point("deconv", [LOW], status="running")], "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.because.startswith("No run of deconv counts; 1 run left out")


def test_all_arms_and_readings_together_and_each_reading_apart(point: Point) -> None:
    evidence = [
        point("deconv", [LOW] * 2, scale="raw", readings=("scale",)),
        point("deconv", [HIGH] * 2, scale="unit", readings=("scale",)),
        point("upsample", [HIGH] * 2, scale="unit", readings=("scale",)),
    ]
    verdict = judge(claim(arms=("deconv", "upsample")), evidence, "full")
    assert verdict.word is Word.NOT_REPRODUCED
    assert "in all 4 of 6 runs of 3 configurations" in verdict.because
    assert [(f.reading["scale"], f.word) for f in verdict.findings] == [
        ("raw", Word.REPRODUCED),
        ("unit", Word.NOT_REPRODUCED),
    ]


def test_where_less_is_better_beyond_is_below(point: Point) -> None:
    distance = claim(measure="test_euclidean", exceeds=2.0)
    kept = judge(distance, [point("deconv", [(5.0, 2.5)] * 2, measure="test_euclidean")], "full")
    assert kept.word is Word.REPRODUCED
    assert "below 2 pixels (the lowest: 2.5 pixels" in kept.because
    broken = judge(distance, [point("deconv", [(5.0, 1.5)] * 2, measure="test_euclidean")], "full")
    assert broken.word is Word.NOT_REPRODUCED


def test_diverged_runs_are_told(point: Point) -> None:
    verdict = judge(claim(), [point("deconv", [LOW, ()], status=["finished", "diverged"])], "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because.endswith("; 1 run diverged, and counted.")
    assert judge(claim(), [point("deconv", [(), ()], status="diverged")], "full").word is Word.REPRODUCED


def test_nothing_run_and_a_damaged_record(point: Point) -> None:
    assert judge(claim(), [point("deconv")], "full").word is Word.NOT_RUN
    assert judge(claim(), [point("deconv", [HIGH], problems=("x is damaged.",))], "full").word is Word.ERROR
