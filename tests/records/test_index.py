"""The index makes listing fast and changes nothing else: the files are the truth, whatever became of it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specit.records import Damaged, DamagedRecordError, Evaluation, Record, Store
from specit.records import catalogue as catalogue_module
from specit.records import folder as folder_module
from specit.records import index as index_module
from specit.records.arrays import pack
from specit.records.index import FILE, FOLDER, UNKNOWN, Index, state
from specit.records.summary import Summary
from specit.records.text import _seal, from_checked_text, from_text, to_text

Make = Callable[..., Record]
LOCK, OTHER = "3f2a" * 16, "3f2b" * 16
NAMES = [f"{lock[:12]}/seed-{seed}" for lock in (LOCK, OTHER) for seed in range(3)]

any_record = st.builds(
    Record,
    lock=st.text("0123456789abcdef", min_size=64, max_size=64),
    seed=st.integers(0, 2**70),
    point=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    history=st.lists(
        st.builds(
            Evaluation,
            epoch=st.integers(0, 10**6),
            step=st.integers(0, 10**20),
            seconds=st.floats(0, 1e9),
            measures=st.dictionaries(st.text(max_size=8), st.floats(), max_size=3),
        ),
        max_size=4,
    ).map(tuple),
    fingerprints=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=2),
    environment=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=2),
    arrays=st.just({}),
)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file count as one that was written long ago."""
    monkeypatch.setattr(index_module, "_TICK", -(10**18))


@pytest.fixture
def full(make: Make, tmp_path: Path, settled: None) -> Store:
    """A store of six runs with arrays, and an index of them."""
    store = Store(tmp_path)
    for lock in (LOCK, OTHER):
        for seed in range(3):
            store.save(make(lock=lock, seed=seed), {"logits": np.arange(4.0) + seed})
    assert listed(store) == read(store)
    assert list(Index(store.root).load()) == NAMES
    return store


def listed(store: Store) -> list[object]:
    return list(store.summaries())


def read(store: Store) -> list[object]:
    """What the files say, one by one: the slow and obvious way."""
    found = list[object]()
    for path in sorted(store.root.glob("*/seed-*"), key=str):
        try:
            record = folder_module.read(path)
        except DamagedRecordError as error:
            found.append(error.damage)
        else:
            found += [Summary.of(record)] if record else []
    return found


def test_what_did_not_change_is_not_read_again(full: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = listed(full)

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(folder_module, "read_bytes", fail)
    monkeypatch.setattr(folder_module, "check_names", fail)
    assert listed(full) == before


def test_what_was_checked_is_not_sealed_again(full: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(full.records())

    def fail(_: str) -> None:
        raise AssertionError

    monkeypatch.setattr(folder_module, "from_text", fail)
    assert list(full.records()) == before
    with pytest.raises(AssertionError):
        list(full.verify())


def test_git_ignores_it(full: Store) -> None:
    assert (full.root / ".index" / ".gitignore").read_text() == "*\n"


def test_a_store_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    assert listed(Store(tmp_path / "nowhere")) == []
    assert list(Store(tmp_path).verify()) == []
    assert list(tmp_path.iterdir()) == []


def test_runs_come_change_and_go(full: Store, make: Make) -> None:
    full.save(make(seed=1, parameters=9), {"logits": np.zeros(2)})
    full.save(make(seed=3))
    shutil.rmtree(full.root / NAMES[0])
    (full.root / NAMES[4] / "arrays.npz").unlink()
    (full.root / NAMES[5] / "record.json").unlink()
    names = [one.name for one in full.summaries()]
    assert names == [NAMES[1], NAMES[2], f"{LOCK[:12]}/seed-3", NAMES[3], NAMES[4]]
    assert listed(full) == read(full)
    assert list(Index(full.root).load()) == [*names[:4]]


@pytest.mark.parametrize("times", ["kept", "new"])
@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_is_noticed_as_it_is_without_the_index(full: Store, times: str, data: st.DataObject) -> None:
    path = full.root / NAMES[2] / data.draw(st.sampled_from(["record.json", "record.json", "arrays.npz"]))
    good, before = path.read_bytes(), path.stat()
    place = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != good[place]))
    with path.open("r+b") as file:  # in place, so that the file keeps its number
        file.seek(place)
        file.write(bytes([byte]))
    if times == "kept":
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    try:
        expected = read(full)
        assert listed(full) == expected
        assert [one if isinstance(one, Damaged) else Summary.of(one) for one in full.records()] == expected
        (changed,) = [one for one in full.verify() if one.name == NAMES[2]]
        # Spaces between words say nothing; every other byte of a record does.
        assert path.name == "arrays.npz" or isinstance(changed, Damaged) or not good[place : place + 1].strip()
    finally:
        path.write_bytes(good)
    assert listed(full) == read(full)


@given(any_record)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_any_record_comes_out_of_the_index_as_it_went_in(record: Record) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "_TICK", -(10**18))
        store = Store(Path(folder))
        store.save(record)
        for _ in range(2):
            assert repr(listed(store)) == repr([Summary.of(record)])  # as text, for NaN is not equal to itself
            assert repr(list(store.records())) == repr([record])
        assert len(Index(store.root).load()) == 1


@given(any_record)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_the_fast_way_to_read_a_record_reads_the_same(record: Record) -> None:
    text = to_text(record)
    assert repr(from_checked_text(text.encode())) == repr(from_text(text))


def test_what_the_fast_parser_refuses_is_read_the_slow_way(make: Make) -> None:
    text = to_text(make(ended="half a pair"))
    body = json.loads(text)["record"] | {"ended": "\ud800"}
    odd = json.dumps({"sha256": _seal(body), "record": body}).encode()
    assert from_checked_text(odd) == from_text(odd.decode())


def test_a_file_that_was_just_written_is_not_relied_on(make: Make, tmp_path: Path) -> None:
    """Another write within the same tick of the clock would leave the same size and times."""
    store = Store(tmp_path)
    store.save(make(), {})
    assert listed(store) == read(store)
    (entry,) = Index(tmp_path).load().values()
    assert (entry.record, entry.arrays) == (UNKNOWN, b"")
    path = str(tmp_path / NAMES[0] / "record.json")
    assert state(path, time.time_ns() + 10**10) == state(path) != UNKNOWN
    assert state(path, time.time_ns()) == UNKNOWN


def test_rot_that_leaves_no_trace_is_never_judged_and_verify_finds_it(
    full: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may change though the system says it did not. Listing believes the system; nothing else does."""
    monkeypatch.setattr(catalogue_module, "state", lambda path, before=None: b"the same")
    list(full.verify())  # makes the index with those states
    path = full.root / NAMES[0] / "record.json"
    path.write_text(path.read_text().replace("7553", "7554"))
    assert all(isinstance(one, Summary) for one in listed(full))
    first, *others = full.records()
    assert isinstance(first, Damaged)
    assert len(others) == 5
    assert isinstance(listed(full)[0], Damaged)  # what was found stays known


def test_verify_reads_every_array(full: Store) -> None:
    path = full.root / NAMES[1] / "arrays.npz"
    path.write_bytes(pack({"logits": np.zeros(4)}))
    assert all(isinstance(one, Record) for one in full.records())  # the record itself is whole
    found = {one.name: one for one in full.verify()}
    assert list(found) == NAMES
    damaged = found.pop(NAMES[1])
    assert isinstance(damaged, Damaged)
    assert damaged.reason == f"{path} was altered after it was written: see the array 'logits'."
    assert all(isinstance(one, Record) for one in found.values())
    assert list(Index(full.root).load()) == list(found)


# The index itself is damaged


def _sql(*statements: str) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            for statement in statements:
                database.execute(statement)

    return spoil


SPOILT: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"garbage " * 1000),
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "zeros in the middle": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(path.stat().st_size - 4096)),
    "deleted": lambda path: path.unlink(),
    "the whole folder deleted": lambda path: shutil.rmtree(path.parent),
    "another version": _sql("PRAGMA user_version = 99", "DROP TABLE entry", "CREATE TABLE entry (mood TEXT)"),
    "other columns": _sql("DROP TABLE entry", "CREATE TABLE entry (mood TEXT)"),
    "no table": _sql("DROP TABLE entry"),
    "another number": _sql("UPDATE entry SET summary = replace(summary, '7553', '7554')"),
    "another state": _sql("UPDATE entry SET record = arrays"),
    "another digest": _sql("UPDATE entry SET digest = x'00'"),
    "nothing": _sql("UPDATE entry SET summary = NULL, digest = NULL, own = NULL"),
    "other types": _sql("UPDATE entry SET digest = 'text', own = 'text'"),
    "text that is none": _sql("UPDATE entry SET summary = CAST(x'ff' AS TEXT)"),
    "strangers": _sql("INSERT INTO entry SELECT name || '0', record, arrays, digest, summary, own FROM entry"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_index_changes_nothing_and_is_made_anew(full: Store, how: str) -> None:
    records = list(full.records())
    (full.root / NAMES[0] / "arrays.npz").unlink()
    SPOILT[how](full.root / FOLDER / FILE)
    assert listed(full) == read(full)
    assert list(full.records())[1:] == records[1:]
    assert list(Index(full.root).load()) == NAMES[1:]


@pytest.mark.parametrize("what", ["held by another", "a file for a folder", "a folder for a file", "unwritable"])
def test_an_index_that_cannot_be_used_is_done_without(
    full: Store, make: Make, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(index_module, "_PATIENCE", 0.01)
    path = full.root / FOLDER / FILE
    with ExitStack() as stack:
        if what == "held by another":
            database = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            database.execute("BEGIN EXCLUSIVE")
        elif what == "a file for a folder":
            shutil.rmtree(path.parent)
            path.parent.write_text("")
        elif what == "a folder for a file":
            path.unlink()
            path.mkdir()
        else:  # as on a file system that is read-only (no permission keeps the superuser from writing)
            monkeypatch.setattr(Index, "clock", lambda _: None)
            monkeypatch.setattr(Index, "_write", _refuse)
        full.save(make(seed=1, parameters=9))
        for _ in range(2):
            assert listed(full) == read(full)
            assert len(list(full.records())) == len(list(full.verify())) == 6


def _refuse(*_: object) -> None:
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY
    raise error


def test_many_read_and_refresh_it_at_once(full: Store, make: Make) -> None:
    expected = read(full)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            (full.root / FOLDER / FILE).unlink(missing_ok=True)
            assert all(found == expected for found in pool.map(lambda _: listed(full), range(8)))
    assert listed(full) == expected
