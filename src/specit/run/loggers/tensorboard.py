"""TensorBoard: a folder of events for each run, which the program of that name reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams

from specit.records import Evaluation, Record

from .logger import Start


class TensorBoard:
    """Writes below `folder`, under the run's name; the horizontal axis counts epochs.

    A run that goes on says everything once more after a mark that takes back what was said before it, so that nothing
    is twice and nothing lacks, whatever the process that was stopped had not written yet.
    """

    def __init__(self, start: Start, folder: Path) -> None:
        self.start = start
        self.folder = folder / start.name
        self.writer: SummaryWriter | None = None

    def began(self, history: Sequence[Evaluation]) -> None:
        self.writer = SummaryWriter(str(self.folder), purge_step=0)
        about = {"run": self.start.name, **self.start.tags, **self.start.settings}
        self.writer.add_text("run", f"```json\n{json.dumps(about, indent=1, ensure_ascii=False)}\n```", 0)
        file = self.writer.file_writer
        assert file
        for summary in hparams({**self.start.tags, **self.start.settings}, {"train_loss": 0.0}):
            file.add_summary(summary, 0)
        for evaluation in history:
            self.evaluated(evaluation)

    def evaluated(self, evaluation: Evaluation) -> None:
        assert self.writer
        for name, value in {**evaluation.measures, "seconds": evaluation.seconds}.items():
            self.writer.add_scalar(name, value, evaluation.epoch)
        self.writer.flush()

    def ended(self, record: Record) -> None:
        assert self.writer
        self.writer.add_text(
            "ended", f"{record.status}: {record.ended}", record.history[-1].epoch if record.history else 0
        )

    def close(self) -> None:
        if self.writer:
            self.writer.close()
