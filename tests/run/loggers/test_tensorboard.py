"""What TensorBoard reads back is the history, once, however often the run was stopped."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.summary.writer import event_file_writer

from specit.records import Evaluation, Record
from specit.run.loggers import open_logger


@pytest.fixture(autouse=True)
def _a_second_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every sitting begin in another second, as they do: files are read in the order of their times."""
    seconds = count(2_000_000_000)
    monkeypatch.setattr(event_file_writer, "time", SimpleNamespace(time=lambda: next(seconds)))


def read(folder: Path) -> EventAccumulator:
    found = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    found.Reload()
    return found


def scalars(folder: Path) -> dict[str, dict[int, float]]:
    """Return what is drawn, by measure and epoch; no epoch may be there twice."""
    found = read(folder)
    drawn = {tag: [(event.step, event.value) for event in found.Scalars(tag)] for tag in found.Tags()["scalars"]}
    assert all(len(dict(events)) == len(events) for events in drawn.values())
    return {tag: dict(events) for tag, events in drawn.items()}


def expected(record: Record) -> dict[str, dict[int, float]]:
    """Return the history, by measure and epoch, in the single precision of the files."""
    names = {name for entry in record.history for name in entry.measures}
    told = {name: {e.epoch: float(np.float32(value)) for e, value in record.series(name)} for name in names}
    return told | {"seconds": {entry.epoch: entry.seconds for entry in record.history}}


def hyperparameters(folder: Path) -> dict[str, Any]:
    from tensorboard.plugins.hparams import plugin_data_pb2

    content = read(folder).summary_metadata["_hparams_/session_start_info"].plugin_data.content
    stated = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in stated.items()}


def test_a_whole_run(job, name, make, tmp_path):
    record = make(4)
    logger = open_logger("tensorboard", tmp_path, job)
    logger.began([])
    for evaluation in record.history:
        logger.evaluated(evaluation)
    logger.ended(record)
    logger.close()
    folder = tmp_path / "tensorboard" / name
    assert scalars(folder) == expected(record)
    stated = hyperparameters(folder)
    assert stated["train.supervised.optimizer.Adam.lr"] == 0.02
    assert stated["data.dataset.not_so_clevr.canvas"] == "[8, 8]"
    assert stated["networks.network.0.Input.shape"] == "[2]"
    assert (stated["spec"], stated["option.split"], stated["seed"]) == ("coordconv/small", "uniform", "1")
    (ended,) = read(folder).Tensors("ended/text_summary")
    assert ended.tensor_proto.string_val[0] == b"finished: the stated epochs were done"


@pytest.mark.parametrize(("said", "kept"), [(1, 0), (2, 2), (3, 2), (4, 1)])
def test_a_resumed_run_goes_on_with_its_log(job, name, make, tmp_path, said, kept):
    """It had said `said` evaluations when it was killed, and goes on after `kept` of them."""
    record = make(4)
    first = open_logger("tensorboard", tmp_path, job)
    first.began([])
    for evaluation in record.history[:said]:
        other = replace(evaluation, seconds=99.0)
        first.evaluated(evaluation if evaluation.epoch <= kept else other)
    second = open_logger("tensorboard", tmp_path, job)  # the first was killed, and closed nothing
    second.began(record.history[:kept])
    for evaluation in record.history[kept:]:
        second.evaluated(evaluation)
    second.ended(record)
    second.close()
    assert scalars(tmp_path / "tensorboard" / name) == expected(record)
    first.close()


def test_a_log_that_begins_in_the_second_sitting_has_the_first(job, name, make, tmp_path):
    record = make(4)
    logger = open_logger(f"tensorboard:{tmp_path / 'elsewhere'}", tmp_path / "store", job)
    logger.began(record.history[:3])
    logger.evaluated(record.history[3])
    logger.close()
    assert scalars(tmp_path / "elsewhere" / name) == expected(record)
    assert not (tmp_path / "store").exists()


def test_what_is_no_number_is_logged_too(job, name, make, tmp_path):
    logger = open_logger("tensorboard", tmp_path, job)
    logger.began([])
    logger.evaluated(Evaluation(epoch=1, step=1, seconds=1.0, measures={"train_loss": math.nan}))
    logger.ended(make(0, "diverged", "the loss was no number in epoch 1"))
    logger.close()
    assert math.isnan(scalars(tmp_path / "tensorboard" / name)["train_loss"][1])
