from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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
    more = judge(claim(), [*evidence, point("deconv", c="2")], "full")
    assert more.because.endswith("in all 1 of 4 runs of 2 configurations (the claim speaks of 3).")
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
    assert "got to a test accuracy above 86 % (the highest: 84.9 %" in verdict.because
    assert "but at a reduced budget (train.epochs: 40 instead of 1000)" in verdict.because


def test_too_few_seeds_somewhere(point: Point) -> None:
    evidence = [point("deconv", [LOW] * 2, c="1"), point("deconv", [LOW], c="2"), point("deconv", c="3")]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    name = evidence[0].records[0].name
    assert verdict.because == (
        f"None of 3 runs of 2 configurations (the claim speaks of 3) got to a test accuracy above 86 % "
        f"(the highest: 84.9 %, {name}), but 1 of 3 configurations has no finished run and 1 has fewer than the "
        "2 finished seeds of the claim."
    )


def test_a_sweep_of_which_little_was_tried_supports_nothing(point: Point) -> None:
    evidence = [point("deconv", [LOW] * 2 if c == 7 else (), c=str(c)) for c in range(1_200)]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "None of 2 runs of 1 configuration (the claim speaks of 1,200) got to" in verdict.because
    assert "but 1,199 of 1,200 configurations have no finished run." in verdict.because


def test_a_sweep_tried_whole_supports(point: Point) -> None:
    evidence = [point("deconv", [LOW] * 2, c=str(c)) for c in range(50)]
    assert judge(claim(), evidence, "full").word is Word.REPRODUCED
    missing = judge(claim(), [*evidence, point("deconv", c="50")], "full")
    assert missing.word is Word.INCONCLUSIVE
    assert "1 of 51 configurations has no finished run" in missing.because


def test_one_experiment_under_two_names_is_one_configuration(point: Point) -> None:
    known = replace(point("deconv", [LOW] * 2), lock="a")
    evidence = [known, replace(known, arm="also_deconv"), replace(point("deconv", [LOW] * 2, c="2"), lock="b")]
    verdict = judge(claim(arms=("deconv", "also_deconv")), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert "None of 4 runs of 2 configurations got to" in verdict.because


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
