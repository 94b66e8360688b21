"""A run that is stopped, anywhere and in any way, ends with the same record as one that was left alone."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from specit.errors import SpecItError
from specit.records import Evaluation, Record
from specit.records.store import Store
from specit.run import Job, execute
from specit.spec.document import read_spec

SMALL = Path(__file__).parents[1] / "small.yaml"
CPU = torch.device("cpu")


class Silent:
    def advanced(self, epochs: float, of: int) -> None:
        pass

    def evaluated(self, evaluation: Evaluation) -> None:
        pass


class StopAt(Silent):
    """Interrupts as Ctrl-C would, once `epochs` are done."""

    def __init__(self, epochs: float) -> None:
        self.epochs = epochs

    def advanced(self, epochs: float, of: int) -> None:
        if epochs >= self.epochs:
            raise KeyboardInterrupt


def job(seed: int = 0) -> Job:
    spec = read_spec(SMALL)
    return Job(spec.name, spec.plan("full", arms=["coordconv"])[0], seed)


def what_matters(record: Record) -> object:
    """Return a record without what differs from one execution to the next: the clock."""
    history = [(e.epoch, e.step, e.measures) for e in record.history]
    return record.model_dump(exclude={"history", "environment"}), history


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Record]:
    store = Store(tmp_path_factory.mktemp("undisturbed"))
    record = execute(job(), store, CPU, Silent())
    assert record.status == "finished"
    return store, record


@pytest.mark.parametrize("epochs", [0.3, 1.0, 3.5, 11.9])
def test_an_interrupted_run_goes_on_bit_for_bit(
    epochs: float, undisturbed: tuple[Store, Record], tmp_path: Path
) -> None:
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        execute(job(), store, CPU, StopAt(epochs))
    kept = store.load(job().point.lock.id, 0)
    # At most the epoch under way is lost (a listener is told of an epoch's end before it is kept).
    assert (len(kept.history) if kept else 0) >= np.ceil(epochs) - 1
    record = execute(job(), store, CPU, Silent())
    there, whole = undisturbed
    assert what_matters(record) == what_matters(whole)
    for name, array in there.arrays(whole).items():
        np.testing.assert_array_equal(store.arrays(record)[name], array)
    assert not store.checkpoint(record.lock, 0).exists()


def test_a_killed_run_goes_on_bit_for_bit(undisturbed: tuple[Store, Record], tmp_path: Path) -> None:
    lock = job().point.lock.id
    program = (
        "import sys, time\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import torch\n"
        f"torch.set_num_threads({torch.get_num_threads()})\n"
        "from test_resume import *\n"
        "class Slow(Silent):\n"
        "    def advanced(self, epochs, of):\n"
        "        print('alive', flush=True)\n"
        "        time.sleep(0.01)\n"
        f"execute(job(), Store(Path({str(tmp_path)!r})), CPU, Slow())\n"
    )
    chance = random.Random(0)
    kills = 0
    store = Store(tmp_path)
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.readline()  # training has begun
            time.sleep(chance.uniform(0.02, 0.25))
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
    assert kills
    record = execute(job(), store, CPU, Silent())
    assert record.lock == lock
    assert what_matters(record) == what_matters(undisturbed[1])


def test_what_is_done_is_not_done_again(undisturbed: tuple[Store, Record]) -> None:
    store, whole = undisturbed
    record = execute(job(), store, CPU, StopAt(0))
    assert record == whole


def test_another_seed_is_another_run(undisturbed: tuple[Store, Record], tmp_path: Path) -> None:
    record = execute(job(seed=1), Store(tmp_path), CPU, Silent())
    assert record.name != undisturbed[1].name
    assert record.final != undisturbed[1].final


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        execute(job(), store, CPU, StopAt(2.5))
    path = store.checkpoint(job().point.lock.id, 0)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(SpecItError, match=r"The checkpoint .* is damaged .* delete it and the run begins anew"):
        execute(job(), store, CPU, Silent())
    path.unlink()
    assert execute(job(), store, CPU, Silent()).status == "finished"


def test_a_record_says_what_it_ran_on(undisturbed: tuple[Store, Record]) -> None:
    environment = undisturbed[1].environment
    assert environment["torch"] == torch.__version__
    assert environment["device"] == "cpu"
    assert environment["threads"] == str(torch.get_num_threads())
    assert {"specit", "python", "numpy", "platform", "cpu"} <= environment.keys()


def test_seconds_add_up_over_sittings(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        execute(job(), store, CPU, StopAt(5.5))
    record = execute(job(), store, CPU, Silent())
    seconds = [evaluation.seconds for evaluation in record.history]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0
