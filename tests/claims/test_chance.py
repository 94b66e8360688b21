from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from specit.claims import Evidence, judge
from specit.claims.chance import by_luck, level
from specit.spec.claims import NoConfiguration, NoDifference, Ratio, Reaches, Tolerance, Value

Point = Callable[..., Evidence]
STATED: dict[str, Any] = {"id": "a", "says": "it is so", "where": "table 1", "measure": "test_accuracy"}
TENTH = Tolerance(absolute=0.1, because="an example")
RUNS = [[0.9]] * 7
REACHES = Reaches(**STATED, kind="reaches", arm="a", expect=0.9, tolerance=TENTH, seeds=6)
VALUE = Value(**STATED, kind="value", arm="a", expect=0.9, tolerance=TENTH)
SAME = NoDifference(**STATED, kind="no_difference", arm="a", than="b", tolerance=TENTH)
NONE = NoConfiguration(**STATED, kind="no_configuration", arms=("a",), exceeds=0.5, tolerance=TENTH)


@pytest.mark.parametrize(("claim", "expected"), [(REACHES, 1 / 64), (VALUE, 0.025), (SAME, 0.05), (NONE, None)])
def test_each_kind_has_its_level(point: Point, claim: Any, expected: float | None) -> None:
    verdict = judge(claim, [point("a", RUNS), point("b", RUNS)], "full")
    assert level(verdict) == expected


def test_where_luck_decides_nothing(point: Point) -> None:
    assert level(judge(VALUE, [point("a")], "full")) is None
    assert level(judge(VALUE, [replace(point("a", RUNS), draws=False)], "full")) is None
    fields = {**STATED, "measure": "parameters"}
    counted = Ratio(**fields, kind="ratio", arm="a", to="b", expect=1.0, tolerance=TENTH)
    assert level(judge(counted, [point("a"), point("b")], "full")) is None


def test_several_claims_add_up(point: Point) -> None:
    evidence = [point("a", RUNS), point("b", RUNS)]
    verdicts = [judge(claim, evidence, "full") for claim in (REACHES, VALUE, SAME, NONE)]
    assert by_luck(verdicts) == (
        "3 claims rest on runs that differ by their seed; were each of them just false, 0.091 would pass by luck."
    )
    assert by_luck(verdicts[1:2]) == (
        "1 claim rests on runs that differ by their seed; were it just false, 0.025 would pass by luck."
    )
    assert by_luck(verdicts[3:]) == ""
