"""Which run is started once more: worked out by hand."""

from __future__ import annotations

from specit.run.on_ray.stragglers import Attempt, straggler

LIKE = {"a": [10.0, 12.0, 11.0], "b": [1.0, 1.0]}  # seconds an epoch; medians 11 and 1


def attempt(place: int, lock: str = "a", *, epochs: float, seconds: float, silent: float = 0.0) -> Attempt:
    return Attempt(place, lock, epochs, seconds, silent)


def test_three_times_the_median_of_its_like_is_slow():
    assert straggler([attempt(0, epochs=4, seconds=4 * 33.1)], LIKE) == 0
    assert straggler([attempt(0, epochs=4, seconds=4 * 32.9)], LIKE) is None
    assert straggler([attempt(0, "b", epochs=20, seconds=20 * 3.1)], LIKE) == 0


def test_a_first_epoch_that_does_not_end_is_slow():
    assert straggler([attempt(0, epochs=0.1, seconds=61)], LIKE) == 0
    assert straggler([attempt(0, epochs=0, seconds=61)], {"a": [30.0, 30.0]}) is None


def test_nobody_is_slow_at_once_or_without_its_like():
    assert straggler([attempt(0, epochs=0.1, seconds=59)], LIKE) is None
    assert straggler([attempt(0, "c", epochs=0.1, seconds=9999)], LIKE) is None
    assert straggler([attempt(0, epochs=0.1, seconds=9999)], {"a": [10.0]}) is None
    assert straggler([], LIKE) is None


def test_silence_is_being_stuck_whatever_its_like():
    assert straggler([attempt(0, "c", epochs=3, seconds=400, silent=301)], {}) == 0
    assert straggler([attempt(0, "c", epochs=3, seconds=400, silent=299)], {}) is None


def test_the_slowest_is_taken_and_each_only_twice():
    slow = [attempt(0, epochs=1, seconds=100), attempt(1, epochs=1, seconds=200), attempt(2, epochs=9, seconds=99)]
    assert straggler(slow, LIKE) == 1
    assert straggler([*slow, attempt(1, epochs=0, seconds=1)], LIKE) == 0
    assert straggler([*slow, attempt(1, epochs=0, seconds=1), attempt(0, epochs=0, seconds=1)], LIKE) is None
