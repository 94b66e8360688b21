"""`specit runs verify` reads everything again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_a_sound_store(specit, store):
    said = specit("runs", "verify", "--store", store)
    assert (said.code, said.out) == (0, "6 runs and 4 locks read to the last number; nothing is damaged.\n")
    assert json.loads(specit("runs", "verify", "--store", store, "--json").out) == {"sound": 6, "damaged": []}


def flip(path: Path) -> None:
    """Change the last digit that a file holds."""
    data = bytearray(path.read_bytes())
    place = max(at for at, byte in enumerate(data) if chr(byte).isdigit())
    data[place] = ord("1") if data[place] != ord("1") else ord("2")
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("*/seed-1/record.json", "was altered after it was written"),
        ("*/seed-1/arrays.npz", "cannot be read"),
        ("*/lock.json", "lock.json states another experiment than the records beside it."),
    ],
)
def test_what_was_altered(specit, store, what, words):
    assert specit("runs", "verify", "--store", store).code == 0  # and what is known of it is not believed
    victim = next(path for path in sorted(store.glob(what)) if path.name == "lock.json" or path.stat().st_size)
    if victim.name == "arrays.npz":
        victim.write_bytes(victim.read_bytes()[:-30])
    elif victim.name == "lock.json":
        victim.write_text(victim.read_text().replace('"batch_size": 8', '"batch_size": 9'))
    else:
        flip(victim)
    said = specit("runs", "verify", "--store", store)
    assert said.code == 1
    assert words in " ".join(said.out.split())
    told = json.loads(specit("runs", "verify", "--store", store, "--json").out)
    assert len(told["damaged"]) == 1
    assert words in told["damaged"][0]["reason"]


def test_a_missing_lock(specit, store):
    next(store.glob("*/lock.json")).unlink()
    said = specit("runs", "verify", "--store", store)
    assert said.code == 1
    assert "There is no lock file" in said.out
