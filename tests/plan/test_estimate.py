"""What is left of a run, and by which records its time is known: worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from specit.plan import Estimate, Estimator, most_telling
from specit.records import Evaluation, Record
from specit.spec.document import Point, Spec
from specit.spec.load import parse

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text()
EPOCHS, TRAIN = 12, 27
"""Of the small task: its epochs, and how many of 36 places are for training on the uniform split."""


def record(point: Point, seed: int, epochs: int, seconds: float, status: str = "finished") -> Record:
    history = (Evaluation(epoch=epochs, step=0, seconds=seconds, measures={"test_accuracy": 0.5}),)
    return Record(
        spec="small", lock=point.lock.id, arm=point.arm, tier=point.tier, seed=seed, point=point.selection,
        status=status, ended="", parameters=1, epochs_stated=EPOCHS, history=history, fingerprints={}, environment={},
    )  # fmt: skip


@pytest.fixture(scope="module")
def spec() -> Spec:
    return Spec("small", parse(SMALL))


@pytest.fixture(scope="module")
def points(spec: Spec) -> dict[str, Point]:
    wanted = {"dense uniform": ("dense", "uniform"), "dense quadrant": ("dense", "quadrant"),
              "coordconv uniform": ("coordconv", "uniform")}  # fmt: skip
    return {
        name: spec.plan(
            "full", arms=[arm], choose={"split": [split], **({"tile": ["channels"]} if arm != "dense" else {})}
        )[0]
        for name, (arm, split) in wanted.items()
    }


def estimate(spec: Spec, point: Point, seed: int, *records: Record) -> Estimate:
    kept: dict[str, list[Record]] = {}
    for one in records:
        kept.setdefault(one.lock, []).append(one)
    return Estimator([spec], kept).estimate("small", point, seed)


def test_nothing_is_left_of_what_is_in_the_store(spec: Spec, points: dict[str, Point]) -> None:
    found = estimate(spec, points["dense uniform"], 0, record(points["dense uniform"], 0, 5, 3.0))
    assert (found.done, found.epochs, found.seconds) == (True, 0, 0.0)


def test_another_seed_tells_the_time_early_stops_included(spec: Spec, points: dict[str, Point]) -> None:
    point = points["dense uniform"]
    found = estimate(spec, point, 2, record(point, 0, 5, 3.0), record(point, 1, 12, 7.0))
    assert (found.epochs, found.seconds, found.by) == (EPOCHS, 5.0, "the same experiment")
    # 8 × 8 kernels of two channels at one place; two a multiply-add, three times over
    assert found.flop == EPOCHS * TRAIN * 6 * 2 * 64


def test_half_a_run_has_half_of_it_left(spec: Spec, points: dict[str, Point]) -> None:
    point = points["dense uniform"]
    found = estimate(spec, point, 1, record(point, 0, 12, 8.0), record(point, 1, 9, 99.0, "running"))
    assert (found.done, found.epochs, found.seconds) == (False, 3, 2.0)


def test_the_same_network_with_more_examples(spec: Spec, points: dict[str, Point]) -> None:
    quadrant = points["dense quadrant"]
    # 36 places, those with x and y of 5 and 6 are for the test: 32 to train with.
    found = estimate(spec, points["dense uniform"], 0, record(quadrant, 0, 4, 4.0))
    assert (found.seconds, found.by) == (pytest.approx(EPOCHS * TRAIN / 32), "the same network")


def test_another_network_by_its_operations(spec: Spec, points: dict[str, Point]) -> None:
    dense, conv = points["dense uniform"], points["coordconv uniform"]
    found = estimate(spec, conv, 0, record(dense, 0, 12, 6.0))
    more = (4 * 16 + 16) / (2 * 1)  # weights used at each of 64 places, coordinates counted, over one kernel's
    assert (found.seconds, found.by) == (pytest.approx(6.0 * more), "its operations")
    assert estimate(spec, conv, 0).seconds is None


def test_the_most_telling_first(spec: Spec, points: dict[str, Point]) -> None:
    from specit.claims import judge

    claims = spec.claims[:1]
    verdicts = {"small": [judge(claim, [], "full") for claim in claims]}  # both wait for coordconv on the uniform split

    def one(name: str, seed: int, seconds: float | None, done: bool = False) -> Estimate:
        return Estimate("small", points[name], seed, done, 12, 1.0, seconds, "by hand")

    slow, quick = one("coordconv uniform", 0, 100.0), one("coordconv uniform", 1, 10.0)
    beside, unknown = one("dense uniform", 0, 1.0), replace(quick, seconds=None)
    everything = [beside, slow, unknown, quick]
    assert most_telling(everything, verdicts, 1000) == [quick, slow, beside]
    assert most_telling(everything, verdicts, 50) == [quick, beside]
    assert most_telling(everything, verdicts, 0.5) == []
