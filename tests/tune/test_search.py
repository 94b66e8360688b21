"""Searches: equal numbers of trials, and the same ones however often they are interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.journal import Journal, Trial, path_of, read_journal, write_journal
from specit.spec.search import Search, searches
from specit.tune import Trying, search_all

from .small_search import tuned

LR, BATCH = "train.supervised.optimizer.Adam.lr", "train.supervised.batch_size"


@pytest.fixture
def both() -> list[Search]:
    spec = tuned()
    return searches(spec, spec.plan(choose={"split": ["uniform"]}))


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


class MadeUp:
    """A training whose result follows from the learning rate; killed at the `at`-th of its moments, of which a run has
    two: before it has left a record, and when it has, but nobody has heard of it."""

    def __init__(self, at: int | None = None, *, backwards: bool = False) -> None:
        self.at, self.backwards, self.moments = at, backwards, 0
        self.ran: list[str] = []

    def moment(self) -> None:
        if self.moments == self.at:
            raise Killed
        self.moments += 1

    def __call__(self, round_: Sequence[Trying]) -> Iterator[tuple[int, Record]]:
        places = range(len(round_))
        for place in reversed(places) if self.backwards else places:
            self.moment()
            trying = round_[place]
            self.ran.append(f"{trying.search.stated.arm} {trying.number}")
            self.moment()
            yield place, made_up(trying)


def made_up(trying: Trying) -> Record:
    rate = float(trying.values[LR] or 0)
    diverged = rate > 0.09
    measures = {} if diverged else {"test_accuracy": 1 - abs(rate - 0.01)}
    evaluation = Evaluation(epoch=2, step=9, seconds=3.0, measures=measures)
    return Record(
        spec="small", lock=trying.job.point.lock.id, arm=trying.search.stated.arm, tier="full", seed=trying.job.seed,
        point={}, status="diverged" if diverged else "finished", ended="", parameters=1, epochs_stated=2,
        history=(evaluation,), fingerprints={}, environment={},
    )  # fmt: skip


def kept(of: Sequence[Search], root: Path) -> list[Journal | None]:
    return [read_journal(path_of(root, "small", search.stated.arm, search.id)) for search in of]


def test_every_arm_has_as_many_trials_and_the_first_is_the_arm_as_stated(both: list[Search], tmp_path: Path) -> None:
    told = list(search_all(both, 7, tmp_path, MadeUp()))
    assert [(one.of.search.stated.arm, one.trial.number) for one in told] == [
        (arm, number) for number in range(7) for arm in ("coordconv", "dense")
    ]
    for search, journal in zip(both, kept(both, tmp_path), strict=True):
        assert journal
        assert journal.trials == tuple(one.trial for one in told if one.of.search is search)
        first = journal.trials[0]
        assert first.values == dict(search.first)
        assert (first.tuned, first.epochs, first.seconds) == (search.stated.lock.id, 2, 3.0)
        assert first.value == pytest.approx(1 - 0.01)
        for trial in journal.trials:
            assert trial.lock == search.trial(trial.values).lock.id
            assert trial.tuned == search.tuned(trial.values).lock.id
        assert journal.of.statement == search.statement()
        assert (journal.of.point, journal.of.tier) == (search.stated.selection, "full")


def test_interrupted_at_any_moment_it_ends_with_the_same_trials(both: list[Search], tmp_path: Path) -> None:
    trials = 4
    whole = MadeUp()
    list(search_all(both, trials, tmp_path / "whole", whole))
    undisturbed = kept(both, tmp_path / "whole")
    for at in range(whole.moments):
        root = tmp_path / str(at)
        with pytest.raises(Killed):
            list(search_all(both, trials, root, MadeUp(at)))
        again = MadeUp()
        list(search_all(both, trials, root, again))
        assert kept(both, root) == undisturbed
        assert len(again.ran) == 2 * trials - at // 2  # what its journal has is not run again
    root = tmp_path / "often"
    for _ in range(2 * trials - 1):  # each time after one trial more
        with pytest.raises(Killed):
            list(search_all(both, trials, root, MadeUp(3)))
    list(search_all(both, trials, root, MadeUp()))
    assert kept(both, root) == undisturbed


def test_more_trials_go_on_from_those_that_were_made(both: list[Search], tmp_path: Path) -> None:
    for number in (1, 3, 3, 6):
        list(search_all(both, number, tmp_path / "grown", MadeUp()))
    list(search_all(both, 6, tmp_path / "at once", MadeUp()))
    assert kept(both, tmp_path / "grown") == kept(both, tmp_path / "at once")
    assert list(search_all(both, 2, tmp_path / "grown", MadeUp())) == []


def test_neither_the_order_of_ends_nor_other_searches_change_a_search(both: list[Search], tmp_path: Path) -> None:
    list(search_all(both, 4, tmp_path / "a", MadeUp()))
    list(search_all(both[::-1], 4, tmp_path / "b", MadeUp(backwards=True)))
    list(search_all(both[1:], 4, tmp_path / "c", MadeUp()))
    assert kept(both, tmp_path / "a") == kept(both, tmp_path / "b")
    assert kept(both, tmp_path / "c") == [None, kept(both, tmp_path / "a")[1]]


def test_an_arm_that_is_behind_catches_up(both: list[Search], tmp_path: Path) -> None:
    list(search_all(both[:1], 3, tmp_path, MadeUp()))
    late = MadeUp()
    list(search_all(both, 4, tmp_path, late))
    assert sorted(late.ran) == ["coordconv 3", "dense 0", "dense 1", "dense 2", "dense 3"]


def test_a_diverged_trial_counts_and_the_search_goes_on(both: list[Search], tmp_path: Path) -> None:
    (journal, _) = kept(both, tmp_path)
    assert journal is None
    (first,) = list(search_all(both[1:], 1, tmp_path, MadeUp()))
    worst = Trial(**{**first.trial.model_dump(), "number": 1, "value": None, "ended": "diverged"})
    path = path_of(tmp_path, "small", "dense", both[1].id)
    found = read_journal(path)
    assert found
    write_journal(path, Journal(found.of, (*found.trials, worst)))
    assert [one.trial.number for one in search_all(both[1:], 3, tmp_path, MadeUp())] == [2]


def test_two_processes_do_not_search_the_same(both: list[Search], tmp_path: Path) -> None:
    going = search_all(both, 2, tmp_path, MadeUp())
    next(going)
    with pytest.raises(SpecItError, match=r"Another process is at the search of small\.coordconv"):
        next(search_all(both, 2, tmp_path, MadeUp()))
    going.close()
    assert len(list(search_all(both, 2, tmp_path, MadeUp()))) == 3
