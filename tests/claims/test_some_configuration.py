from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specit.claims import Evidence, Word, judge
from specit.spec.claims import SomeConfiguration, Tolerance

Point = Callable[..., Evidence]


def claim(**changes: Any) -> SomeConfiguration:
    fields: dict[str, Any] = {"id": "a", "says": "it can be done", "where": "4.1", "kind": "some_configuration"}
    solved = Tolerance(absolute=0.01, because="all but one in a hundred")
    return SomeConfiguration(
        **{**fields, "arms": ("deconv",), "measure": "test_accuracy", "expect": 1.0, "tolerance": solved, "seeds": 2}
        | changes
    )


def test_one_example_is_enough_at_any_budget(point: Point) -> None:
    evidence = [
        point("deconv", [[0.2, 0.99], [0.995, 0.3]], lr="0.1", departures=("train.epochs: 4 instead of 50",)),
        point("deconv", [[0.99], [0.5]], lr="0.2"),
        point("deconv", lr="0.3"),
    ]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.REPRODUCED
    assert verdict.because == (
        "2 of 2 seeds of deconv (lr=0.1) reached a test accuracy of at least 99 %, the most of the one that did with "
        "every seed among 2 configurations (the claim speaks of 3)."
    )
    assert len(verdict.findings[0].runs) == 2


def test_one_seed_of_two_needed(point: Point) -> None:
    evidence = [point("deconv", [[0.995]], lr="0.1"), point("deconv", [[1.0]], lr="0.2")]
    verdict = judge(claim(), evidence, "full")
    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.because == (
        "1 of 1 seed of deconv (lr=0.1) reached a test accuracy of at least 99 %, the most of 2 that did with every "
        "seed among 2 configurations; 1 more seed of it needed."
    )


def test_refuting_takes_all_of_them_with_all_their_seeds(point: Point) -> None:
    tried = [point("deconv", [[0.9], [0.8]], lr="0.1"), point("deconv", [[0.995], [0.5]], lr="0.2")]
    verdict = judge(claim(), tried, "full")
    assert verdict.word is Word.NOT_REPRODUCED
    assert verdict.because.startswith(
        "In none of 2 configurations did every seed reach a test accuracy of at least 99 % (the closest: 99.5 %, "
    )
    assert verdict.because.endswith("; in 1 only some seeds did.")
    untried = judge(claim(), [*tried, point("deconv", lr="0.3")], "full")
    assert untried.word is Word.INCONCLUSIVE
    assert ", but 1 of 3 configurations has no finished run" in untried.because
    short = judge(claim(), [point("deconv", [[0.9], [0.8]], departures=("train.epochs: 4 instead of 50",))], "full")
    assert short.word is Word.INCONCLUSIVE
    assert ", but at a reduced budget (train.epochs: 4 instead of 50)." in short.because


def test_runs_that_say_nothing(point: Point) -> None:
    verdict = judge(claim(), [point("deconv", [[0.9]], status="running")], "full")
    assert (verdict.word, verdict.because) == (
        Word.INCONCLUSIVE,
        "No run of deconv counts; 1 run left out, being unfinished or without that measure.",
    )
    assert judge(claim(), [point("deconv")], "full").word is Word.NOT_RUN
