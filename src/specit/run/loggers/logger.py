"""What every logger hears, and what it is told at the start."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from specit.records import Evaluation, Record

Setting = str | int | float | bool


@dataclass(frozen=True)
class Start:
    """What a run is: its name in the store, which stays when it is resumed, what it is of, and what was stated."""

    name: str
    spec: str
    arm: str
    tier: str
    seed: int
    point: Mapping[str, str]
    settings: Mapping[str, Setting]

    @property
    def id(self) -> str:
        """The name without a slash: `3f2a3f2a3f2a-seed-0`."""
        return self.name.replace("/", "-")

    @property
    def tags(self) -> dict[str, str]:
        """What runs are searched by: spec, arm, tier, seed and options."""
        options = {f"option.{axis}": option for axis, option in self.point.items()}
        return {"spec": self.spec, "arm": self.arm, "tier": self.tier, "seed": str(self.seed), **options}


class Logger(Protocol):
    """Hears one run, from its start or from where it was resumed. A run has one log, however often it was stopped."""

    def began(self, history: Sequence[Evaluation]) -> None:
        """Hear that the run begins, or goes on after `history`; evaluations after it, made before, count no more."""

    def evaluated(self, evaluation: Evaluation) -> None:
        """Hear what was measured."""

    def ended(self, record: Record) -> None:
        """Hear how the run ended; `close` follows."""

    def close(self) -> None:
        """Write out what was heard. Without `ended` before it the run was stopped."""


def flattened(statement: Any, prefix: str = "") -> Iterator[tuple[str, Setting]]:
    """Yield what a lock states as one setting a value; lists of numbers are one setting.

    >>> dict(flattened({"train": {"Adam": {"lr": 0.1, "betas": [0.9, 0.99]}}, "net": [{"ReLU": {}}]}))
    {'train.Adam.lr': 0.1, 'train.Adam.betas': '[0.9, 0.99]', 'net.0.ReLU': '{}'}
    """
    if isinstance(statement, dict) and statement:
        for key, value in statement.items():
            yield from flattened(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(statement, list) and any(isinstance(item, dict) for item in statement):
        for place, item in enumerate(statement):
            yield from flattened(item, f"{prefix}.{place}")
    elif isinstance(statement, str | int | float):
        yield prefix, statement
    else:
        yield prefix, json.dumps(statement)
