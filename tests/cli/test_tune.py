"""`specit tune`, on a task that is learnt in a moment."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.tune.child import start
from tests.tune.small_search import with_search

from specit.cli import main
from specit.procedures.supervised import SupervisedTraining
from specit.records.journal import read_journal
from specit.records.store import Store
from specit.spec.document import Spec
from specit.spec.load import parse

WHOLE = ("--tier", "full", "--where", "split=uniform", "--jobs", "1")


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spec") / "mine.yaml"
    path.write_text(with_search(("epochs: 12", "epochs: 3")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def undisturbed(mine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a search of both arms came to its end, and what was said meanwhile."""
    store = tmp_path_factory.mktemp("whole")
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.setattr(sys, "argv", ["specit", *map(str, command(mine, store))])
        patch.setenv("COLUMNS", "120")
        with pytest.raises(SystemExit) as exit_:
            main()
    assert exit_.value.code == 0
    (store / "said.txt").write_text(said.getvalue(), encoding="utf-8")
    return store


def command(mine: Path, store: Path) -> tuple[object, ...]:
    return "tune", mine, "--trials", 3, "--seeds", 2, *WHOLE, "--store", store


def trials(store: Path) -> dict[str, list[Any]]:
    """Return all that the journals of a store say but for the time, by file."""
    found = {}
    for path in sorted((store / "tune").glob("*.json")):
        journal = read_journal(path)
        assert journal
        found[path.name] = [trial.model_dump(exclude={"seconds"}) for trial in journal.trials]
    return found


def weights_and_measures(store: Path) -> dict[str, Any]:
    """Return what the runs of a store measured and the digests of their arrays, which no interruption may change."""
    found = {}
    for record in Store(store).records():
        history = [(e.epoch, e.step, e.measures) for e in record.history]  # type: ignore[union-attr]
        found[record.name] = (history, record.arrays)  # type: ignore[union-attr]
    return found


def test_what_is_said(specit: Any, mine: Path, undisturbed: Path) -> None:
    said = (undisturbed / "said.txt").read_text(encoding="utf-8")
    lines = said.splitlines()
    assert lines[0].startswith(
        "[1/3] coordconv · split=uniform · tile=channels · lr=0.02 · batch_size=8 · bias=true · hold_out=fraction: "
    )
    assert [line.split(" · ")[0] for line in lines[:6]] == [
        f"[{n}/3] {a}" for n in (1, 2, 3) for a in ("coordconv", "dense")
    ]
    assert "(best before: " not in lines[0] + lines[1]
    assert all("(best before: " in line for line in lines[2:6])
    table = said.partition("\nTuning of mine, tier full: ")[2]
    assert table.count("Trials       3") == 2
    assert table.count("Epochs       6") == 2
    assert "dense is behind coordconv (split=uniform) in test accuracy: before by " in table
    shown = specit("tune", mine, "--show", *WHOLE, "--store", undisturbed)
    assert (shown.code, shown.out.partition("\nTuning of mine, tier full: ")[2]) == (0, table)


def test_nothing_is_run_twice_and_nothing_to_show(
    specit: Any, mine: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(SupervisedTraining, "run_epoch", never)
    again = specit(*command(mine, undisturbed))
    assert again.code == 0
    assert again.out.count("(in the store)") == len(again.out.partition("\nTuning")[0].splitlines())


def test_the_runs_after_are_the_arm_with_the_best_values(specit: Any, mine: Path, undisturbed: Path) -> None:
    shown = specit(
        "tune", mine, "--show", "--tier", "full", "--where", "split=uniform", "--store", undisturbed, "--json"
    )
    data = json.loads(shown.out)
    spec = Spec("mine", parse(mine.read_text(encoding="utf-8")))
    journals = trials(undisturbed)
    for arm in data["arms"]:
        (own,) = [made for name, made in journals.items() if name.startswith(f"mine.{arm['arm']}.")]
        best = max(own, key=lambda trial: (trial["value"], -trial["number"]))
        assert (arm["best"]["trial"], arm["best"]["held_out"]) == (best["number"], best["value"])
        assert arm["best"]["as_stated"] == own[0]["value"] <= best["value"]
        (stated,) = spec.plan(arms=[arm["arm"]], choose={"split": ["uniform"]})
        for when, lock in (("before", stated.lock.id), ("after", best["tuned"])):
            finals = {seed: Store(undisturbed).load(lock, int(seed)) for seed in ("0", "1")}
            assert arm[when]["lock"] == lock
            assert arm[when]["values"] == {seed: r.final["test_accuracy"] for seed, r in finals.items() if r}
        for trial in own:
            record = Store(undisturbed).load(trial["lock"], 0)
            assert record
            assert (record.final["test_accuracy"], record.history[-1].epoch) == (trial["value"], 2)
            assert (
                len(Store(undisturbed).arrays(record)["in_test"]) == 27
            )  # of 36: the test examples are not even there
            assert record.point["hold_out"] == "fraction"


@pytest.mark.parametrize("at", [1, 4, 11])
def test_interrupted_in_the_middle_of_a_trial(
    specit: Any, mine: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    epochs, real = 0, SupervisedTraining.run_epoch

    def interrupted(self: SupervisedTraining, progress: Any) -> Any:
        nonlocal epochs
        epochs += 1
        if epochs == at:
            raise KeyboardInterrupt
        return real(self, progress)

    monkeypatch.setattr(SupervisedTraining, "run_epoch", interrupted)
    stopped = specit(*command(mine, tmp_path))
    assert (stopped.code, "the same command goes on from there" in stopped.err) == (130, True)
    monkeypatch.setattr(SupervisedTraining, "run_epoch", real)
    assert specit(*command(mine, tmp_path)).code == 0
    assert trials(tmp_path) == trials(undisturbed)
    assert weights_and_measures(tmp_path) == weights_and_measures(undisturbed)


def test_killed_again_and_again(specit: Any, mine: Path, undisturbed: Path, tmp_path: Path) -> None:
    """SIGKILL at eight random moments; what is left in the end is what an undisturbed search leaves."""
    random, killed = Random(6), 0
    start("--help").join()  # so that the others need not wait for imports
    for _ in range(8):
        going = start(*command(mine, tmp_path))
        going.join(random.uniform(0.05, 0.9))
        if going.exitcode is None:
            going.kill()
            killed += 1
        going.join()
    assert killed
    assert specit(*command(mine, tmp_path)).code == 0
    assert trials(tmp_path) == trials(undisturbed)
    assert weights_and_measures(tmp_path) == weights_and_measures(undisturbed)


def test_one_arm_alone_is_compared_with_the_others_as_stated(specit: Any, mine: Path, tmp_path: Path) -> None:
    said = specit("tune", mine, "--arm", "dense", "--trials", 1, *WHOLE, "--store", tmp_path)
    assert said.code == 0
    assert [name.split(".")[1] for name in trials(tmp_path)] == ["dense"]
    assert "not tuned" in said.out
    assert "The budgets are not equal: no search of coordconv has begun." in said.out
    assert "dense is behind coordconv" in said.out or "coordconv is behind dense" in said.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--trials", "0"), "--trials says how many trials each search has, at least 1, not 0."),
        (("--seeds", "0"), "--seeds says how many seeds to run, at least 1, not 0."),
        (("--jobs", "0"), "--jobs says how many runs go on at once, at least 1, not 0."),
        (("--arm", "dens"), "There is no arm 'dens'; did you mean 'dense'?"),
        (("--tier", "ful"), "mine has no tier 'ful'"),
        (
            ("--tier", "quick", "--arm", "dense"),
            "The arm 'dense' is not trained at this tier, so there is nothing to tune.",
        ),
        (("--where", "splt=uniform"), "There is no axis 'splt'; did you mean 'split'?"),
        (("--show",), "No search of mine at tier quick has begun in "),
    ],
)
def test_what_is_wrong_is_said(specit: Any, mine: Path, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    said = specit("tune", mine, *arguments, "--store", tmp_path)
    assert (said.code, says in said.err) == (2, True), said.err
    assert not (tmp_path / "tune").exists()


def test_specs_without_anything_to_search(specit: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    for text, says in (
        (
            with_search().partition("\ntune:")[0],
            "mine says nothing of a search: it has no section 'tune'; docs/tune.md",
        ),
        (with_search(("epochs: 12", "epochs: 0")), "mine trains no arm, so there is nothing to tune."),
        (with_search(("  space:\n    train", "  space:\n    trian")), "The space of tune has no argument 'trian'"),
    ):
        path.write_text(text, encoding="utf-8")
        said = specit("tune", path, "--tier", "full", "--store", tmp_path / "store")
        assert (said.code, says in said.err) == (2, True), said.err
    text = with_search()
    shared = text[text.index("  space:\n    train") : text.index("  arms:\n    coordconv: {net")]
    own = text.replace(shared, "")
    path.write_text(own, encoding="utf-8")
    said = specit("tune", path, "--tier", "full", "--arm", "dense", "--store", tmp_path / "store")
    assert "tune states no range for the arm 'dense', so there is nothing to search." in said.err


def test_an_altered_journal_is_not_trusted(specit: Any, mine: Path, undisturbed: Path, tmp_path: Path) -> None:
    for path in (undisturbed / "tune").glob("*.json"):
        (tmp_path / "tune").mkdir(exist_ok=True)
        (tmp_path / "tune" / path.name).write_text(path.read_text().replace('"number": 2', '"number": 1', 1))
    said = specit(*command(mine, tmp_path))
    assert (said.code, "was altered. Move it away and search again" in said.err) == (2, True)
