"""How often a claim that is just false is said to be REPRODUCED by luck: at most the level that intervals promise.

Every kind is put at the edge, where luck has it easiest: the mean is what is just no longer accepted, the difference is
the margin, the rate of success a half. Values are normal, and skewed, and of two sorts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from specit.claims import Evidence, Word, judge
from specit.spec.claims import Bound, Claim, Comparison, NoDifference, Ratio, Reaches, Tolerance, Value

Point = Callable[..., Evidence]
Draw = Callable[[np.random.Generator, int], Any]

ROUNDS = 400
LEVEL = 0.05
LUCK = 3 * (LEVEL * (1 - LEVEL) / ROUNDS) ** 0.5
"""Three standard errors of a simulated rate."""

STATED = {"id": "a", "says": "it is so", "where": "table 1", "measure": "test_accuracy", "seeds": 5}
TENTH = Tolerance(absolute=0.1, because="an example")
EXACT = Tolerance(because="an example")
SPREAD = 0.02

DRAWS: dict[str, Draw] = {
    "normal": lambda chance, n: chance.normal(0, 1, n),
    "skewed": lambda chance, n: chance.exponential(1, n) - 1,
    "two sorts": lambda chance, n: chance.choice([-1.0, 1.0], n),
}


def rate(claim: Claim, evidence: Callable[[np.random.Generator], list[Evidence]], rounds: int = ROUNDS) -> float:
    """Return in what share of the rounds a claim is said to be reproduced."""
    chance = np.random.default_rng(1)
    words = [judge(claim, evidence(chance), "full").word for _ in range(rounds)]
    return words.count(Word.REPRODUCED) / rounds


def arm(point: Point, name: str, mean: float, deviations: Any) -> Evidence:
    return point(name, [[float(mean + SPREAD * deviation)] for deviation in deviations])


@pytest.mark.parametrize("seeds", [5, 10])
def test_a_value_at_the_edge_of_its_tolerance(point: Point, seeds: int) -> None:
    claim = Value(**STATED, kind="value", arm="a", expect=0.5, tolerance=TENTH)
    draw = DRAWS["normal"]
    assert rate(claim, lambda chance: [arm(point, "a", 0.6, draw(chance, seeds))]) <= LEVEL + LUCK


@pytest.mark.parametrize("seeds", [5, 10])
@pytest.mark.parametrize("kind", ["at_least", "at_most"])
def test_a_bound_just_missed(point: Point, kind: str, seeds: int) -> None:
    claim = Bound(**STATED, kind=kind, arm="a", expect=0.5, tolerance=EXACT)
    draw = DRAWS["normal"]
    assert rate(claim, lambda chance: [arm(point, "a", 0.5, draw(chance, seeds))]) <= LEVEL + LUCK


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_one_arm_no_better_than_the_other(point: Point, draw: Draw, paired: bool) -> None:
    claim = Comparison(**STATED, kind="better", arm="a", than="b", paired=paired, tolerance=EXACT)
    seeds = 6
    found = rate(claim, lambda c: [arm(point, "a", 0.5, draw(c, seeds)), arm(point, "b", 0.5, draw(c, seeds))])
    assert found <= LEVEL + LUCK


def test_a_difference_as_large_as_the_margin(point: Point) -> None:
    margin = Tolerance(absolute=0.03, because="an example")
    claim = NoDifference(**STATED, kind="no_difference", arm="a", than="b", tolerance=margin)
    draw = DRAWS["normal"]
    found = rate(claim, lambda c: [arm(point, "a", 0.53, draw(c, 8)), arm(point, "b", 0.5, draw(c, 8))])
    assert 0 < found <= LEVEL + LUCK


@pytest.mark.parametrize("seeds", [5, 8])
def test_a_success_that_is_the_toss_of_a_coin(point: Point, seeds: int) -> None:
    claim = Reaches(**STATED, kind="reaches", arm="a", expect=1.0, tolerance=EXACT)
    assert rate(claim, lambda c: [point("a", [[float(x)] for x in c.integers(0, 2, seeds)])]) <= LEVEL + LUCK


@pytest.mark.parametrize("seeds", [5, 9])
def test_a_ratio_at_the_edge_of_its_range(monkeypatch: pytest.MonkeyPatch, point: Point, seeds: int) -> None:
    monkeypatch.setattr("specit.claims.statistics._RESAMPLES", 999)
    claim = Ratio(**STATED, kind="ratio", arm="a", to="b", expect=(0.0, 2.0), tolerance=EXACT)

    def evidence(chance: np.random.Generator) -> list[Evidence]:
        over, under = np.exp(0.3 * chance.normal(0, 1, (2, seeds)))
        return [point("a", [[2 * x] for x in over]), point("b", [[x] for x in under])]

    assert rate(claim, evidence) <= LEVEL + LUCK


def test_a_claim_that_is_true_is_found_to_be(point: Point) -> None:
    """Nothing would be easier than never to be wrong by never deciding."""
    better = Comparison(**STATED, kind="better", arm="a", than="b", tolerance=EXACT)
    same = NoDifference(**STATED, kind="no_difference", arm="a", than="b", tolerance=TENTH)
    draw = DRAWS["normal"]
    apart = rate(better, lambda c: [arm(point, "a", 0.6, draw(c, 6)), arm(point, "b", 0.5, draw(c, 6))], 50)
    alike = rate(same, lambda c: [arm(point, "a", 0.5, draw(c, 6)), arm(point, "b", 0.5, draw(c, 6))], 50)
    assert (apart, alike) == (1.0, 1.0)
