"""What tuning came to, by numbers computed by hand: equal budgets, before and after, and the gap between the arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from scipy import stats
from tests.tune.small_search import tuned

from specit.claims.searched import counted
from specit.claims.tuning import tuning, tunings
from specit.records import Evaluation, Record
from specit.records.journal import Journal, Searched, Trial, path_of, write_journal
from specit.records.store import Store
from specit.report.tuning import gaps, rows
from specit.spec.document import Point
from specit.spec.search import Search, searches

LR, BATCH, BIAS = "train.supervised.optimizer.Adam.lr", "train.supervised.batch_size", "network.Conv2d.bias"
NEW = {"coordconv": {LR: 0.05, BATCH: 4, BIAS: False}, "dense": {LR: 0.002, BATCH: 12}}


def both(*replacements: tuple[str, str]) -> list[Search]:
    spec = tuned(*replacements)
    return searches(spec, spec.plan(choose={"split": ["uniform"]}))


def record(point: Point, seed: int, accuracy: float) -> Record:
    history = (
        Evaluation(epoch=1, step=1, seconds=1.0, measures={"test_accuracy": 1.0}),  # the best, which does not count
        Evaluation(epoch=12, step=9, seconds=2.0, measures={"test_accuracy": accuracy}),
    )
    return Record(
        spec="small", lock=point.lock.id, arm=point.arm, tier="full", seed=seed, point=point.selection,
        status="finished", ended="", parameters=1, epochs_stated=12, history=history, fingerprints={}, environment={},
    )  # fmt: skip


def put_runs(store: Store, point: Point, values: Sequence[float]) -> None:
    for seed, accuracy in enumerate(values):
        store.save(record(point, seed, accuracy))


def put_trials(store: Store, search: Search, values: Sequence[float | None]) -> None:
    """Put a search whose trial 0 is the arm as stated, and all others `NEW`; None: diverged."""
    of = Searched(search=search.id, spec="small", arm=search.stated.arm, tier="full", point=search.stated.selection,
                  sampler="", statement=search.statement())  # fmt: skip
    trials = []
    for number, value in enumerate(values):
        tried: Mapping[str, object] = NEW[search.stated.arm] if number else search.first
        trials.append(Trial(number=number, values=dict(tried), lock="a", tuned="b", value=value, epochs=2 + number,  # type: ignore[arg-type]
                            ended="diverged" if value is None else "finished", seconds=10.0))  # fmt: skip
    write_journal(path_of(store.root, "small", search.stated.arm, search.id), Journal(of, tuple(trials)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_by_hand(store: Store) -> None:
    coordconv, dense = both()
    put_trials(store, coordconv, [0.5, 0.25, 0.5])
    put_trials(store, dense, [0.25, 0.75, None])
    put_runs(store, coordconv.stated, [0.9, 1.0])
    put_runs(store, dense.stated, [0.2, 0.4, 0.6])
    put_runs(store, dense.tuned(NEW["dense"]), [0.7, 0.8, 0.75])
    found = tuning([coordconv, dense], store)
    one, other = found.arms
    # CoordConv: trial 0 is best, for of equal ones the first is taken; so it is after what it was before.
    assert one.best
    assert (one.best.trial, one.best.held_out, one.best.as_stated) == (0, 0.5, 0.5)
    assert one.best.values == {"lr": 0.02, "batch_size": 8, "bias": True}
    assert (one.trials, one.made, one.diverged, one.epochs, one.seconds) == (3, 3, 0, 2 + 3 + 4, 30.0)
    assert one.after
    assert (one.before.mean, one.after.mean) == (pytest.approx(0.95), pytest.approx(0.95))
    # The other: trial 1, and a diverged trial counts in the budget.
    assert other.best
    assert (other.best.trial, other.best.held_out, other.best.as_stated) == (1, 0.75, 0.25)
    assert (other.trials, other.diverged) == (3, 1)
    assert other.after
    assert (other.before.mean, other.after.mean) == (pytest.approx(0.4), pytest.approx(0.75))
    assert other.after.interval == pytest.approx(stats.ttest_1samp([0.7, 0.8, 0.75], 0).confidence_interval())
    (gap,) = found.gaps
    assert (gap.arm, gap.than, gap.condition) == ("dense", "coordconv", {"split": "uniform"})
    for seen, under in ((gap.before, [0.2, 0.4, 0.6]), (gap.after, [0.7, 0.8, 0.75])):
        assert seen
        assert seen[0] == pytest.approx(0.95 - sum(under) / 3)
        assert seen[1] == pytest.approx(stats.ttest_ind([0.9, 1.0], under, equal_var=False).confidence_interval())
    assert found.notes == ()
    assert tunings(coordconv.spec, store) == [found]


def test_only_as_many_trials_count_as_the_least_searched_has(store: Store) -> None:
    coordconv, dense = both()
    put_trials(store, coordconv, [0.5, 0.6])
    put_trials(store, dense, [0.25, 0.2, 0.9, 0.95])  # its best two would come too late
    found = tuning([coordconv, dense], store)
    assert [(arm.trials, arm.made, arm.best.trial if arm.best else None) for arm in found.arms] == [
        (2, 2, 1),
        (2, 4, 0),
    ]
    assert "Of the 4 trials of dense the first 2 count, as many as all have." in found.notes
    assert [len(one.trials) for one in counted([coordconv, dense], store.root, most=1)] == [1, 1]
    assert [len(one.trials) for one in counted([dense], store.root)] == [4]  # alone it has nobody to be equal to


def test_an_arm_that_was_not_searched_is_said_to_be(store: Store) -> None:
    coordconv, dense = both()
    put_trials(store, dense, [0.25, 0.75])
    put_runs(store, coordconv.stated, [1.0, 1.0])
    put_runs(store, dense.stated, [0.0, 0.5])
    found = tuning([coordconv, dense], store, seeds=2)
    assert found.arms[0].after == found.arms[0].before
    assert (found.arms[0].trials, found.arms[1].trials) == (0, 2)
    (gap,) = found.gaps
    assert gap.before
    assert (gap.before[0], gap.after) == (0.75, None)  # the tuned one was not run yet
    assert found.notes == (
        "The budgets are not equal: no search of coordconv has begun.",
        "dense with the best values: 0 of 2 seeds were run.",
    )
    assert rows(found)[0] == ("coordconv", "split=uniform", "nothing", "0", "0", "0 s", "as stated", "–",
                              "100 % [100 %, 100 %], 2 seeds", "not tuned")  # fmt: skip


def test_less_is_better_for_some_measures(store: Store) -> None:
    coordconv, dense = both(("measure: test_accuracy\n  hold", "measure: test_euclidean\n  hold"))
    put_trials(store, coordconv, [3.0, 2.0])
    put_trials(store, dense, [3.0, 4.0])
    for search, values in ((coordconv, [1.0, 2.0]), (dense, [3.0, 5.0])):
        for seed, value in enumerate(values):
            made = record(search.stated, seed, 0.0)
            measures = (Evaluation(epoch=12, step=9, seconds=2.0, measures={"test_euclidean": value}),)
            store.save(made.model_copy(update={"history": measures}))
    found = tuning([coordconv, dense], store)
    assert [arm.best.trial for arm in found.arms if arm.best] == [1, 0]
    (gap,) = found.gaps
    assert gap.before
    assert (gap.arm, gap.than, gap.before[0]) == ("dense", "coordconv", 2.5)
    assert gaps(found)[0].startswith(
        "dense is behind coordconv (split=uniform) in test Euclidean distance: before by 2.5 "
    )


def test_seeds_that_count(store: Store) -> None:
    coordconv, dense = both()
    put_trials(store, dense, [0.25])
    put_runs(store, dense.stated, [0.0, 0.5, 1.0])
    for seeds, mean in ((None, 0.5), (2, 0.25), (3, 0.5)):
        assert tuning([coordconv, dense], store, seeds=seeds).arms[1].before.mean == mean
    (store.root / dense.stated.lock.id[:12] / "seed-1" / "record.json").write_text("{}")
    found = tuning([coordconv, dense], store, seeds=3)
    assert (found.arms[1].before.values, found.arms[1].before.damaged) == ({0: 0.0, 2: 1.0}, 1)
    assert "dense as stated: 2 of 3 seeds were run, and 1 of the records are damaged." in found.notes


def test_every_trial_diverged(store: Store) -> None:
    coordconv, dense = both()
    put_trials(store, dense, [None, None])
    (_, arm) = tuning([coordconv, dense], store).arms
    assert (arm.best, arm.after, arm.diverged) == (None, None, 2)
    assert rows(tuning([coordconv, dense], store))[1][6:] == ("every trial diverged", "–", "not run", "not run")


def test_a_search_of_what_the_spec_said_before_does_not_count(store: Store) -> None:
    before = both()
    put_trials(store, before[1], [0.25, 0.9])
    after = both(("batch_size: {integer: [4, 12]}", "batch_size: {integer: [4, 16]}"))
    found = tuning(after, store)
    assert [arm.made for arm in found.arms] == [0, 0]
    assert "2 trials of dense do not count: the spec said something else then." in found.notes
    assert tunings(after[0].spec, store) == []
