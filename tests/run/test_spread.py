"""One training on two processes, as torchrun starts them: the losses of one process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tests.run.listeners import Silent, StopAt

from specit.records.store import Store
from specit.run import Job, execute
from specit.run.spread import share_of_torchrun
from specit.spec.document import Spec
from specit.spec.load import parse

pytestmark = pytest.mark.usefixtures("one_thread")
EPOCHS, BEGUN = 80, 3
# 27 examples in batches of 13, 13 and 1: shares of different sizes, and in the last one process has nothing to do.
SPEC = (
    (Path(__file__).parents[1] / "small.yaml")
    .read_text()
    .replace("{epochs: 4}", f"{{epochs: {EPOCHS}}}")
    .replace("batch_size: 8", "batch_size: 13")
    .replace("micro_batch: 4", "micro_batch: 5")
    .replace("lr: 0.02", "lr: 0.002")
)


def test_two_processes_go_on_as_one_would(tmp_path):
    """Begun by one process and ended by two; beside it, one process from the beginning to the end."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    (point,) = Spec("spec", parse(SPEC)).plan("quick", choose={"split": ["uniform"]})
    job, cpu, store = Job("spec", point, 0), torch.device("cpu"), Store(tmp_path / "two")
    with pytest.raises(KeyboardInterrupt):
        execute(job, store, cpu, StopAt(BEGUN + 0.1))
    begun = store.load(point.lock.id, 0)
    assert begun
    assert len(begun.history) == BEGUN

    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "specit"]
    command += ["run", str(tmp_path / "spec.yaml"), "--tier", "quick", "--where", "split=uniform", "--seeds", "1"]
    command += ["--store", str(store.root)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.count("[1/1]") == 1  # the first process tells, and nobody else
    assert said.stdout.count("Next: specit report") == 1

    one, two = execute(job, Store(tmp_path / "one"), cpu, Silent()), store.load(point.lock.id, 0)
    assert two
    assert two.status == "finished"
    assert two.history[:BEGUN] == begun.history  # the same seconds: it was not begun anew
    assert two.environment == one.environment | {"processes": "2"}
    assert [(e.epoch, e.step) for e in two.history] == [(e.epoch, e.step) for e in one.history]
    for alone, shared in zip(one.history, two.history, strict=True):
        assert alone.measures.keys() == shared.measures.keys()
        for name, value in alone.measures.items():
            if name.endswith(("_loss", "_cross_entropy")):
                assert shared.measures[name] == pytest.approx(value, rel=1e-5)
    assert one.history[-1].measures["train_loss"] < 0.9 * one.history[0].measures["train_loss"]
    assert two.arrays.keys() == one.arrays.keys()


@pytest.mark.parametrize(
    ("stated", "share"),
    [
        ({"RANK": "1", "WORLD_SIZE": "4", "MASTER_ADDR": "head", "MASTER_PORT": "1"}, (1, 4)),
        ({"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "head", "MASTER_PORT": "1"}, None),
        ({"RANK": "1", "WORLD_SIZE": "4"}, None),  # other programs set these two for ends of their own
        ({}, None),
    ],
)
def test_torchrun_is_known_by_what_it_sets(monkeypatch, stated, share):
    for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in stated.items():
        monkeypatch.setenv(name, value)
    found = share_of_torchrun()
    assert (found and (found.rank, found.of)) == share
