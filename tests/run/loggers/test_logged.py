"""What loggers hear, whatever happens to the runs or to the loggers; and which names there are."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from specit.errors import SpecItError
from specit.records import Evaluation, Record, Store
from specit.run import Job
from specit.run.loggers import Logged, check_name
from specit.run.loggers import logged as module
from specit.run.loggers.logger import flattened


class Heard:
    """A logger, and an audience, that remembers."""

    def __init__(self, fails: str = "") -> None:
        self.told: list[Any] = []
        self.fails = fails

    def _hear(self, what: str, value: Any = None) -> None:
        if what == self.fails:
            raise OSError("No space left on device")
        self.told.append((what, value))

    def began(self, history: Sequence[Evaluation] | int) -> None:
        self._hear("began", history if isinstance(history, int) else [e.epoch for e in history])

    def evaluated(self, evaluation: Evaluation | int, of: Evaluation | None = None) -> None:
        self._hear("evaluated", (of or evaluation).epoch)  # type: ignore[union-attr]

    def advanced(self, job: int, epochs: float) -> None:
        self._hear("advanced", epochs)

    def waits(self, job: int) -> None:
        self._hear("waits", job)

    def ended(self, record: Record) -> None:
        self._hear("ended", record.status)

    def close(self) -> None:
        self._hear("close")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> dict[str, Heard]:
    """Put loggers that remember in the place of the real ones: `tensorboard` is sound, `wandb` fails at once."""
    loggers = {"tensorboard": Heard(), "wandb": Heard("evaluated")}

    def open_one(name: str, store: Path, job: Job) -> Heard:
        if name == "mlflow":
            raise ConnectionError("no server at http://nowhere")
        return loggers[name]

    monkeypatch.setattr(module, "open_logger", open_one)
    monkeypatch.setattr(module, "check_name", lambda name: None)
    return loggers


def test_all_of_a_run_is_heard(job, make, tmp_path, opened):
    record, audience = make(3), Heard()
    with Logged(["tensorboard"], tmp_path, [job], audience) as hears:
        hears.began(0)
        for evaluation in record.history:
            hears.advanced(0, evaluation.epoch)
            hears.evaluated(0, evaluation)
        hears.ended(0, record)
    epochs = [("evaluated", epoch) for epoch in (1, 2, 3)]
    assert opened["tensorboard"].told == [("began", []), *epochs, ("ended", "finished"), ("close", None)]
    assert [entry for entry in audience.told if entry[0] == "evaluated"] == epochs
    assert audience.told[0] == ("began", 0)
    assert hears.problems == []


def test_what_a_resumed_run_measured_before_is_its_history(job, make, tmp_path, opened):
    Store(tmp_path).save(make(2, "running", "not ended"))
    record = make(4)
    with Logged(["tensorboard"], tmp_path, [job], Heard()) as hears:
        hears.began(0)
        for evaluation in record.history[1:]:  # the second is done again
            hears.evaluated(0, evaluation)
        hears.ended(0, record)
    told = opened["tensorboard"].told
    assert told == [("began", [1, 2]), ("evaluated", 3), ("evaluated", 4), ("ended", "finished"), ("close", None)]


def test_what_the_record_knows_and_nobody_said_is_heard_at_the_end(job, make, tmp_path, opened):
    record = make(4)
    with Logged(["tensorboard"], tmp_path, [job], Heard()) as hears:
        hears.evaluated(0, record.history[0])
        hears.ended(0, record)
        hears.evaluated(0, record.history[3])  # from another thread, which was slower
    told = opened["tensorboard"].told
    assert told == [("began", []), *(("evaluated", e) for e in (1, 2, 3, 4)), ("ended", "finished"), ("close", None)]


def test_a_run_that_another_process_holds_is_not_opened(job, tmp_path, opened):
    with Logged(["tensorboard"], tmp_path, [job], Heard()) as hears:
        hears.began(0)
        hears.waits(0)
    assert opened["tensorboard"].told == []


def test_a_stopped_run_is_closed_without_an_end(job, make, tmp_path, opened):
    with Logged(["tensorboard"], tmp_path, [job], Heard()) as hears:
        hears.evaluated(0, make(1).history[0])
    assert opened["tensorboard"].told == [("began", []), ("evaluated", 1), ("close", None)]


def test_a_logger_that_fails_ends_nothing(job, name, make, tmp_path, opened):
    record = make(2)
    with Logged(["wandb", "mlflow", "tensorboard"], tmp_path, [job], Heard()) as hears:
        for evaluation in record.history:
            hears.evaluated(0, evaluation)
        hears.ended(0, record)
    assert opened["wandb"].told == [("began", [])]
    assert [what for what, _ in opened["tensorboard"].told] == ["began", "evaluated", "evaluated", "ended", "close"]
    assert hears.problems == [
        f"--log mlflow failed for {name}, which is not in its log as a whole: no server at http://nowhere",
        f"--log wandb failed for {name}, which is not in its log as a whole: No space left on device",
    ]


def test_without_loggers_it_only_passes_on(job, make, tmp_path, opened):
    audience = Heard()
    with Logged([], tmp_path, [job], audience) as hears:
        hears.evaluated(0, make(1).history[0])
        hears.ended(0, make(1))
    assert audience.told == [("evaluated", 1)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tensorbord", "There is no logger 'tensorbord'; did you mean 'tensorboard'?"),
        ("csv", "There is no logger 'csv'; known: mlflow, tensorboard, wandb"),
        ("mlflow:there", "--log mlflow takes no folder; the environment variable MLFLOW_TRACKING_URI says where"),
        ("wandb:there", "the environment variable WANDB_DIR says where it writes"),
        ("tensorboard:", "--log tensorboard: names no folder after the colon."),
    ],
)
def test_names_that_are_none(name, words):
    with pytest.raises(SpecItError) as caught:
        check_name(name)
    assert words in str(caught.value)


@pytest.mark.parametrize("tool", ["tensorboard", "mlflow", "wandb"])
def test_a_missing_package_is_one_sentence(tool, monkeypatch):
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SpecItError) as caught:
        check_name(tool)
    assert str(caught.value) == (
        f"--log {tool} needs the package {tool}, which cannot be imported: pip install 'specit-ml[{tool}]'."
    )


def leaves(value: Any) -> int:
    """Count what a statement says, the slow way: every value, lists of numbers as one, empty ones too."""
    if isinstance(value, dict) and value:
        return sum(map(leaves, value.values()))
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return sum(map(leaves, value))
    return 1


def test_everything_stated_is_a_setting(job):
    statement = job.point.lock.statement()
    settings = dict(flattened(statement))
    assert len(settings) == leaves(statement)
    assert all(type(value) in (str, int, float, bool) for value in settings.values())
