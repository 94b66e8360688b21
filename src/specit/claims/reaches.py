"""Claims of the kind *reaches*: every run gets there, so the evidence is a success rate over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specit.records import Record, better_than, reaches, value
from specit.records.measures import least_good, measured
from specit.spec.claims import Reaches
from specit.spec.measures import MEASURES

from .points import by_reading, departures, key, names, runs
from .readings import Judgement, best_reading
from .statistics import success_rate
from .verdict import Evidence, Finding, Word
from .wording import (
    amount,
    budget,
    count,
    joined,
    left_out,
    listed,
    options,
    percent,
    sentence,
    title,
    within,
)

_SHOWN = 4


@dataclass
class _Tally:
    """The runs of one condition: those that got there, those that did not, and those that say nothing yet."""

    options: dict[str, str]
    reached: list[Record] = field(default_factory=list)
    failed: list[Record] = field(default_factory=list)
    left_out: list[Record] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return len(self.reached) + len(self.failed)


def judge_reaches(claim: Reaches, evidence: Sequence[Evidence]) -> Judgement:
    """Judge under each reading; the claim has the word of the best one."""
    return best_reading([_finding(claim, dict(key), group) for key, group in by_reading(evidence).items()])


def _finding(claim: Reaches, reading: dict[str, str], evidence: Sequence[Evidence]) -> Finding:
    tallies = _tallies(claim, evidence)
    reduced = departures(evidence)
    tried = [tally for tally in tallies if tally.tried]
    if not tried:
        everything = runs(evidence)
        word = Word.INCONCLUSIVE if everything else Word.NOT_RUN
        because = sentence(f"No run of {claim.arm} counts", left_out(len(everything)))
        return Finding(reading, word, because, names(everything))
    reached = any(tally.reached for tally in tried)
    drawn = any(one.draws for one in evidence)
    needed = claim.needed if drawn else claim.seeds
    word = _word(needed, tallies, bool(reduced))
    because = sentence(
        f"{claim.arm} reached {_goal(claim)} in {_rates(tried, drawn)}",
        "" if reached else _furthest(claim, tallies),
        _wanting(claim, needed, tallies),
        f"{budget(reduced)} that shows little" if reduced and not reached else "",
        f"the failures are {budget(reduced)}" if reduced and word is Word.PARTLY else "",
        _exceptions(tallies),
    )
    return Finding(reading, word, because, names([r for t in tallies for r in (*t.reached, *t.failed)]))


def _tallies(claim: Reaches, evidence: Sequence[Evidence]) -> list[_Tally]:
    tallies: dict[object, _Tally] = {}
    for one in evidence:
        tally = tallies.setdefault(key(one.conditions), _Tally(one.conditions))
        for record in one.records:
            if reaches(record, claim.measure, claim.expect, claim.tolerance):
                tally.reached.append(record)
            elif record.status == "diverged" or (record.status == "finished" and measured(record, claim.measure)):
                tally.failed.append(record)
            else:
                tally.left_out.append(record)
    return list(tallies.values())


def _word(needed: int, tallies: Sequence[_Tally], reduced: bool) -> Word:
    enough = all(tally.tried >= needed for tally in tallies)
    if not any(tally.failed for tally in tallies):
        return Word.REPRODUCED if enough else Word.INCONCLUSIVE
    if any(tally.reached for tally in tallies):
        return Word.PARTLY
    return Word.NOT_REPRODUCED if enough and not reduced else Word.INCONCLUSIVE


def _goal(claim: Reaches) -> str:
    bound = least_good(claim.measure, claim.expect, claim.tolerance)
    goal = f"a {title(claim.measure)} of "
    if bound == claim.expect and bound == 1.0 and MEASURES[claim.measure].unit == "fraction":
        return goal + amount(bound, claim.measure)
    most = "at least " if MEASURES[claim.measure].better == "higher" else "at most "
    return goal + most + amount(bound, claim.measure)


def _rates(tallies: Sequence[_Tally], drawn: bool) -> str:
    """Return the success rate of each condition, the first few by name, with its interval if a seed was `drawn`."""
    shown = tallies if len(tallies) <= _SHOWN + 1 else tallies[:_SHOWN]
    parts: list[str] = []
    for tally in shown:
        if not drawn:
            parts.append(f"{len(tally.reached)} of {count(tally.tried, 'run')}{within(tally.options)}")
            continue
        low, high = success_rate(len(tally.reached), tally.tried)
        noted = "95 % interval of the success rate: " if not parts else ""
        parts.append(
            f"{len(tally.reached)} of {count(tally.tried, 'seed')}{within(tally.options)} "
            f"({noted}{percent(low)} to {percent(high)})"
        )
    rest = tallies[len(shown) :]
    if rest:
        reached, tried = sum(len(t.reached) for t in rest), sum(t.tried for t in rest)
        parts.append(f"{reached} of {count(tried, 'run')} over {len(rest)} more conditions")
    return joined(parts) + ("" if drawn else " (nothing here is random)")


def _furthest(claim: Reaches, tallies: Sequence[_Tally]) -> str:
    """Return how far the best failure got."""
    best: tuple[float, str] | None = None
    for record in (record for tally in tallies for record in tally.failed):
        got = value(record, claim.measure)
        if got is not None and (best is None or better_than(got, best[0], claim.measure)):
            best = (got, record.name)
    if best is None:
        return "no run has a value of it"
    bound = least_good(claim.measure, claim.expect, claim.tolerance)
    return f"the best of them, {best[1]}, got to {amount(best[0], claim.measure, beside=bound)}"


def _wanting(claim: Reaches, needed: int, tallies: Sequence[_Tally]) -> str:
    """Return which conditions lack runs, and how many."""
    unrun = [options(t.options) for t in tallies if not t.tried]
    short = [f"{count(needed - t.tried, 'more seed')}{within(t.options)}" for t in tallies if 0 < t.tried < needed]
    of = "of the claim" if needed == claim.seeds else "that tell a rate over a half from luck"
    return "; ".join(
        part
        for part in (
            f"nothing has been run to its end with {listed(unrun, between='; ')}" if unrun else "",
            f"{listed(short, between='; ')} needed for the {needed} {of}" if short else "",
        )
        if part
    )


def _exceptions(tallies: Sequence[_Tally]) -> str:
    diverged = sum(record.status == "diverged" for tally in tallies for record in tally.failed)
    parts = (
        f"{count(diverged, 'run')} diverged, and counted as failed" if diverged else "",
        left_out(sum(len(tally.left_out) for tally in tallies)),
    )
    return "; ".join(part for part in parts if part)
