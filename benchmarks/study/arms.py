"""The arms that are compared, and how each is put under training."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from specit.data import make_examples
from specit.procedures import SupervisedTraining
from specit.studies import find


@dataclass(frozen=True)
class Arm:
    """One arm of one spec; `batch` where a step is timed at another batch size than the stated one."""

    spec: str
    name: str
    batch: int | None = None

    def __str__(self) -> str:
        return f"{self.spec}:{self.name}"


ARMS = (
    Arm("coordconv/classification", "coordconv", batch=32),
    Arm("coordconv/classification", "deconv_small"),
    Arm("coordconv/classification", "deconv"),
    Arm("coordconv/classification", "deconv_large"),
    Arm("coordconv/classification", "deconv_tuned"),
    Arm("coordconv/rendering", "coordconv", batch=32),
    Arm("coordconv/regression", "coordconv"),
)
"""CoordConv at 32, at which the released layer was timed."""


def read(text: str) -> Arm:
    """Return the arm that SPEC:ARM or SPEC:ARM:BATCH names."""
    spec, _, rest = text.partition(":")
    name, _, batch = rest.partition(":")
    return Arm(spec, name, int(batch) if batch else None)


def put_under_training(arm: Arm, seed: int = 0) -> SupervisedTraining:
    """Return an arm under training under the readings of the released code, with coordinates in [-1, 1]."""
    spec = find(arm.spec)
    lock = spec.plan(arms=[arm.name], choose={"scale": ["centred"]} if "scale" in spec.axes() else {})[0].lock
    return SupervisedTraining(lock, make_examples(lock), seed=seed, device=torch.device("cpu"))
