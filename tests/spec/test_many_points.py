"""A sweep of hundreds of points is planned without doing for each what is the same for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from specit.spec import lock
from specit.spec.document import Spec, read_spec
from specit.spec.load import parse
from specit.spec.overlay import departures, differing, overlay

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text()
SWEPT = (
    SMALL.replace("lr: 0.02", "lr: {sweep: [0.01, 0.02, 0.05, 0.1]}")
    .replace("batch_size: 8", "batch_size: {sweep: [8, 16, 32]}")
    .replace("out_channels: 16,\n", "out_channels: {name: width, sweep: [16, 32]},\n")
    .replace("in_channels: 16, out_channels: 1,", "in_channels: {name: width, sweep: [16, 32]}, out_channels: 1,")
    .replace("epochs: 4}}}", "epochs: 4, evaluate: {test: 2}}}, arms: {dense: {seeds: 3}}}")
)


@pytest.fixture
def swept(tmp_path: Path) -> Spec:
    (tmp_path / "swept.yaml").write_text(SWEPT)
    return read_spec(tmp_path / "swept.yaml")


def test_every_network_is_read_once(swept: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    read, times = lock.read_network, list[int]()

    def counting(*arguments):  # type: ignore[no-untyped-def]
        times.append(1)
        return read(*arguments)

    monkeypatch.setattr(lock, "read_network", counting)
    points = swept.every_point
    assert len(points) == 2 * (4 * 3 * 2 * 2 * 2 + 4 * 3 * 2)  # tiers, arms; each with lr, batch, split
    assert len(times) == 2 * 2 + 1  # widths and tiles of coordconv, and dense


def test_points_of_one_network_keep_their_own_locks(swept: Spec) -> None:
    points = swept.plan("full", everything=True)
    assert len({point.lock.id for point in points}) == len(points)
    for point in points[::7]:
        alone = lock.make_lock(point.tree, swept.blocks)
        assert alone.id == point.lock.id
        assert alone == point.lock


def test_departures_are_those_of_the_whole_trees(swept: Spec) -> None:
    points = swept.plan("quick", everything=True)
    full = {(p.arm, *p.selection.items()): p.tree for p in swept.plan("full", everything=True)}
    for point in points:
        whole = departures(full[point.arm, *point.selection.items()], point.tree)
        said = [f"{path}: {there} instead of {here}" for path, here, there in whole if path != "seeds"]
        assert list(point.departures) == said
    assert points[0].departures == (
        "train.supervised.epochs: 4 instead of 12",
        "train.supervised.evaluate.test: 2 instead of 1",
    )


def test_what_two_trees_share_is_left_out() -> None:
    full = parse("a: {b: 1, c: {d: [2, 3]}}\ne: {each: [4, 5]}\nf: 6")
    scaled = overlay(full, parse("a: {b: 7}\ne: {each: [4, 8]}\ng: 9"))
    left = [sorted(tree.mapping("it")) for tree in differing(full, scaled)]
    assert left == [["a", "e"], ["a", "e", "g"]]
    assert [list(tree.mapping("it")["a"].mapping("a")) for tree in differing(full, scaled)] == [["b"], ["b"]]
    assert list(departures(*differing(full, scaled))) == list(departures(full, scaled))
