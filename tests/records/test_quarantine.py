"""What is damaged is moved aside with a line of why, and only when its run is about to be made again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from specit.errors import SpecItError
from specit.records import Damaged, DamagedRecordError, Record, Store
from specit.records.text import _seal, to_text

Make = Callable[..., Record]
LOCK = "3f2a" * 16
NAME = f"{LOCK[:12]}/seed-0"


def damage(store: Store) -> Damaged:
    with pytest.raises(DamagedRecordError) as caught:
        store.load(LOCK, 0)
    return caught.value.damage


def test_a_damaged_run_is_moved_whole(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in (1, 2):
        store.save(make(), {"logits": np.arange(4.0)})
        store.save_checkpoint(LOCK, 0, b"weights")
        store.write_lock(LOCK, "{}")
        record = tmp_path / NAME / "record.json"
        record.write_bytes(record.read_bytes()[:100])
        files = {path.name: path.read_bytes() for path in (tmp_path / NAME).iterdir()}
        found = damage(store)
        assert list(store.records()) == list(store.summaries()) == [found]
        assert {path.name for path in (tmp_path / NAME).iterdir()} == files.keys()  # reading moves nothing
        with store.hold(LOCK, 0):
            aside = store.quarantine(found)
        assert aside == tmp_path / "quarantine" / LOCK[:12] / f"seed-0-{number}"
        why = (aside / "why.txt").read_text()
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00 .*record\.json is cut short or is not JSON\.\n", why
        )
        (aside / "why.txt").unlink()
        assert {path.name: path.read_bytes() for path in aside.iterdir()} == files
        assert list((tmp_path / NAME).iterdir()) == []
        assert store.load(LOCK, 0) is None
        assert store.load_checkpoint(LOCK, 0) is None
        assert list(store.records()) == list(store.summaries()) == list(store.verify()) == []


def test_what_another_version_wrote_stays(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(make())
    path = tmp_path / NAME / "record.json"
    body = make().model_dump(mode="json") | {"mood": "good"}
    path.write_text(to_text(make()).replace('"spec"', '"mood": "good", "spec"'))
    sealed = path.read_text()
    path.write_text(re.sub(r'"sha256": "\w+"', f'"sha256": "{_seal(body)}"', sealed))
    found = damage(store)
    assert found.intact
    with pytest.raises(DamagedRecordError, match=r"has the field 'mood', which this version .* Move .* away"):
        store.quarantine(found)
    assert path.exists()


def test_what_the_system_does_not_let_be_read_stays(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / NAME / "record.json").mkdir(parents=True)  # no permission keeps the superuser from reading
    assert damage(store).intact
    (tmp_path / NAME / "record.json").rmdir()
    store.save(make(), {"logits": np.arange(4.0)})
    (tmp_path / NAME / "arrays.npz").unlink()
    assert not damage(store).intact  # but what is not there cannot come back
    (tmp_path / NAME / "arrays.npz").mkdir()
    assert damage(store).intact
    (tmp_path / NAME / "checkpoint.pt").mkdir()
    with pytest.raises(DamagedRecordError) as caught:
        store.load_checkpoint(LOCK, 0)
    assert caught.value.damage.intact


def test_a_file_in_the_way_is_named(make: Make, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(make())
    (tmp_path / NAME / "record.json").write_text("")
    (tmp_path / "quarantine").write_text("")
    with pytest.raises(SpecItError, match=r"Cannot make .*quarantine.*: Not a directory"):
        store.quarantine(damage(store))
    assert (tmp_path / NAME / "record.json").exists()


# Checkpoints


def test_a_checkpoint_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.load_checkpoint(LOCK, 0) is None
    for data in (b"", b"weights", bytes(range(256)) * 9):
        store.save_checkpoint(LOCK, 0, data)
        assert store.load_checkpoint(LOCK, 0) == data
    store.checkpoint(LOCK, 0).write_bytes(b"PK, as before there were seals")
    assert store.load_checkpoint(LOCK, 0) == b"PK, as before there were seals"


def test_every_altered_byte_of_a_checkpoint_is_noticed(tmp_path: Path) -> None:
    """But for those of the word that says there is a seal: then the whole is no archive, which its reader notices."""
    store = Store(tmp_path)
    store.save_checkpoint(LOCK, 0, b"weights\nand more")
    path = store.checkpoint(LOCK, 0)
    good = path.read_bytes()
    word = len(b"specit sealed ")
    for place in range(word, len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(DamagedRecordError, match=r"checkpoint\.pt (is cut short|belongs to another run, or was)"):
            store.load_checkpoint(LOCK, 0)
    for length in range(word, len(good)):
        path.write_bytes(good[:length])
        with pytest.raises(DamagedRecordError):
            store.load_checkpoint(LOCK, 0)
    for place in range(word):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert store.load_checkpoint(LOCK, 0) == path.read_bytes()


def test_a_checkpoint_of_another_run_is_none_of_this_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save_checkpoint(LOCK, 1, b"weights")
    (tmp_path / NAME).mkdir()
    store.checkpoint(LOCK, 1).rename(store.checkpoint(LOCK, 0))
    with pytest.raises(DamagedRecordError, match="belongs to another run, or was altered"):
        store.load_checkpoint(LOCK, 0)
