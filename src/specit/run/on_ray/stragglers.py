"""Which run, of those under way, should be started once more while nothing else is left to start."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SLOWER = 3.0
"""So many times the pace of its like makes a run a straggler."""

LIKE = 2
"""How many of its like must have ended before a run is compared with them."""

SOON = 60.0
"""Seconds for which nobody is called slow."""

SILENT = 300.0
"""Seconds without a word after which a run counts as stuck, whatever its like."""


@dataclass(frozen=True)
class Attempt:
    """A run under way in one place: its lock, the epochs done there, for how long, and for how long it was silent."""

    place: int
    lock: str
    epochs: float
    seconds: float
    silent: float


def straggler(attempts: Sequence[Attempt], ended: Mapping[str, Sequence[float]]) -> int | None:
    """Return the place of the run to start again, or None; `ended` are seconds an epoch, by lock, of ended runs.

    Its like are runs of the same lock, which compute the same with another seed. A run that goes on in two places
    already is left alone. Of several the slowest is taken.

    >>> slow = Attempt(7, "a", epochs=1, seconds=100, silent=0)
    >>> straggler([slow], {"a": [10, 12, 11]}), straggler([slow], {"a": [40, 50]}), straggler([slow], {"a": [10]})
    (7, None, None)
    """
    alone = [one for one in attempts if sum(one.place == other.place for other in attempts) == 1]
    behind = {one.place: _behind(one, ended.get(one.lock, ())) for one in alone}
    worst = max(behind, key=behind.__getitem__, default=None)
    return worst if worst is not None and behind[worst] > SLOWER else None


def _behind(one: Attempt, paces: Iterable[float]) -> float:
    """Return how many times slower than its like a run is: 1 where nothing is known, endless where it is stuck."""
    paces = list(paces)
    if one.silent > SILENT:
        return float("inf")
    if len(paces) < LIKE or one.seconds < SOON:
        return 1.0
    # An epoch begun counts as done: a run that is at its first has no pace yet, but has taken as long as it has.
    return one.seconds / max(one.epochs, 1.0) / statistics.median(paces)
