"""What to try next: Optuna's tree-structured Parzen estimator, asked anew for every trial.

Nothing is remembered between trials but what they came to, and the sampler's chance is drawn from the search's digest
and the trial's number. So a search that was interrupted asks for the same trials as one that was not.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from specit.errors import SpecItError
from specit.records.journal import Trial
from specit.spec.measures import MEASURES
from specit.spec.ranges import Numbers, Range
from specit.spec.search import Values


def propose(ranges: Mapping[str, Range], trials: Sequence[Trial], search: str, measure: str) -> Values:
    """Return the values of the trial after these, which the spec states to so many digits that its lock holds them.

    A trial that diverged counts as infinitely bad.
    """
    optuna = _optuna()
    direction = "maximize" if MEASURES[measure].better == "higher" else "minimize"
    worst = -math.inf if direction == "maximize" else math.inf
    asked = {path: _distribution(span) for path, span in ranges.items()}
    study = optuna.create_study(
        direction=direction, sampler=optuna.samplers.TPESampler(seed=_seed(search, len(trials)))
    )
    for trial in trials:
        value = trial.value if trial.ended == "finished" and trial.value is not None else worst
        study.add_trial(optuna.trial.create_trial(params=dict(trial.values), distributions=dict(asked), value=value))
    drawn = study.ask(dict(asked)).params
    return {path: span.near(drawn[path]) for path, span in ranges.items()}


def sampler() -> str:
    """Return what proposes, with its version; without the extra, a sentence on how to install it."""
    return f"Optuna {_optuna().__version__}, TPESampler"


def _distribution(span: Range) -> Any:
    distributions = _optuna().distributions
    if not isinstance(span, Numbers):
        return distributions.CategoricalDistribution(span.options)
    if span.kind == "integer":
        return distributions.IntDistribution(int(span.low), int(span.high))
    return distributions.FloatDistribution(span.low, span.high, log=span.kind == "log_uniform")


def _seed(search: str, number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{search} {number}".encode()).digest()[:4], "big")


def _optuna() -> Any:
    try:
        import optuna
    except ImportError:
        raise SpecItError('Tuning needs Optuna: pip install "specit-ml[tune]".') from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # it would speak of every study, and ours live for one answer
    return optuna
