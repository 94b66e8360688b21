"""What searches came to, counted fairly: of those under one condition, as many trials each as the least of them has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from specit.records.journal import Trial, path_of, read_journal
from specit.spec.document import Point
from specit.spec.measures import MEASURES
from specit.spec.search import Search


@dataclass(frozen=True)
class Counted:
    """A search with the trials of it that count, from the first on, and how many were made in all."""

    search: Search
    trials: tuple[Trial, ...]
    made: int

    @property
    def best(self) -> Trial | None:
        """Return the best trial that counts, the earliest of several; None where each one diverged."""
        sign = -1.0 if MEASURES[self.search.tune.settings.measure].better == "higher" else 1.0
        # One that diverged is the worst, whatever it had measured before.
        ended = [(sign * t.value, t.number) for t in self.trials if t.ended == "finished" and t.value is not None]
        return self.trials[min(ended)[1]] if ended else None

    @property
    def tuned(self) -> Point | None:
        """Return the arm with the best values, as the spec would run it."""
        return self.search.tuned(self.best.values) if self.best else None


def counted(searches: Sequence[Search], root: Path, most: int | None = None) -> list[Counted]:
    """Read the journals of some searches in the store at `root`; `most`: no more trials than these count.

    A search that has not begun counts none, and takes none away from the others.
    """
    made = {search.id: _trials(search, root) for search in searches}
    found = []
    for search in searches:
        together = [len(made[s.id]) for s in searches if made[s.id] and agree(s.condition, search.condition)]
        least = min([*together, *([] if most is None else [most])], default=0)
        found.append(Counted(search, made[search.id][:least], len(made[search.id])))
    return found


def agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Return whether two arms are under one condition: they agree on every axis that both have.

    >>> agree({"split": "uniform"}, {"split": "uniform", "task": "point"}), agree({"split": "uniform"}, {"split": "q"})
    (True, False)
    """
    return all(other.get(axis, option) == option for axis, option in one.items())


def _trials(search: Search, root: Path) -> tuple[Trial, ...]:
    journal = read_journal(path_of(root, search.spec.name, search.stated.arm, search.id))
    return journal.trials if journal else ()
