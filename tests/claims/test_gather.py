"""Which records belong to a spec, and under which name each of its points knows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from specit.claims import Word
from specit.claims.gather import Kept, gather, judge_spec, judge_specs
from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.store import Damaged, Store
from specit.spec.document import Point, Spec, read_spec

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text()
# The same experiments under other names: the arm, its axis, and a tier that changes nothing.
RENAMED = (
    SMALL.replace("coordconv", "painter")
    .replace("name: tile", "name: copies")
    .replace("tile: channels", "copies: channels")
    .replace("overlay: {train: {supervised: {epochs: 4}}}", "choose: {copies: channels}")
)
# An arm of another name that states what `coordconv` does.
TWICE = SMALL.replace(
    "  dense:\n",
    SMALL[SMALL.index("  coordconv:\n") : SMALL.index("  dense:\n")].replace("coordconv:", "again:") + "  dense:\n",
)


def spec_of(text: str, folder: Path, name: str) -> Spec:
    (folder / f"{name}.yaml").write_text(text)
    return read_spec(folder / f"{name}.yaml")


def record_of(spec: Spec, point: Point, seed: int = 0, accuracy: float = 0.9) -> Record:
    return Record(
        spec=spec.name,
        lock=point.lock.id,
        arm=point.arm,
        tier=point.tier,
        seed=seed,
        point=point.selection,
        status="finished",
        ended="the stated epochs were done",
        parameters=point.lock.parameters,
        epochs_stated=12,
        history=(Evaluation(epoch=1, step=1, seconds=1.0, measures={"train_accuracy": accuracy}),),
        fingerprints={},
        environment={},
    )


@pytest.fixture
def small(tmp_path: Path) -> Spec:
    return spec_of(SMALL, tmp_path, "small")


@pytest.fixture
def store(tmp_path: Path, small: Spec) -> Store:
    """Two seeds of every point of one arm, at its full tier, saved in no order."""
    made = Store(tmp_path / "store")
    for seed in (1, 0):
        for point in reversed(small.plan("full", arms=["coordconv"], everything=True)):
            made.save(record_of(small, point, seed), {})
    return made


def test_a_record_is_found_under_the_names_of_the_spec_that_asks(tmp_path: Path, store: Store) -> None:
    gathered = gather(spec_of(RENAMED, tmp_path, "renamed"), store)
    assert len(gathered.records) == 8
    assert {record.spec for record in gathered.records} == {"renamed"}
    assert {record.arm for record in gathered.records} == {"painter"}
    assert all(set(record.point) == {"split", "copies"} for record in gathered.records)
    for one in gathered.evidence:
        assert all((r.arm, r.point, r.tier) == (one.arm, one.point, one.tier) for r in one.records)


def test_options_come_in_the_order_of_the_spec(small: Spec, store: Store) -> None:
    (point,) = small.plan("full", arms=["coordconv"], choose={"split": ["uniform"], "tile": ["plane"]})
    turned = dict(reversed(point.selection.items()))
    assert [*turned] != [*point.selection]
    store.save(record_of(small, point, 3).model_copy(update={"point": turned}), {})
    found = [record for record in gather(small, store).records if record.lock == point.lock.id]
    assert [record.seed for record in found] == [0, 1, 3]
    assert all([*record.point] == [*point.selection] for record in found)


def test_of_several_tiers_the_fullest_names_a_run(tmp_path: Path, store: Store) -> None:
    spec = spec_of(RENAMED, tmp_path, "renamed")
    quick = [record_of(spec, point, 7) for point in spec.plan("quick", choose={"split": ["uniform"]})]
    for record in quick:
        assert record.tier == "quick"
        store.save(record, {})
    gathered = gather(spec, store)
    assert {record.tier for record in gathered.records} == {"full"}  # the tier's overlay is empty: one experiment
    assert gathered.tiers == ["full"]
    assert [r.tier for one in gathered.evidence for r in one.records if r.seed == 7] == ["quick", "full"]


def test_a_run_stands_under_every_arm_that_means_it(tmp_path: Path, store: Store) -> None:
    gathered = gather(spec_of(TWICE, tmp_path, "twice"), store)
    assert [record.arm for record in gathered.records] == ["coordconv"] * 8 + ["again"] * 8
    names = [record.name for record in gathered.records]
    assert names[:8] == names[8:]
    assert len(set(names)) == 8


def test_records_come_in_the_order_of_the_spec(small: Spec, store: Store) -> None:
    quick = small.plan("quick")[0]
    store.save(record_of(small, quick), {})
    seen = [(r.point["split"], r.point["tile"], r.seed, r.tier) for r in gather(small, store).records]
    assert seen == [
        ("uniform", "channels", 0, "quick"),
        ("uniform", "channels", 0, "full"),
        ("uniform", "channels", 1, "full"),
        ("uniform", "plane", 0, "full"),
        ("uniform", "plane", 1, "full"),
        ("quadrant", "channels", 0, "full"),
        ("quadrant", "channels", 1, "full"),
        ("quadrant", "plane", 0, "full"),
        ("quadrant", "plane", 1, "full"),
    ]


class ReadOnce(Store):
    """A store that counts how often all of it is read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.times = 0

    def records(self) -> Iterator[Record | Damaged]:
        self.times += 1
        return super().records()


def test_several_specs_read_the_store_once(tmp_path: Path, small: Spec, store: Store) -> None:
    counting = ReadOnce(store.root)
    specs = [small, spec_of(RENAMED, tmp_path, "renamed"), spec_of(TWICE, tmp_path, "twice")]
    judged = judge_specs(specs, counting)
    assert counting.times == 1
    assert [one.spec.name for one in judged] == ["small", "renamed", "twice"]
    for one in judged:
        assert one.verdicts == judge_spec(one.spec, gather(one.spec, store))
        assert [verdict.word for verdict in one.verdicts] == [Word.INCONCLUSIVE, Word.REPRODUCED]  # two seeds of five
    assert gather(small, Kept.of(store)) == judged[0].gathered


def test_a_damaged_record_is_known_to_every_point_of_its_lock(tmp_path: Path, store: Store) -> None:
    path = next(store.root.glob("*/seed-0/record.json"))
    path.write_text("{")
    spec = spec_of(TWICE, tmp_path, "twice")
    damaged = [one for one in gather(spec, store).evidence if one.problems]
    assert [one.arm for one in damaged] == ["coordconv", "again"]
    assert all(one.lock.startswith(path.parts[-3]) for one in damaged)


def test_among_several_specs_one_may_claim_nothing(tmp_path: Path, small: Spec, store: Store) -> None:
    text = SMALL[: SMALL.index("claims:")] + SMALL[SMALL.index("figures:") :]
    silent = spec_of(text, tmp_path, "silent")
    assert [len(one.verdicts) for one in judge_specs([silent, small], store)] == [0, 2]
    with pytest.raises(SpecItError, match="states no claims, so nothing was checked"):
        judge_specs([silent, silent], store)


def test_a_tier_that_is_not_there(small: Spec, store: Store) -> None:
    with pytest.raises(SpecItError, match="small has no tier 'quik'; did you mean 'quick'"):
        judge_specs([small], store, "quik")
