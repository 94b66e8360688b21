"""What is asked next follows from what came before, and from nothing else."""

from __future__ import annotations

import sys
from typing import Any

import optuna
import pytest

from specit.errors import SpecItError
from specit.records.journal import Trial
from specit.spec.load import parse
from specit.spec.ranges import Numbers, OneOf, Range
from specit.tune.propose import propose, sampler

HERE = parse("a").mark
RANGES: dict[str, Range] = {
    "lr": Numbers("log_uniform", 1e-4, 1e-1, HERE),
    "width": Numbers("integer", 1, 64, HERE),
    "momentum": Numbers("uniform", 0.0, 0.99, HERE),
    "bias": OneOf((True, False, None), HERE),
}


def trial(number: int, values: Any, value: float | None, ended: str = "finished") -> Trial:
    return Trial(
        number=number, values=dict(values), lock="a", tuned="b", value=value, ended=ended, epochs=1, seconds=1.0
    )  # type: ignore[arg-type]


def searched(count: int, search: str = "one", measure: str = "test_accuracy") -> list[Trial]:
    """Search with a made-up value: best at a learning rate of 0.01."""
    trials: list[Trial] = []
    for number in range(count):
        values = propose(RANGES, trials, search, measure)
        trials.append(trial(number, values, 1 / (1 + abs(float(values["lr"] or 0) - 0.01))))
    return trials


def test_every_value_lies_in_its_range_as_it_is_stated() -> None:
    for one in searched(14):
        assert all(RANGES[path].holds(value) for path, value in one.values.items())
        assert all(not isinstance(v, float) or v == float(f"{v:.4g}") for v in one.values.values())
        assert list(one.values) == list(RANGES)


def test_the_same_past_asks_for_the_same() -> None:
    trials = searched(14)
    for number in (0, 5, 13):  # asked again from a journal, as after a kill
        assert propose(RANGES, trials[:number], "one", "test_accuracy") == trials[number].values
    assert searched(3, "another") != trials[:3]
    assert len({str(one.values) for one in trials}) == 14


def test_it_is_optunas_sampler() -> None:
    """The oracle: Optuna itself, told the same trials, with the sampler seeded as documented."""
    import hashlib

    trials = searched(12)
    seed = int.from_bytes(hashlib.sha256(b"one 12").digest()[:4], "big")
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    asked: dict[str, Any] = {
        "lr": optuna.distributions.FloatDistribution(1e-4, 1e-1, log=True),
        "width": optuna.distributions.IntDistribution(1, 64),
        "momentum": optuna.distributions.FloatDistribution(0.0, 0.99),
        "bias": optuna.distributions.CategoricalDistribution((True, False, None)),
    }
    for one in trials:
        study.add_trial(optuna.trial.create_trial(params=dict(one.values), distributions=asked, value=one.value))
    drawn = study.ask(asked).params
    found = propose(RANGES, trials, "one", "test_accuracy")
    assert found["width"] == drawn["width"]
    assert found["bias"] == drawn["bias"]
    assert found["lr"] == pytest.approx(drawn["lr"], rel=6e-4)


def test_it_learns_and_knows_which_way_is_better() -> None:
    """After 20 trials in one half that are good and 20 in the other that are not, it asks in the good half."""
    for measure, good, bad in (("test_accuracy", 0.9, 0.1), ("test_euclidean", 0.1, 0.9)):
        lr: dict[str, Range] = {"lr": RANGES["lr"]}
        low = [trial(n, {"lr": 1e-4 * (1 + n / 20)}, good) for n in range(20)]
        high = [trial(20 + n, {"lr": 0.05 + n / 1000}, bad) for n in range(20)]
        asked = [float(propose(lr, [*low, *high], str(n), measure)["lr"] or 0) for n in range(10)]
        assert sum(value < 2e-3 for value in asked) >= 8


def test_what_diverged_is_the_worst() -> None:
    lr: dict[str, Range] = {"lr": RANGES["lr"]}
    good = [trial(n, {"lr": 1e-4 * (1 + n / 20)}, 0.1) for n in range(20)]
    diverged = [trial(20 + n, {"lr": 0.05 + n / 1000}, None if n % 2 else 0.9, "diverged") for n in range(20)]
    asked = [float(propose(lr, [*good, *diverged], str(n), "test_accuracy")["lr"] or 0) for n in range(10)]
    assert sum(value < 2e-3 for value in asked) >= 8


def test_without_optuna_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sampler() == f"Optuna {optuna.__version__}, TPESampler"
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(SpecItError, match=r'Tuning needs Optuna: pip install "specit-ml\[tune\]"\.'):
        sampler()
