"""`specit runs compare`: what differs, what is the same, and when each got how far."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from specit.records import Store
from specit.records.comparison import compare_records
from specit.spec.document import Point


@pytest.fixture
def names(store, points: list[Point]) -> dict[str, str]:
    """Return the runs' names by arm, split and seed; `old` is the stale one."""
    known = {point.lock.id: f"{point.arm} {point.selection['split']}" for point in points}
    return {
        f"{known.get(run.lock, 'old')} {run.seed}": run.name for run in Store(store).records() if hasattr(run, "lock")
    }


def test_other_seeds_of_one_experiment(specit, store, names):
    said = specit("runs", "compare", names["coordconv uniform 0"], names["coordconv uniform 1"], "--store", store)
    assert said.code == 0
    assert "The same experiment, with the seeds 0 and 1. Every array is the same, bit for bit." in said.out
    assert "The same versions, machine and device." in said.out
    told = json.loads(
        specit(
            "runs",
            "compare",
            names["coordconv uniform 0"],
            names["coordconv uniform 1"],
            "--store",
            store,
            "--json",
        ).out
    )
    assert (told["same_experiment"], told["same_arrays"], told["same_measures"]) == (True, True, False)
    assert told["stated"] == []
    values = {one["measure"]: one for one in told["values"]}
    # By hand: 0.2, 0.95, 0.9 against 0.4, 0.6, 1.0.
    assert values["test_accuracy"]["final"] == [0.9, 1.0]
    assert values["test_accuracy"]["best"] == [0.95, 1.0]
    assert values["seconds"]["final"] == [6.0, 9.0]
    first = {(one["measure"], one["value"]): one["first"] for one in told["targets"]}
    assert first["test_accuracy", 0.5] == [{"epoch": 2, "seconds": 4.0}, {"epoch": 2, "seconds": 6.0}]
    assert first["test_accuracy", 0.9] == [{"epoch": 2, "seconds": 4.0}, {"epoch": 3, "seconds": 9.0}]
    assert first["test_accuracy", 0.95] == [{"epoch": 2, "seconds": 4.0}, {"epoch": 3, "seconds": 9.0}]
    assert first["test_accuracy", 0.99] == [None, {"epoch": 3, "seconds": 9.0}]
    assert first["test_accuracy", 1.0] == [None, {"epoch": 3, "seconds": 9.0}]
    assert [one["best_of_both"] for one in told["targets"] if one["measure"] == "test_accuracy"] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_what_was_stated_otherwise(specit, store, names):
    said = specit("runs", "compare", names["dense uniform 0"], names["old 0"], "--store", store)
    assert "Two experiments: 1 difference in what was stated." in said.out
    assert "Adam learning rate: A has 0.02, B has 0.5." in said.out
    split = specit("runs", "compare", names["coordconv uniform 0"], names["coordconv quadrant 0"], "--store", store)
    assert "quadrant" in split.out
    assert "never" in split.out


def test_what_they_ran_on(specit, store, names):
    said = specit("runs", "compare", names["dense uniform 0"], names["dense uniform 1"], "--store", store)
    assert "torch: A 2.13.0, B 2.6.0" in said.out
    assert "device" not in said.out


def test_identical_to_the_last_bit(store, names):
    kept = Store(store)
    record = kept.find(names["coordconv quadrant 0"])  # one of its measures is no number
    again = record.model_copy(update={"seed": 7})
    found = compare_records(record, again)
    assert found.same_experiment
    assert found.same_measures
    assert found.same_arrays
    assert found.environment == {}
    assert all(one.final[0] == one.final[1] for one in found.values)
    other = record.model_copy(update={"arrays": {"predicted": "00" * 32}})
    assert compare_records(record, other).same_arrays is False
    assert compare_records(record, record.model_copy(update={"arrays": {}})).same_arrays is None


def test_where_lower_is_better_the_greater_best_is_what_both_reached(store, names):
    kept = Store(store)
    a, b = kept.find(names["coordconv uniform 0"]), kept.find(names["dense uniform 0"])
    (target,) = [one for one in compare_records(a, b).targets if one.measure == "train_loss"]
    assert (target.value, target.both) == (2.0, True)  # the one got to 2/3, the other to 2/1
    assert [one and one.epoch for one in target.arrivals] == [1, 1]


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("{0}", "{0}", "are one run"),
        ("{0}", "zzz", "'zzz' is not a run's name"),
        ("{0}", "0" * 12, "is named '000000000000'; known:"),
    ],
)
def test_what_cannot_be_compared(specit, store, names, a, b, words):
    name = names["coordconv uniform 0"]
    said = specit("runs", "compare", a.format(name), b.format(name), "--store", store)
    assert said.code == 2
    assert words in " ".join(said.err.split())


def test_without_a_lock_what_was_stated_is_not_known(specit, store, names):
    (store / names["old 0"]).parent.joinpath("lock.json").unlink()
    said = specit("runs", "compare", names["dense uniform 0"], names["old 0"], "--store", store)
    assert said.code == 2
    assert "There is no lock file" in said.err


def test_show_tells_everything(specit, store, names):
    name = names["coordconv uniform 0"]
    said = specit("runs", "show", name, "--store", store)
    assert said.code == 0
    folder = store / name
    for words in (name, "split=uniform", "finished: the stated epochs were done", "torch 2.13.0", "predicted"):
        assert words in said.out
    size = (folder / "arrays.npz").stat().st_size
    assert f"{size:,}" in said.out
    assert said.out == specit("show", name, "--store", store).out
    told = json.loads(specit("runs", "show", name, "--store", store, "--json").out)
    assert told["files"] == {path.name: path.stat().st_size for path in folder.iterdir()}
    assert told["stated"] == json.loads((folder.parent / "lock.json").read_text())["statement"]
    assert told["history"][1]["measures"]["test_accuracy"] == 0.95


def test_show_thins_a_long_history_and_keeps_its_end(specit, store, names, points):
    kept = Store(store)
    record = kept.find(names["coordconv uniform 0"])
    last = record.history[-1]
    history = [replace(last, epoch=epoch) for epoch in range(1, 501)]
    kept.save(record.model_copy(update={"history": tuple(history)}))
    lines = specit("runs", "show", record.name, "--store", store).out.splitlines()
    start = next(place for place, line in enumerate(lines) if line.split()[:2] == ["epoch", "time"])
    epochs = [int(line.split()[0]) for line in lines[start + 1 : lines.index("", start)]]
    assert len(epochs) <= 22
    assert (epochs[0], epochs[-1]) == (1, 500)
