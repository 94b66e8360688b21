"""A logger by its name."""

from __future__ import annotations

from pathlib import Path

from specit.errors import SpecItError, nearest

from ..execute import Job
from .load import load
from .logger import Logger, Start, flattened

_SAYS_WHERE = {"tensorboard": "", "mlflow": "MLFLOW_TRACKING_URI", "wandb": "WANDB_DIR"}


def check_name(name: str) -> None:
    """Refuse a logger that there is not, or whose package is missing, before anything is run."""
    tool, colon, place = name.partition(":")
    if tool not in _SAYS_WHERE:
        raise SpecItError(f"There is no logger '{tool}'; {nearest(tool, _SAYS_WHERE)}")
    if colon and _SAYS_WHERE[tool]:
        raise SpecItError(
            f"--log {tool} takes no folder; the environment variable {_SAYS_WHERE[tool]} says where it writes."
        )
    if colon and not place:
        raise SpecItError("--log tensorboard: names no folder after the colon.")
    load(tool)


def open_logger(name: str, store: Path, job: Job) -> Logger:
    """Return the logger `tensorboard`, `tensorboard:FOLDER`, `mlflow` or `wandb` for a run.

    Without a folder, or an environment variable that says otherwise, they write below the store.
    """
    check_name(name)
    tool, _, place = name.partition(":")
    start = Start(
        name=f"{job.point.lock.id[:12]}/seed-{job.seed}",
        spec=job.spec,
        arm=job.point.arm,
        tier=job.point.tier,
        seed=job.seed,
        point=job.point.selection,
        settings=dict(flattened(job.point.lock.statement())),
    )
    if tool == "tensorboard":
        from .tensorboard import TensorBoard

        return TensorBoard(start, Path(place) if place else store / tool)
    if tool == "mlflow":
        from .mlflow import Mlflow

        return Mlflow(start, store / tool)
    from .wandb import Wandb

    return Wandb(start, store / tool)
