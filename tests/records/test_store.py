from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.records import Damaged, DamagedRecordError, Evaluation, Record, Store
from specit.records.arrays import digest, pack
from specit.records.store import HeldError
from specit.records.text import from_text, to_text

Make = Callable[..., Record]
LOCK = "3f2a" * 16
OTHER = "3f2b" * 16

words = st.text(max_size=8)
numbers = st.floats(allow_nan=False)
evaluations = st.builds(
    Evaluation,
    epoch=st.integers(0, 10**6),
    step=st.integers(0, 10**12),
    seconds=st.floats(0, 1e9),
    measures=st.dictionaries(words, numbers, max_size=3),
)
records = st.builds(
    Record,
    lock=st.text("0123456789abcdef", min_size=64, max_size=64),
    seed=st.integers(0, 2**32),
    point=st.dictionaries(words, words, max_size=3),
    parameters=st.integers(0, 10**12),
    history=st.lists(evaluations, max_size=4).map(tuple),
    fingerprints=st.dictionaries(words, words, max_size=2),
    environment=st.dictionaries(words, words, max_size=2),
    arrays=st.just({}),
)


@given(records)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_text_keeps_every_record_exactly(record: Record) -> None:
    assert from_text(to_text(record)) == record
    assert to_text(from_text(to_text(record))) == to_text(record)


@given(records)
@settings(derandomize=True, deadline=None, max_examples=20)
def test_a_stored_record_comes_back(record: Record) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        assert store.save(record) == record
        assert store.load(record.lock, record.seed) == record
        assert list(store.records()) == [record]


def test_numbers_that_are_none_survive(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(make(accuracies=(0.5, math.nan, -math.inf)))
    record = store.load(LOCK, 0)
    assert record is not None
    values = [value for _, value in record.series("test_accuracy")]
    assert math.isnan(values[1])
    assert values[2] == -math.inf
    json.loads((tmp_path / record.name / "record.json").read_text(), parse_constant=pytest.fail)


def test_a_record_is_a_line_for_each_evaluation(make: Make) -> None:
    text = to_text(make())
    assert '    "arm": "coordconv",\n' in text
    assert '      {"epoch": 1, "step": 10, "seconds": 1.5, "measures": {"test_accuracy": 0.9}},\n' in text


def test_a_store_that_does_not_exist_holds_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "nowhere")
    assert list(store.records()) == []
    assert store.load(LOCK, 0) is None
    store.drop_checkpoint(LOCK, 0)
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(SpecItError, match="there are no runs"):
        store.find("3f2a")


def test_a_file_is_not_a_store(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(SpecItError, match="Cannot read the store"):
        list(Store(tmp_path / "runs").records())


@pytest.mark.parametrize("lock", ["", "abc", "../../../../etc", "ABCDEFABCDEF"])
def test_only_a_hash_names_a_folder(tmp_path: Path, lock: str) -> None:
    with pytest.raises(SpecItError, match="not the hash of a lock"):
        Store(tmp_path).folder(lock, 0)
    with pytest.raises(SpecItError, match="0 or more"):
        Store(tmp_path).folder(LOCK, -1)


def test_a_lock_is_written_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write_lock(LOCK, "{}")
    store.write_lock(LOCK, "{}")
    with pytest.raises(SpecItError, match="another lock that begins with 3f2a3f2a3f2a"):
        store.write_lock(LOCK[:12] + "0" * 52, '{"a": 1}')
    assert (tmp_path / LOCK[:12] / "lock.json").read_text() == "{}"


def test_records_come_in_order_and_can_be_found(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for lock, seed in [(OTHER, 0), (LOCK, 10), (LOCK, 2)]:
        store.save(make(lock=lock, seed=seed))
    assert [record.name for record in store.records()] == [
        "3f2a3f2a3f2a/seed-2",
        "3f2a3f2a3f2a/seed-10",
        "3f2b3f2b3f2b/seed-0",
    ]
    for name in ("3f2b", "3f2b…/seed-0", "3f2b.../seed-0", OTHER, f"{OTHER}/seed-0", "3f2b3f2b3f2b/seed-0/"):
        assert store.find(name).lock == OTHER
    assert store.find("3f2a/seed-10").seed == 10
    with pytest.raises(SpecItError, match="any of these runs: 3f2a3f2a3f2a/seed-2, 3f2a3f2a3f2a/seed-10;"):
        store.find("3f2a")
    with pytest.raises(SpecItError, match=r"No run in .* is named '3f2a/seed-1'; known: 3f2a3f2a3f2a/seed-2"):
        store.find("3f2a/seed-1")
    with pytest.raises(SpecItError, match="is named"):
        store.find(OTHER[:20] + "0" * 44)
    with pytest.raises(SpecItError, match="is not a run's name"):
        store.find("../seed-1")


def test_two_locks_with_one_name_are_told_apart(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(make())
    with pytest.raises(DamagedRecordError, match="belongs to another lock"):
        store.load(LOCK[:12] + "0" * 52, 0)


def test_checkpoints(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(make())
    path = store.checkpoint(LOCK, 0)
    path.write_bytes(b"weights")
    store.drop_checkpoint(LOCK, 0)
    assert not path.exists()


# Arrays


def test_arrays_come_back_checked(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    arrays = {
        "logits": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "split/test": np.array([True, False]),
        "one": np.array(7, dtype=np.uint8),
    }
    record = store.save(make(), arrays)
    assert record.arrays == {name: digest(array) for name, array in arrays.items()}
    found = store.arrays(record)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        np.testing.assert_array_equal(found[name], array)
    assert store.save(record).arrays == record.arrays
    assert list(store.records()) == [record]
    without = store.save(record, {})
    assert without.arrays == {}
    assert store.arrays(without) == {}
    assert not (tmp_path / record.name / "arrays.npz").exists()


def test_the_same_arrays_are_the_same_bytes() -> None:
    a, b = np.arange(6.0).reshape(2, 3), np.zeros(3)
    assert pack({"a": a, "b": b}) == pack({"b": b, "a": np.asfortranarray(a)})
    assert digest(a) != digest(a.astype(np.float32))


def test_python_objects_are_not_arrays() -> None:
    with pytest.raises(SpecItError, match="holds Python objects"):
        pack({"a": np.array([{}])})


# Damage


def _rewrite(path: Path, change: Callable[[dict[str, Any]], None], *, sealed: bool) -> None:
    document = json.loads(path.read_text())
    change(document["record"])
    if sealed:
        from specit.records.text import _seal

        document["sha256"] = _seal(document["record"])
    path.write_text(json.dumps(document))


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _alter_digit(path: Path) -> None:
    text = path.read_text()
    assert text.count("7553") == 1
    path.write_text(text.replace("7553", "7554"))


DAMAGE: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "truncated": ("record.json", _truncate, "is cut short or is not JSON"),
    "empty": ("record.json", lambda path: path.write_bytes(b""), "is cut short"),
    "not text": ("record.json", lambda path: path.write_bytes(b"\xff\xfe"), "is cut short or was altered"),
    "not a number": ("record.json", lambda path: path.write_text('{"record": NaN}'), "is not JSON"),
    "a list": ("record.json", lambda path: path.write_text("[]"), "is not a record"),
    "digit": ("record.json", _alter_digit, "was altered after it was written"),
    "unknown": (
        "record.json",
        lambda path: _rewrite(path, lambda r: r.update(mood="good"), sealed=True),
        "has the field 'mood', which this version of SpecIt does not know",
    ),
    "unknown in an evaluation": (
        "record.json",
        lambda path: _rewrite(path, lambda r: r["history"][1].update(mood="good"), sealed=True),
        "has the field 'history.1.mood', which this version of SpecIt does not know",
    ),
    "lacking in an evaluation": (
        "record.json",
        lambda path: _rewrite(path, lambda r: r["history"][1].pop("step"), sealed=True),
        "lacks the field 'history.1.step'",
    ),
    "unsealed": (
        "record.json",
        lambda path: _rewrite(path, lambda r: r.update(mood="good"), sealed=False),
        "was altered after it was written",
    ),
    "lacking": (
        "record.json",
        lambda path: _rewrite(path, lambda r: r.pop("arm"), sealed=True),
        "lacks the field 'arm'",
    ),
    "wrong type": (
        "record.json",
        lambda path: _rewrite(path, lambda r: r.update(seed="x"), sealed=True),
        "has a wrong value in the field 'seed'",
    ),
    "misplaced": (
        "record.json",
        lambda path: _rewrite(path, lambda r: r.update(seed=5), sealed=True),
        "holds the record of another run, 3f2a3f2a3f2a/seed-5",
    ),
    "no arrays": ("arrays.npz", lambda path: path.unlink(), "is missing, though the record names its arrays"),
    "cut arrays": ("arrays.npz", _truncate, "is cut short or was altered"),
    "an array missing": (
        "arrays.npz",
        lambda path: path.write_bytes(pack({"other": np.zeros(2)})),
        "lacks the array 'logits'",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_reported_and_spares_the_rest(make: Make, tmp_path: Path, kind: str) -> None:
    file, spoil, says = DAMAGE[kind]
    store = Store(tmp_path)
    damaged, whole = make(seed=0), make(seed=1)
    store.save(damaged, {"logits": np.arange(4.0)})
    store.save(whole)
    spoil(tmp_path / damaged.name / file)

    first, second = store.records()
    assert isinstance(first, Damaged)
    assert first.name == damaged.name
    assert first.path == tmp_path / damaged.name
    assert says in first.reason
    assert first.reason.startswith(str(first.path))
    assert first.reason.endswith(".")
    assert second == whole
    with pytest.raises(DamagedRecordError, match=r"Move .* away and run it again"):
        store.load(LOCK, 0)
    with pytest.raises(SpecItError, match="run it again"):
        store.find("3f2a/seed-0")


def test_altered_numbers_in_an_array_are_noticed(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = store.save(make(), {"logits": np.arange(4.0)})
    path = tmp_path / record.name / "arrays.npz"
    path.write_bytes(pack({"logits": np.arange(1.0, 5.0)}))
    with pytest.raises(DamagedRecordError, match="see the array 'logits'"):
        store.arrays(record)
    _truncate(path)
    with pytest.raises(DamagedRecordError, match="is cut short"):
        store.arrays(record)


def test_every_altered_byte_of_the_arrays_is_noticed_or_harmless(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = store.save(make(), {"logits": np.arange(4.0)})
    path = tmp_path / record.name / "arrays.npz"
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :])
        try:
            np.testing.assert_array_equal(store.arrays(record)["logits"], np.arange(4.0))
        except DamagedRecordError:
            continue


# Two processes

_HOLDER = """
import sys
from pathlib import Path
from specit.records import Store
with Store(Path(sys.argv[1])).hold(sys.argv[2], 0):
    print("held", flush=True)
    sys.stdin.readline()
"""


def _holder(root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _HOLDER, str(root), LOCK]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_one_run_has_one_writer(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    with _holder(tmp_path) as process:
        with pytest.raises(SpecItError) as caught, store.hold(LOCK, 0):
            pytest.fail("two processes hold one run")
        assert str(caught.value) == (
            "Run 3f2a3f2a3f2a/seed-0 is being written by another process; wait for it, or give another --store."
        )
        with store.hold(LOCK, 1), store.hold(OTHER, 0):  # other runs are free
            pass
        process.communicate("go on\n")
    with store.hold(LOCK, 0):
        store.save(make())
    assert [p.name for p in (tmp_path / LOCK[:12] / "seed-0").iterdir()] == ["record.json"]


def test_who_waits_begins_when_the_other_lets_go(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        assert process.stdin is not None
        with pytest.raises(HeldError), Store(tmp_path).hold(LOCK, 0):
            pass
        Timer(0.2, process.kill).start()
        began = time.monotonic()
        with Store(tmp_path).hold(LOCK, 0, wait=True):
            assert time.monotonic() - began >= 0.1
            assert process.wait() == -9


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        process.kill()
    folder = tmp_path / LOCK[:12] / "seed-0"
    (folder / ".record.json.0123.tmp").write_text("half a rec")
    with Store(tmp_path).hold(LOCK, 0):
        assert [p.name for p in folder.iterdir()] == [".lock"]
    assert list(folder.iterdir()) == []


def test_an_error_inside_lets_go(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(RuntimeError), store.hold(LOCK, 0):
        raise RuntimeError
    with store.hold(LOCK, 0):
        pass


def test_a_store_where_a_file_stands_cannot_be_held(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(SpecItError, match="is a file, not a folder"), Store(tmp_path / "runs").hold(LOCK, 0):
        pass
