from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specit.records import Evaluation, Record

LOCK = "3f2a" * 16


@pytest.fixture
def make() -> Callable[..., Record]:
    """Return a maker of records: a finished run of three evaluations, unless told otherwise."""

    def record(**changes: Any) -> Record:
        history = tuple(
            Evaluation(epoch=epoch, step=10 * epoch, seconds=1.5 * epoch, measures={"test_accuracy": accuracy})
            for epoch, accuracy in enumerate(changes.pop("accuracies", (0.1, 0.9, 0.8)))
        )
        fields: dict[str, Any] = {
            "spec": "coordconv/classification",
            "lock": LOCK,
            "arm": "coordconv",
            "tier": "quick",
            "seed": 0,
            "point": {"split": "uniform"},
            "status": "finished",
            "ended": "the stated number of epochs",
            "parameters": 7553,
            "epochs_stated": 2,
            "history": history,
            "fingerprints": {"data": "ab" * 32},
            "environment": {"cpu": "a processor", "device": "cpu", "threads": "2"},
        }
        return Record(**{**fields, **changes})

    return record
