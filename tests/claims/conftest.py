from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from specit.claims import Evidence
from specit.records import Evaluation, Record

HERE = {"cpu": "a processor", "device": "cpu", "threads": "2"}


@pytest.fixture
def point() -> Callable[..., Evidence]:
    """Return a maker of evidence: one run for each list of test accuracies, evaluated every ten seconds.

    Keyword arguments that are no field of Evidence are options of axes; `readings` names the unstated ones.
    """

    def make(
        arm: str,
        runs: Sequence[Sequence[float]] = (),
        *,
        status: Sequence[str] | str = "finished",
        readings: tuple[str, ...] = (),
        tier: str = "full",
        departures: tuple[str, ...] = (),
        parameters: int = 1000,
        problems: tuple[str, ...] = (),
        seconds: float = 10.0,
        environment: dict[str, str] = HERE,
        measure: str = "test_accuracy",
        **options: str,
    ) -> Evidence:
        lock = hashlib.sha256(repr((arm, tier, sorted(options.items()))).encode()).hexdigest()
        statuses = [status] * len(runs) if isinstance(status, str) else status
        records = tuple(
            _record(arm, seed, values, state, lock, tier, options, parameters, seconds, environment, measure)
            for seed, (values, state) in enumerate(zip(runs, statuses, strict=True))
        )
        unstated = {axis: option for axis, option in options.items() if axis in readings}
        return Evidence(arm, options, unstated, tier, departures, parameters, records, problems)

    return make


def _record(
    arm: str,
    seed: int,
    values: Sequence[float],
    status: Any,
    lock: str,
    tier: str,
    options: dict[str, str],
    parameters: int,
    seconds: float,
    environment: dict[str, str],
    measure: str,
) -> Record:
    history = tuple(
        Evaluation(epoch=i, step=i, seconds=seconds * i, measures={measure: v}) for i, v in enumerate(values, start=1)
    )
    return Record(
        spec="a study",
        lock=lock,
        arm=arm,
        tier=tier,
        seed=seed,
        point=options,
        status=status,
        ended="",
        parameters=parameters,
        epochs_stated=len(values),
        history=history,
        fingerprints={},
        environment=environment,
    )
