"""What Weights & Biases wrote offline, read from its files."""

from __future__ import annotations

import json
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from specit.run.loggers import open_logger


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WANDB_DIR", "WANDB_PROJECT", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")


HEADER, BLOCK = 7, 32 * 1024
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def read(file: Path) -> list[Any]:
    """Return the entries of an offline file: a log as LevelDB writes it, of one protocol buffer each."""
    from wandb.proto import wandb_internal_pb2

    data, at, entries, whole = file.read_bytes(), HEADER, [], b""
    assert data[:4] == b":W&B"
    while at + HEADER <= len(data):
        if BLOCK - at % BLOCK < HEADER:  # too little of a block is left for another header
            at += BLOCK - at % BLOCK
        _, length, kind = struct.unpack_from("<IHB", data, at)
        whole += data[at + HEADER : at + HEADER + length]
        at += HEADER + length
        if kind in (FULL, LAST):
            entries.append(wandb_internal_pb2.Record.FromString(whole))
            whole = b""
        else:
            assert kind in (FIRST, MIDDLE)
    return entries


def plain(items: Any) -> dict[str, Any]:
    return {item.key or ".".join(item.nested_key): json.loads(item.value_json) for item in items}


def test_stopped_resumed_and_ended(job, name, make, tmp_path: Path) -> None:
    record = make(4)
    first = open_logger("wandb", tmp_path, job)
    first.began([])
    for evaluation in record.history[:2]:
        first.evaluated(evaluation)
    first.close()
    (one,) = tmp_path.glob("wandb/offline-run-*/*.wandb")
    time.sleep(1.1)  # a sitting has its second, by which its folder is called
    second = open_logger("wandb", tmp_path, job)
    second.began(record.history[:2])
    for evaluation in record.history[2:]:
        second.evaluated(evaluation)
    second.ended(record)
    second.close()
    files = sorted(tmp_path.glob("wandb/offline-run-*/*.wandb"))
    assert len(files) == 2
    entries = [entry for file in files for entry in read(file)]
    runs = [entry.run for entry in entries if entry.WhichOneof("record_type") == "run"]
    assert {run.run_id for run in runs} == {name.replace("/", "-")}  # one run, to be sent as one
    assert {(run.project, run.display_name) for run in runs} == {("coordconv-small", name)}
    told = plain(runs[0].config.update)
    assert told["train.supervised.optimizer.Adam.lr"] == 0.02
    assert told["option.split"] == "uniform"
    rows = [plain(entry.history.item) for entry in entries if entry.WhichOneof("record_type") == "history"]
    for row, entry in zip(rows, record.history, strict=True):
        assert row["_step"] == entry.epoch
        assert {key: row[key] for key in entry.measures} == entry.measures
        assert row["seconds"] == entry.seconds
    assert one == files[0]
