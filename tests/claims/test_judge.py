from __future__ import annotations

from collections.abc import Callable

import pytest

from specit.claims import Evidence, Word, judge_all
from specit.claims.statistics import ratio_interval, ratio_of_medians, success_rate
from specit.errors import SpecItError
from specit.spec.claims import NoConfiguration, Reaches, Tolerance

Point = Callable[..., Evidence]
EXACT = Tolerance(because="an example")


def test_no_claims_is_an_error(point: Point) -> None:
    with pytest.raises(SpecItError, match="nothing was checked"):
        judge_all([], [point("coordconv", [(1.0,)])], "full")


def test_claims_are_judged_in_order(point: Point) -> None:
    claims = [
        Reaches(
            id="a",
            says="all",
            where="1",
            kind="reaches",
            arm="x",
            measure="test_accuracy",
            expect=1,
            tolerance=EXACT,
        ),
        NoConfiguration(
            id="b",
            says="none",
            where="1",
            kind="no_configuration",
            arms=("x",),
            measure="test_accuracy",
            exceeds=0.5,
            tolerance=EXACT,
        ),
    ]
    verdicts = judge_all(claims, [point("x", [(1.0,)] * 5)], "full")
    assert [(v.claim.id, v.word, v.tier) for v in verdicts] == [
        ("a", Word.REPRODUCED, "full"),
        ("b", Word.NOT_REPRODUCED, "full"),
    ]


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.959964, worked out by hand
        (5, 5, 0.5655, 1.0),
        (0, 5, 0.0, 0.4345),
        (3, 5, 0.2307, 0.8824),
        (1, 1, 0.2065, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_success_rates(successes: int, trials: int, low: float, high: float) -> None:
    assert success_rate(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_ratios_of_medians() -> None:
    assert ratio_of_medians([1, 100, 3], [2, 1]) == 2.0
    assert ratio_interval([4.0], [2.0, 2.0]) is None
    assert ratio_interval([4.0, 4.0], [2.0, 2.0]) == (2.0, 2.0)


def test_the_bootstrap_against_all_resamples_counted_by_hand() -> None:
    # Of two values, the median of a resample is 1, 2 or 3 with chances 1/4, 1/2, 1/4, so the tails reach.
    assert ratio_interval([1.0, 3.0], [1.0, 1.0]) == (1.0, 3.0)
    # Of five, P(median = 1) = P(Binomial(5, 1/5) >= 3) = 0.0579, more than the 2.5 % of a tail.
    assert ratio_interval([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 1.0]) == (1.0, 5.0)
    # Of seven, P(median = 1) = P(Binomial(7, 1/7) >= 4) = 0.0102, but P(median <= 2) = 0.1083.
    assert ratio_interval([float(i) for i in range(1, 8)], [1.0, 1.0]) == (2.0, 6.0)


def test_the_bootstrap_gives_the_same_numbers_every_time() -> None:
    values = [1.0, 2.5, 3.0, 4.2, 9.9]
    assert ratio_interval(values, values) == ratio_interval(values, values)
