"""Judging: from the evidence at hand to a verdict on each claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from specit.errors import SpecItError
from specit.spec.claims import (
    Bound,
    Claim,
    Comparison,
    NoConfiguration,
    NoDifference,
    Ratio,
    Reaches,
    SomeConfiguration,
    Value,
)

from .average import judge_average
from .comparison import judge_comparison
from .no_configuration import judge_no_configuration
from .points import departures, runs, select
from .ratio import judge_ratio
from .reaches import judge_reaches
from .readings import Judgement
from .some_configuration import judge_some_configuration
from .verdict import Evidence, Verdict, Word
from .wording import joined, title


def judge(claim: Claim, evidence: Iterable[Evidence], tier: str) -> Verdict:
    """Judge one claim on the evidence of one tier."""
    chosen = select(claim, evidence, tier)
    word, because, findings = _judgement(claim, chosen, tier)
    if claim.stands_in:
        because = f"What one sees is judged by the {title(claim.measure)}: {claim.stands_in.rstrip('.')}. {because}"
    drawn = claim.measure != "parameters" and any(one.draws for one in chosen)
    return Verdict(claim, word, tier, because, findings, departures(chosen), drawn)


def judge_all(claims: Sequence[Claim], evidence: Sequence[Evidence], tier: str) -> list[Verdict]:
    """Judge every claim of a study. A study without claims is a mistake, not a success."""
    if not claims:
        raise SpecItError("This study states no claims, so nothing was checked; add a claim under 'claims'.")
    return [judge(claim, evidence, tier) for claim in claims]


def _judgement(claim: Claim, evidence: Sequence[Evidence], tier: str) -> Judgement:
    needs_runs = claim.measure != "parameters"
    problems = [problem for one in evidence for problem in one.problems]
    if needs_runs and problems:
        more = f" ({len(problems)} damaged records in all)" if len(problems) > 1 else ""
        return Judgement(Word.ERROR, f"A record cannot be judged: {problems[0].rstrip('.')}{more}.", ())
    if not evidence or (needs_runs and not runs(evidence)):
        because = f"There is no run of {joined(claim.speaks_of)} at the {tier} tier."
        needs = dict.fromkeys(one.needs for one in evidence if one.needs)
        because += "".join(f" It needs {each}." for each in needs)
        return Judgement(Word.NOT_RUN, because, ())
    match claim:
        case Reaches():
            return judge_reaches(claim, evidence)
        case Value() | Bound():
            return judge_average(claim, evidence)
        case Comparison() | NoDifference():
            return judge_comparison(claim, evidence)
        case NoConfiguration():
            return judge_no_configuration(claim, evidence)
        case SomeConfiguration():
            return judge_some_configuration(claim, evidence)
        case Ratio():
            return judge_ratio(claim, evidence)
        case _:
            assert_never(claim)
