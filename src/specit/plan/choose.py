"""Which runs to make when there is no time for all: those that undecided claims wait for, the quickest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specit.claims.points import inside
from specit.claims.verdict import Verdict, Word

from .estimate import Estimate

_OPEN = (Word.INCONCLUSIVE, Word.NOT_RUN)


def most_telling(
    estimates: Sequence[Estimate], verdicts: Mapping[str, Sequence[Verdict]], seconds: float
) -> list[Estimate]:
    """Return the runs that fit in so many seconds of one core, in the order in which to make them.

    A run is worth the claims it could help to decide, each shared among all runs that it still lacks; what takes less
    time for the same worth comes first. A run that no record tells the time of is left out; one that is done costs
    nothing.
    `verdicts` are those of each spec, by its name.
    """
    worth = _worth(estimates, verdicts)
    known = [one for one in estimates if one.seconds is not None]
    known.sort(key=lambda one: -worth[id(one)] / max(one.seconds or 0.0, 1e-3))
    chosen, left = list[Estimate](), seconds
    for one in known:
        if one.seconds is not None and one.seconds <= left:
            chosen.append(one)
            left -= one.seconds
    return chosen


def _worth(estimates: Sequence[Estimate], verdicts: Mapping[str, Sequence[Verdict]]) -> dict[int, float]:
    worth = dict.fromkeys(map(id, estimates), 0.0)
    for spec, judged in verdicts.items():
        for verdict in judged:
            if verdict.word in _OPEN:
                waited_for = [
                    one
                    for one in estimates
                    if not one.done
                    and one.spec == spec
                    and one.point.arm in verdict.claim.speaks_of
                    and inside(one.point.selection, verdict.claim.over)
                    and one.seed < verdict.claim.needed
                ]
                for one in waited_for:
                    worth[id(one)] += 1 / len(waited_for)
    return worth
