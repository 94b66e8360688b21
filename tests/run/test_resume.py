"""A run that is stopped, anywhere and in any way, ends with the same record as one that was left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.run.listeners import Silent, StopAt, what_matters

from specit.errors import SpecItError
from specit.records import Record
from specit.records.store import Store
from specit.run import Job, execute
from specit.spec.document import read_spec

SMALL = Path(__file__).parents[1] / "small.yaml"
CPU = torch.device("cpu")


def job(seed: int = 0) -> Job:
    spec = read_spec(SMALL)
    return Job(spec.name, spec.plan("full", arms=["coordconv"])[0], seed)


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


def test_what_is_done_is_not_done_again(undisturbed: tuple[Store, Record]) -> None:
    store, whole = undisturbed
    record = execute(job(), store, CPU, StopAt(0))
    assert record == whole


def test_another_seed_is_another_run(undisturbed: tuple[Store, Record], tmp_path: Path) -> None:
    record = execute(job(seed=1), Store(tmp_path), CPU, Silent())
    assert record.name != undisturbed[1].name
    assert record.final != undisturbed[1].final


def test_a_damaged_checkpoint_is_moved_aside_and_the_run_begins_anew(
    undisturbed: tuple[Store, Record], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        execute(job(), store, CPU, StopAt(2.5))
    path = store.checkpoint(job().point.lock.id, 0)
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    assert what_matters(execute(job(), store, CPU, Silent())) == what_matters(undisturbed[1])
    aside = tmp_path / "quarantine" / job().point.lock.id[:12] / "seed-0-1"
    assert capsys.readouterr().err == (
        f"{path} is cut short or was altered. Run {job().point.lock.id[:12]}/seed-0 was moved to {aside} and begins "
        "anew.\n"
    )
    assert (aside / "checkpoint.pt").read_bytes() == data[:-1]


def test_a_damaged_record_is_moved_aside_and_the_run_is_made_again(
    undisturbed: tuple[Store, Record], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path)
    path = tmp_path / execute(job(), store, CPU, Silent()).name / "record.json"
    path.write_bytes(path.read_bytes()[:1000])
    assert what_matters(execute(job(), store, CPU, Silent())) == what_matters(undisturbed[1])
    assert capsys.readouterr().err.startswith(f"{path} is cut short or is not JSON. Run ")
    kept = tmp_path / "quarantine" / path.parent.parent.name / "seed-0-1"
    assert sorted(file.name for file in kept.iterdir()) == ["arrays.npz", "record.json", "why.txt"]
    assert len(list(store.records())) == 1


def test_a_damaged_checkpoint_without_a_seal_is_named(tmp_path: Path) -> None:
    """As it was written before checkpoints were sealed."""
    store = Store(tmp_path)
    path = store.checkpoint(job().point.lock.id, 0)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK half of an archive")
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


def test_a_checkpoint_that_outlived_its_run_is_removed(undisturbed: tuple[Store, Record], tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = execute(job(), store, CPU, Silent())
    store.save_checkpoint(record.lock, record.seed, b"killed after the last record")
    assert execute(job(), store, CPU, Silent()) == record
    assert not store.checkpoint(record.lock, record.seed).exists()
