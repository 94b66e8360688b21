"""Weights & Biases: a run for each of ours, under the same name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specit.records import Evaluation, Record

from .load import load
from .logger import Start


class Wandb:
    """Writes where and as its environment variables say (WANDB_MODE, WANDB_PROJECT, WANDB_DIR); the steps are epochs.

    Unless they say otherwise the project is the spec, and the files lie in `folder`. The id is the run's name, by which
    what a resumed run writes goes on from what was written.
    """

    def __init__(self, start: Start, folder: Path) -> None:
        wandb = load("wandb")
        place = Path(os.environ.get("WANDB_DIR") or folder.parent)
        place.mkdir(parents=True, exist_ok=True)
        known = any((place / "wandb").glob(f"*run-*-{start.id}"))
        self.run: Any = wandb.init(
            project=os.environ.get("WANDB_PROJECT") or start.spec.replace("/", "-"),
            id=start.id,
            name=start.name,
            group=start.arm,
            config={**start.tags, **start.settings},
            dir=str(place),
            resume="allow",
            reinit="create_new",  # many runs at once
            settings=wandb.Settings(silent=True, console="off"),
        )
        self.continued = known or bool(self.run.resumed)
        self.open = True

    def began(self, history: Sequence[Evaluation]) -> None:
        for evaluation in () if self.continued else history:
            self.evaluated(evaluation)

    def evaluated(self, evaluation: Evaluation) -> None:
        self.run.log({**evaluation.measures, "seconds": evaluation.seconds}, step=evaluation.epoch)

    def ended(self, record: Record) -> None:
        self.run.summary.update({"status": record.status, "ended": record.ended})
        self.run.finish(exit_code=0 if record.status == "finished" else 1)
        self.open = False

    def close(self) -> None:
        if self.open:
            self.run.finish(exit_code=1)
