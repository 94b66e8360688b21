"""`specit gc`: what it finds, that a dry run touches nothing, and that nothing else ever goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from specit.records import Evaluation, Record, Store
from specit.records.holding import is_held
from specit.records.journal import Journal, Searched, Trial, path_of, write_journal
from specit.spec.document import read_spec

SMALL = Path(__file__).parents[1] / "small.yaml"
STALE, GONE = "aa" * 32, "bb" * 32
LONG_AGO = time.time() - 40 * 24 * 3600


def record(lock: str, seed: int = 0, **changes: object) -> Record:
    fields = {
        "spec": "small",
        "lock": lock,
        "arm": "dense",
        "tier": "full",
        "seed": seed,
        "point": {},
        "status": "finished",
        "ended": "",
        "parameters": 1,
        "epochs_stated": 1,
        "history": (Evaluation(epoch=1, step=1, seconds=1, measures={"train_loss": float("nan")}),),
        "fingerprints": {},
        "environment": {},
    }
    return Record.model_validate(fields | changes)


def age(path: Path) -> None:
    """Make a file or a folder, and what is in it, 40 days old."""
    for entry in [*path.rglob("*"), path]:
        os.utime(entry, (LONG_AGO, LONG_AGO), follow_symlinks=False)


def tree(root: Path) -> dict[str, bytes | None]:
    """Return every path below a folder with its bytes, but for the index, which may be made again at any time."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
        if ".index" not in path.parts
    }


@pytest.fixture
def meant() -> str:
    return next(point.lock.id for point in read_spec(SMALL).plan("full") if point.arm == "dense")


@pytest.fixture
def store(tmp_path: Path, meant: str) -> Store:
    """A store with something of every category, and beside each something alike that must stay."""
    store = Store(tmp_path / "store")
    root = store.root
    for lock in (meant, STALE):
        store.write_lock(lock, "{}")
    store.save(record(meant, 0))
    store.checkpoint(meant, 0).write_bytes(b"x" * 1000)  # checkpoints: of a finished run
    store.save(record(meant, 1, status="running"))
    store.checkpoint(meant, 1).write_bytes(b"y" * 100)  # it goes on from there
    store.save(record(meant, 2, status="diverged"))
    store.checkpoint(meant, 2).write_bytes(b"z" * 100)  # the last good one
    store.save(record(meant, 3, spec="somebody/else"))
    (store.folder(meant, 1) / ".record.json.0123abcd.tmp").write_bytes(b"{" * 10)  # temporary
    (store.folder(meant, 1) / ".record.json.tmp").write_bytes(b"not one of ours")
    store.save(record(STALE, 0))  # stale
    store.save(record(STALE, 1))
    store.save(record("cc" * 32, 0, spec="somebody/else"))  # made under a name of which nothing is said
    store.folder(GONE, 0).mkdir(parents=True)  # empty, and its lock stays as long as it has a run's folder
    store.write_lock(GONE, "{}")
    age(root / GONE[:12])
    lonely = root / ("dd" * 6)  # a lock without runs: empty
    lonely.mkdir()
    (lonely / "lock.json").write_text("{}")
    age(lonely)
    (root / ("ee" * 6)).mkdir()  # empty as well, but somebody may just be beginning
    for number, old in ((1, True), (2, False)):
        aside = root / "quarantine" / meant[:12] / f"seed-0-{number}"
        aside.mkdir(parents=True)
        (aside / "why.txt").write_text("why")
        (aside / "record.json").write_text("damaged")
        if old:
            age(aside)
    (root / "notes.txt").write_text("mine")
    (root / "tensorboard").mkdir()
    (root / "tensorboard" / "checkpoint.pt").write_text("mine")
    return store


def found(said: str) -> dict[str, list[str]]:
    """Return the names of what `gc --json` tells of, by category."""
    names: dict[str, list[str]] = {}
    for one in json.loads(said)["garbage"]:
        names.setdefault(one["category"], []).append(one["name"])
    return names


def test_what_it_finds_and_a_dry_run_touches_nothing(specit, store, meant):
    before = tree(store.root)
    said = specit("gc", SMALL, "--store", store.root, "--json")
    assert said.code == 0
    assert found(said.out) == {
        "checkpoints": [f"{meant[:12]}/seed-0"],
        "temporary": [f"{meant[:12]}/seed-1"],
        "stale": [f"{STALE[:12]}/seed-0", f"{STALE[:12]}/seed-1", STALE[:12]],
        "empty": [f"{GONE[:12]}/seed-0", "dddddddddddd"],
        "quarantine": [f"{meant[:12]}/seed-0-1"],
    }
    text = specit("gc", SMALL, "--store", store.root)
    assert "checkpoints  what finished runs needed to resume: 1 file, 1.0 kB" in text.out
    assert f"{meant[:12]}/seed-1  10 bytes  .record.json.0123abcd.tmp: its writer was killed" in text.out
    assert f"{STALE[:12]}/seed-0" in text.out
    assert "small means it no more" in text.out
    assert "Nothing was touched. With --yes this would be deleted: " in text.out
    assert tree(store.root) == before


def test_with_yes_exactly_that_goes(specit, store, meant):
    before = tree(store.root)
    told = json.loads(specit("gc", SMALL, "--store", store.root, "--json").out)["garbage"]
    said = specit("gc", SMALL, "--store", store.root, "--yes")
    assert said.code == 0, said.err
    assert "Deleted: " in said.out
    named = {str(Path(path).relative_to(store.root)) for one in told for path in one["files"]}
    named |= {str(Path(one["folder"]).relative_to(store.root)) for one in told if one["folder"]}
    assert tree(store.root) == {path: data for path, data in before.items() if path not in named}
    # By hand, of the files: what must have gone, and nothing else.
    gone = {path for path in named if before[path] is not None}
    stale = {f"{STALE[:12]}/lock.json", f"{STALE[:12]}/seed-0/record.json", f"{STALE[:12]}/seed-1/record.json"}
    aside = {f"quarantine/{meant[:12]}/seed-0-1/{name}" for name in ("why.txt", "record.json")}
    rest = {f"{meant[:12]}/seed-0/checkpoint.pt", f"{meant[:12]}/seed-1/.record.json.0123abcd.tmp"}
    assert gone == stale | aside | rest | {"dddddddddddd/lock.json"}
    again = specit("gc", SMALL, "--store", store.root)
    assert f"There is nothing in {store.root} to delete." in " ".join(again.out.split())


@pytest.mark.parametrize("category", ["checkpoints", "temporary", "stale", "empty", "quarantine"])
def test_only_one_category(specit, store, category):
    everything = json.loads(specit("gc", SMALL, "--store", store.root, "--json").out)["garbage"]
    before = tree(store.root)
    assert specit("gc", SMALL, "--store", store.root, "--only", category, "--yes").code == 0
    named = {
        str(Path(path).relative_to(store.root))
        for one in everything
        if one["category"] == category
        for path in [*one["files"], *([one["folder"]] if one["folder"] else [])]
    }
    assert named
    assert tree(store.root) == {path: data for path, data in before.items() if path not in named}


def test_without_a_spec_no_run_is_stale(specit, store):
    assert "stale" not in found(specit("gc", "--store", store.root, "--json").out)


def test_what_a_search_in_the_store_names_is_not_stale(specit, store):
    of = Searched(
        search="f" * 64, spec="small", arm="dense", tier="full", point={}, sampler="random", statement={}
    )  # fmt: skip
    trial = Trial(number=0, values={}, lock=STALE, tuned=STALE, value=1.0, ended="finished", epochs=1, seconds=1.0)
    write_journal(path_of(store.root, "small", "dense", of.search), Journal(of, (trial,)))
    assert "stale" not in found(specit("gc", SMALL, "--store", store.root, "--json").out)


HOLDER = """
import sys
from pathlib import Path
from specit.records import Store
with Store(Path(sys.argv[1])).hold(sys.argv[2], 0):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_run_that_is_held_stays_whatever_it_is(specit, store, meant):
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(store.root), lock],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for lock in (meant, STALE)
    ]
    try:
        for holder in holders:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
        before = tree(store.root)
        assert is_held(store.folder(STALE, 0))
        assert not is_held(store.folder(STALE, 1))
        said = specit("gc", SMALL, "--store", store.root, "--yes", "--json")
        told = json.loads(said.out)
        assert {one["name"] for one in told["left_alone"]} == {f"{meant[:12]}/seed-0", f"{STALE[:12]}/seed-0"}
        after = tree(store.root)
        for path in before:
            if path.startswith((f"{meant[:12]}/seed-0", f"{STALE[:12]}/seed-0")) or path == f"{STALE[:12]}/lock.json":
                assert after[path] == before[path], path
        assert f"{STALE[:12]}/seed-1" not in after
    finally:
        for holder in holders:
            holder.communicate()


def test_what_a_killed_holder_left_is_no_hold(specit, store, meant):
    (store.folder(meant, 0) / ".lock").touch()
    assert not is_held(store.folder(meant, 0))
    assert specit("gc", "--store", store.root, "--only", "checkpoints", "--yes").code == 0
    assert not store.checkpoint(meant, 0).exists()


def test_a_record_that_changes_meanwhile_stays(specit, store, meant, monkeypatch):
    from specit.records import garbage as module
    from specit.records.removal import remove

    one = next(g for g in module.garbage(store, {meant}, {"small"}) if g.name == f"{STALE[:12]}/seed-0")
    assert isinstance(one, module.Garbage)
    store.save(record(STALE, 0, status="running"))
    assert remove(store, one) == "its record changed meanwhile"
    assert store.load(STALE, 0) is not None


def test_a_stale_run_with_a_file_of_somebody_elses_stays(specit, store):
    (store.folder(STALE, 0) / "mine.txt").write_text("mine")
    said = specit("gc", SMALL, "--store", store.root, "--yes")
    assert "small means it no more, but mine.txt is nothing that SpecIt wrote" in said.out
    assert (store.folder(STALE, 0) / "record.json").is_file()
    assert not store.folder(STALE, 1).exists()


def test_links_are_not_followed(specit, store, tmp_path, meant):
    outside = tmp_path / "outside"
    (outside / "seed-0").mkdir(parents=True)
    (outside / "lock.json").write_text("{}")
    (outside / "seed-0" / "checkpoint.pt").write_text("mine")
    (outside / "seed-0" / "record.json").write_text("{}")
    age(outside)
    (store.root / ("99" * 6)).symlink_to(outside)
    store.checkpoint(meant, 0).unlink()
    store.checkpoint(meant, 0).symlink_to(outside / "lock.json")
    before = tree(outside)
    assert specit("gc", SMALL, "--store", store.root, "--yes").code == 0
    assert tree(outside) == before
    assert store.checkpoint(meant, 0).is_symlink()
    assert (store.root / ("99" * 6)).is_symlink()


def test_a_store_that_is_not_there(specit, tmp_path):
    said = specit("gc", "--store", tmp_path / "none", "--yes")
    assert (said.code, "There is nothing in" in said.out) == (0, True)
    assert not (tmp_path / "none").exists()


def test_an_unknown_category(specit, store):
    said = specit("gc", "--store", store.root, "--only", "checkpoint", "--yes")
    assert said.code == 2
    assert "--only takes a category, and 'checkpoint' is none; did you mean 'checkpoints'?" in said.err
