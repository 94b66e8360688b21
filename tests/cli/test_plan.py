"""`specit plan`, and `specit run --max-hours`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "small.yaml"
SELECTION = ("--tier", "full", "--arm", "dense", "--where", "split=uniform", "--seeds", "2")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_before_and_after_a_run(specit, store):
    before = specit("plan", SMALL, *SELECTION, "--store", store)
    assert before.code == 0
    assert before.out.splitlines()[-1] == "2 of them no record tells the time of: run one of each, and plan again."
    assert not store.exists()
    assert specit("run", SMALL, *SELECTION[:-1], "1", "--store", store).code == 0
    said = specit("plan", SMALL, *SELECTION, "--store", store, "--jobs", "1")
    assert said.out.splitlines()[-1].endswith(" with 1 at once; runs that reach their stop end sooner.")
    done, left = json.loads(specit("plan", SMALL, *SELECTION, "--store", store, "--json").out)
    assert (done["done"], done["epochs"], left["done"], left["epochs"]) == (True, 0, False, 12)
    assert left["by"] == "the same experiment"
    assert left["run"].endswith("/seed-1")
    assert specit("run", SMALL, *SELECTION, "--store", store).code == 0
    assert "Everything is in the store." in specit("plan", SMALL, *SELECTION, "--store", store).out


def test_within_hours(specit, store):
    few = specit("run", SMALL, *SELECTION, "--store", store, "--max-hours", "1")
    assert (few.code, "None of these runs fits in --max-hours" in few.err) == (2, True)
    assert specit("run", SMALL, *SELECTION[:-1], "1", "--store", store).code == 0
    assert (
        json.loads(specit("plan", SMALL, *SELECTION, "--store", store, "--max-hours", "1", "--json").out)[1]["seed"]
        == 1
    )
    said = specit("run", SMALL, *SELECTION, "--store", store, "--max-hours", "1", "--jobs", "1")
    assert said.code == 0
    assert said.out.count("(in the store)") == 1
    assert "[2/2]" in said.out


@pytest.mark.parametrize("hours", ["0", "-1", "nan"])
def test_no_time_at_all(specit, store, hours):
    said = specit("run", SMALL, *SELECTION, "--store", store, "--max-hours", hours)
    assert said.code == 2
    assert "--max-hours says how much time there is, more than 0." in said.err
