from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from specit.claims import Evidence, Verdict, Word, judge
from specit.spec.claims import Reaches, Tolerance

Point = Callable[..., Evidence]
GOOD, BAD = (0.5, 1.0, 0.98), (0.2, 0.302)
SHORTER = ("train.epochs: 4 instead of 50",)


def claim(**changes: Any) -> Reaches:
    fields: dict[str, Any] = {
        "id": "perfect",
        "says": "CoordConv attains perfect test performance",
        "where": "4.1",
        "kind": "reaches",
        "arm": "coordconv",
        "measure": "test_accuracy",
        "expect": 1.0,
        "tolerance": Tolerance(because="the paper says perfect"),
        "seeds": 5,
    }
    return Reaches(**{**fields, **changes})


def one(point: Point, *runs: tuple[float, ...], **options: Any) -> Verdict:
    return judge(claim(), [point("coordconv", runs, **options)], "full")


def test_every_seed_of_every_condition(point: Point) -> None:
    evidence = [point("coordconv", [GOOD] * 5, split=split) for split in ("uniform", "quadrant")]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == (
        "coordconv reached a test accuracy of 100 % in 5 of 5 seeds with split=uniform "
        "(95 % interval of the success rate: 57 % to 100 %) "
        "and 5 of 5 seeds with split=quadrant (57 % to 100 %)."
    )
    assert len(verdict.findings) == 1
    assert len(verdict.findings[0].runs) == 10


def test_without_chance_there_is_no_interval(point: Point) -> None:
    evidence = [replace(point("coordconv", [GOOD], split=split), draws=False) for split in ("uniform", "quadrant")]
    verdict = judge(claim(seeds=1), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == (
        "coordconv reached a test accuracy of 100 % in 1 of 1 run with split=uniform "
        "and 1 of 1 run with split=quadrant (nothing here is random)."
    )


@pytest.mark.parametrize(("runs", "word"), [(GOOD, Word.REPRODUCED), (BAD, Word.NOT_REPRODUCED)])
def test_four_seeds_may_be_luck_whatever_the_claim_asks_for(point: Point, runs: tuple[float, ...], word: Word) -> None:
    few = judge(claim(seeds=1), [point("coordconv", [runs] * 4)], "full")
    assert few.word is Word.INCONCLUSIVE
    assert few.because.endswith("; 1 more seed needed for the 5 that tell a rate over a half from luck.")
    assert judge(claim(seeds=1), [point("coordconv", [runs] * 5)], "full").word is word


def test_some_seeds(point: Point) -> None:
    verdict = one(point, GOOD, BAD, GOOD)
    assert verdict.word is Word.PARTLY
    assert "in 2 of 3 seeds (95 % interval of the success rate: 21 % to 94 %)" in verdict.because
    assert "2 more seeds needed for the 5 of the claim" in verdict.because


def test_no_seed_at_the_full_budget(point: Point) -> None:
    verdict = one(point, BAD, BAD, BAD, (0.1, 0.4), BAD)
    assert verdict.word is Word.NOT_REPRODUCED
    assert "in 0 of 5 seeds (95 % interval of the success rate: 0 % to 43 %)" in verdict.because
    assert f"the best of them, {verdict.findings[0].runs[3]}, got to 40 %." in verdict.because


def test_no_seed_at_a_reduced_budget_shows_little(point: Point) -> None:
    verdict = one(point, *[BAD] * 5, departures=SHORTER)
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.departures == SHORTER
    assert verdict.because.endswith("at a reduced budget (train.epochs: 4 instead of 50) that shows little.")


def test_reaching_it_on_less_is_reaching_it(point: Point) -> None:
    assert one(point, *[GOOD] * 5, departures=SHORTER).word is Word.REPRODUCED


def test_too_few_seeds(point: Point) -> None:
    verdict = one(point, *[GOOD] * 3)
    assert verdict.word is Word.INCONCLUSIVE
    assert "2 more seeds needed for the 5 of the claim" in verdict.because
    assert one(point, *[BAD] * 4).word is Word.INCONCLUSIVE


def test_a_condition_without_a_run(point: Point) -> None:
    missing = point("coordconv", split="quadrant")
    verdict = judge(claim(), [point("coordconv", [GOOD] * 5, split="uniform"), missing], "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert "nothing has been run to its end with split=quadrant" in verdict.because
    mixed = point("coordconv", [GOOD, BAD] * 3, split="uniform")
    assert judge(claim(), [mixed, missing], "full").word is Word.PARTLY


def test_no_run_and_no_point(point: Point) -> None:
    for evidence in (
        [],
        [point("coordconv")],
        [point("deconv", [GOOD])],
        [point("coordconv", [GOOD], tier="quick")],
    ):
        verdict = judge(claim(), evidence, "full")
        assert verdict.word is Word.NOT_RUN
        assert verdict.because == "There is no run of coordconv at the full tier."


def test_a_damaged_record(point: Point) -> None:
    problems = ("runs/3f2a/seed-1 was altered.", "runs/3f2a/seed-2 was altered.")
    verdict = one(point, *[GOOD] * 5, problems=problems)
    assert verdict.word is Word.ERROR
    assert verdict.because == ("A record cannot be judged: runs/3f2a/seed-1 was altered (2 damaged records in all).")
    elsewhere = point("deconv", problems=problems)
    assert judge(claim(), [point("coordconv", [GOOD] * 5), elsewhere], "full").word is Word.REPRODUCED


def test_diverging_is_failing(point: Point) -> None:
    diverged = (0.3, math.nan)
    verdict = one(point, GOOD, diverged, status=["finished", "diverged"])
    assert verdict.word is Word.PARTLY
    assert "1 run diverged, and counted as failed" in verdict.because
    nothing = one(point, *[()] * 5, status="diverged")
    assert nothing.word is Word.NOT_REPRODUCED
    assert "no run has a value of it" in nothing.because


def test_an_interrupted_run_counts_only_for_the_claim(point: Point) -> None:
    verdict = one(point, *[GOOD] * 5, BAD, status=["finished"] * 4 + ["running"] * 2)
    assert verdict.word is Word.REPRODUCED
    assert "5 of 5 seeds" in verdict.because
    assert "1 run left out, being unfinished or without that measure" in verdict.because
    only = one(point, BAD, status="running")
    assert only.word is Word.INCONCLUSIVE
    assert only.because.startswith("No run of coordconv counts; 1 run left out")


def test_the_best_reading_speaks(point: Point) -> None:
    evidence = [
        point("coordconv", runs, tile=tile, scale=scale, readings=("tile", "scale"))
        for tile, scale, runs in (
            ("plane", "raw", [BAD] * 5),
            ("channels", "raw", [GOOD] * 4 + [BAD]),
            ("channels", "unit", [GOOD] * 5),
            ("plane", "unit", ()),
        )
    ]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert [finding.word.value for finding in verdict.findings] == [
        "NOT REPRODUCED",
        "PARTLY",
        "REPRODUCED",
        "NOT RUN",
    ]
    assert verdict.because.startswith(
        "Under scale=unit, tile=channels: coordconv reached a test accuracy of 100 % in 5 of 5 seeds"
    )
    assert verdict.because.endswith(
        " Of the 3 other readings, 1 partly reproduced (scale=raw, tile=channels), "
        "1 not reproduced (scale=raw, tile=plane) and 1 not run."
    )


def test_a_reading_not_tried_may_be_the_authors(point: Point) -> None:
    evidence = [
        point("coordconv", runs, tile=tile, readings=("tile",))
        for tile, runs in (("plane", [BAD] * 5), ("channels", ()))
    ]
    assert judge(claim(), evidence, "full").word is Word.INCONCLUSIVE
    assert judge(claim(), evidence[:1], "full").word is Word.NOT_REPRODUCED


def test_over_selects_points(point: Point) -> None:
    evidence = [
        point("coordconv", [GOOD] * 5, split="uniform"),
        point("coordconv", [BAD] * 5, split="quadrant"),
        point("coordconv", [GOOD] * 5, split="text"),
    ]
    assert judge(claim(), evidence, "full").word is Word.PARTLY
    assert judge(claim(over={"split": "uniform"}), evidence, "full").word is Word.REPRODUCED
    assert judge(claim(over={"split": ("uniform", "text")}), evidence, "full").word is Word.REPRODUCED
    assert judge(claim(over={"split": "quadrant"}), evidence, "full").word is Word.NOT_REPRODUCED
    assert judge(claim(over={"depth": "3"}), evidence, "full").word is Word.PARTLY


def test_a_tolerance_and_a_measure_where_less_is_better(point: Point) -> None:
    near = claim(measure="test_euclidean", expect=1.0, tolerance=Tolerance(absolute=0.5, because="an example"), seeds=1)
    verdict = judge(near, [point("coordconv", [(3.0, 1.5)] * 5, measure="test_euclidean")], "full")
    assert verdict.word is Word.REPRODUCED
    assert "reached a test Euclidean distance of at most 1.5 pixels in 5 of 5 seeds" in verdict.because
    verdict = judge(near, [point("coordconv", [(3.0, 1.501)] * 5, measure="test_euclidean")], "full")
    assert verdict.word is Word.NOT_REPRODUCED
    assert "got to 1.501 pixels" in verdict.because


def test_many_conditions_stay_one_readable_sentence(point: Point) -> None:
    evidence = [point("coordconv", [GOOD] * 5, c=str(c)) for c in range(30)]
    verdict = judge(claim(), evidence, "full")
    assert verdict.because.endswith("and 130 of 130 runs over 26 more conditions.")


@pytest.mark.parametrize("measure", ["train_accuracy", "seconds_to_perfect"])
def test_runs_without_the_measure_show_nothing(point: Point, measure: str) -> None:
    bad = [point("coordconv", [(3.0,)] * 5, measure="test_euclidean")]
    assert judge(claim(measure=measure), bad, "full").word is Word.INCONCLUSIVE
