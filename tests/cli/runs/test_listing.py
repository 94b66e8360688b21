"""`specit runs`: what is listed, under which name, in which order, and how it fits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from specit.cli.text_table import Column, fitting, lines
from specit.records import Record, Store, value
from specit.spec.document import Point

SMALL = Path(__file__).parents[2] / "small.yaml"


def rows(out: str) -> list[str]:
    """Return the names of the runs of a table, in order."""
    return re.findall(r"^([0-9a-f]{12}/seed-\d+)", out, re.MULTILINE)


def test_everything_in_the_store(specit, store):
    said = specit("runs", "--store", store)
    assert said.code == 0
    assert len(rows(said.out)) == 6
    assert "spec small · tier full" in said.out.splitlines()[0]
    assert "6 runs: 1 diverged, 4 finished, 1 running." in said.out
    assert "stale" not in said.out
    assert said.out == specit("runs", "list", "--store", store).out


def test_a_terminal_shows_the_first_and_says_so(specit, store, monkeypatch):
    whole = specit("runs", "--store", store, "--sort", "test_accuracy").out
    monkeypatch.setattr("specit.cli.runs.listing._ON_A_TERMINAL", 4)
    assert specit("runs", "--store", store, "--sort", "test_accuracy").out == whole
    monkeypatch.setenv("FORCE_COLOR", "1")  # which rich takes for a terminal
    cut = specit("runs", "--store", store, "--sort", "test_accuracy").out
    assert rows(cut) == rows(whole)[:4]
    assert "spec small" in cut.splitlines()[0]
    assert "arm" not in cut.splitlines()[0]  # the four are of one arm, but not all are
    assert (
        "6 runs: 1 diverged, 4 finished, 1 running.\n"
        "These are the first 4: --arm, --where, --status narrow the list, --sort orders it." in cut
    )


def test_as_json_it_is_what_the_records_say(specit, store):
    told = json.loads(specit("runs", "--store", store, "--json").out, parse_constant=pytest.fail)
    records = {record.name: record for record in Store(store).records() if isinstance(record, Record)}
    assert told["damaged"] == []
    assert {run["run"] for run in told["runs"]} == set(records)
    for run in told["runs"]:
        record = records[run["run"]]
        assert (run["arm"], run["options"], run["seed"]) == (record.arm, record.point, record.seed)
        assert (run["epoch"], run["seconds"]) == (record.history[-1].epoch, record.history[-1].seconds)
        assert float(run["measures"]["test_accuracy"]) == record.final["test_accuracy"]
        assert run["measures"].get("seconds_to_perfect") == value(record, "seconds_to_perfect")


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--arm", "dense"], 3),
        (["--arm", "dense", "--arm", "coordconv"], 6),
        (["--where", "split=quadrant"], 1),
        (["--where", "split=quadrant,uniform", "--arm", "coordconv"], 3),
        (["--status", "finished"], 4),
        (["--status", "running", "--status", "diverged"], 2),
        (["--tier", "full"], 6),
    ],
)
def test_filters(specit, store, arguments, count):
    assert len(rows(specit("runs", "--store", store, *arguments).out)) == count


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--arm", "coordcon"], "None of these 6 runs has the arm 'coordcon'; did you mean 'coordconv'?"),
        (["--where", "splt=uniform"], "None of these 6 runs has an axis 'splt'; did you mean 'split'?"),
        (["--where", "split=unform"], "None of these 6 runs takes split=unform; did you mean 'uniform'?"),
        (["--tier", "quick"], "None of these 6 runs has the tier 'quick'; known: full."),
        (["--status", "finishd"], "None of these 6 runs has the status 'finishd'; did you mean 'finished'?"),
        (
            ["--arm", "dense", "--where", "split=quadrant"],
            "None of these 6 runs has all of what was asked for: arm 'dense', split=quadrant.",
        ),
        (["--sort", "test_ious"], "Nothing records the measure 'test_ious'; did you mean 'test_iou'"),
        (["coordconv/by_hand"], "belongs to coordconv/by_hand; `specit runs` lists what there is."),
    ],
)
def test_what_matches_nothing_says_what_there_is(specit, store, arguments, words):
    said = specit("runs", "--store", store, *arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())


def test_an_empty_store(specit, tmp_path):
    said = specit("runs", "--store", tmp_path / "none", "--arm", "x")
    assert (said.code, said.out) == (0, f"There are no runs in {tmp_path / 'none'}.\n")
    assert json.loads(specit("runs", "--store", tmp_path / "none", "--json").out) == {"runs": [], "damaged": []}


def test_the_best_first_whichever_way_is_better(specit, store):
    def order(measure: str) -> list[float | None]:
        told = json.loads(specit("runs", "--store", store, "--sort", measure, "--json").out)["runs"]
        return [run["measures"].get(measure) for run in told]

    # By hand: those that ended with 1.0, 0.9, 0.5, 0.3, 0.05; infinity is best of all, but no accuracy is.
    assert order("test_accuracy") == ["Infinity", 1.0, 0.9, 0.5, 0.3, 0.05]
    assert order("train_loss") == sorted(order("train_loss"))
    assert order("seconds_to_perfect") == [2.0, 9.0, None, None, None, None]


def test_a_spec_lists_its_own_and_marks_what_it_means_no_more(specit, store, points: list[Point]):
    told = json.loads(specit("runs", SMALL, "--store", store, "--json").out)["runs"]
    known = {point.lock.id for point in points}
    assert [run["stale"] for run in told] == [run["lock"] not in known for run in told]
    assert sum(run["stale"] for run in told) == 1
    said = specit("runs", SMALL, "--store", store)
    assert len(re.findall("finished, stale", said.out)) == 1
    assert "1 stale: the spec means them no more." in said.out


def test_a_run_has_the_name_by_which_a_spec_knows_it(specit, store, tmp_path):
    renamed = tmp_path / "renamed.yaml"
    renamed.write_text(SMALL.read_text().replace("coordconv", "painter"))
    told = json.loads(specit("runs", renamed, "--store", store, "--json").out)["runs"]
    assert {(run["spec"], run["arm"]) for run in told} == {("renamed", "painter"), ("renamed", "dense")}
    assert len(told) == 5  # the stale one was run as 'small', of which this spec knows nothing
    assert not any(run["stale"] for run in told)
    assert len(rows(specit("runs", renamed, "--arm", "painter", "--store", store).out)) == 3


def test_one_name_where_a_spec_has_several_for_it(specit, store, tmp_path):
    twice = tmp_path / "twice.yaml"
    text = SMALL.read_text()
    arm = text[text.index("  dense:") : text.index("claims:")]
    twice.write_text(text.replace("claims:", arm.replace("dense:", "again:") + "claims:"))
    for wanted in ("dense", "again"):
        told = json.loads(specit("runs", twice, "--arm", wanted, "--store", store, "--json").out)["runs"]
        assert [run["arm"] for run in told] == [wanted] * 2
    assert len(rows(specit("runs", twice, "--store", store).out)) == 5


def test_the_measures_of_the_claims(specit, store):
    head = specit("runs", SMALL, "--store", store).out.splitlines()[1]
    assert head.split()[-1] == "parameters"  # one claim speaks of it, and of train_accuracy no run knows
    assert "test_accuracy" in specit("runs", "--store", store).out.splitlines()[1]
    chosen = specit("runs", "--store", store, "--measure", "train_loss", "--measure", "test_iou").out.splitlines()[1]
    assert chosen.split()[-2:] == ["train_loss", "test_iou"]


def test_damage_is_said_at_the_end(specit, store):
    victim = next(store.glob("*/seed-1/arrays.npz"))
    victim.write_bytes(victim.read_bytes()[:50])
    said = specit("runs", "--store", store)
    assert said.code == 0
    assert len(rows(said.out)) == 5
    name = f"{victim.parent.parent.name}/seed-1"
    assert said.err.startswith(f"{name} is damaged: {victim} is cut short or was altered")
    told = json.loads(specit("runs", "--store", store, "--json").out)
    assert [one["run"] for one in told["damaged"]] == [name]


def test_a_table_fits_a_terminal():
    columns = [
        Column("run", ["a" * 12]),
        Column("options", ["b" * 60], least=10),
        Column("loss", ["0.5"], right=True),
        Column("accuracy", ["1"], right=True, spare=1),
    ]
    for width in range(30, 100):
        shown, widths = fitting(columns, width)
        assert all(len(line) <= max(width, 12 + 10 + 4 + 4) for line in lines(shown, widths))
        assert [column.title for column in shown][:3] == ["run", "options", "loss"]
        assert ("accuracy" in [column.title for column in shown]) == (width >= 12 + 10 + 4 + 8 + 6)
    whole, widths = fitting(columns, None)
    assert lines(whole, widths)[1] == f"{'a' * 12}  {'b' * 60}   0.5         1"
    cut, widths = fitting(columns, 35)
    # Of 35 the run takes 12, the loss 4, two gaps 4: 15 stay for the options.
    assert lines(cut, widths)[1] == f"{'a' * 12}  {'b' * 14}…   0.5"


def test_wide_characters_take_two_cells():
    column = Column("学", ["学习率", "ab"])
    assert column.width == 6
    assert lines([column, Column("x", ["1", "2"])], [6, 1])[1:] == ["学习率  1", "ab      2"]
    assert lines([column], [4])[1] == "学 …"


def test_many_runs_are_listed_fast(monkeypatch, capsys, tmp_path):
    """100,000 rows in the time that rich would take for some hundreds."""
    import time

    from specit.cli.runs import listing
    from specit.cli.runs.choose import Chosen
    from specit.records.summary import Summary

    runs = [
        Summary(f"{n:012x}/seed-0", "s", f"{n:064x}", "arm", "full", 0, {"lr": str(n % 7)}, "finished", "", 5, 9, n % 9,
                n, float(n), {"test_accuracy": n / 1e5})
        for n in range(100_000)
    ]  # fmt: skip
    began = time.process_time()
    listing._print(runs, Chosen((), runs, (), frozenset()), [], only_those=False)
    assert time.process_time() - began < 10  # about one second
    assert capsys.readouterr().out.count("\n") == 100_000 + 4
