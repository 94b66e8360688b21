"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from specit.claims.gather import Judged
from specit.claims.wording import amount, title

from .console import console as console
from .console import print_json as print_json
from .selection import PassedOver, say

_PICKED = ("test_iou", "test_euclidean", "test_accuracy")
_MADE = ("test_elbo", "samples_whole", "mmd2")


def headline(measures: Mapping[str, float]) -> str:
    """Return what a run is foremost judged by: how often it hits, how well it paints, or how near it points.

    Of what makes pictures: its bound where it has one, else the whole ones, or how far they are from real ones.

    >>> headline({"test_accuracy": 0.5, "test_cross_entropy": 0.1}), headline({"test_euclidean": 2.0})
    ('test accuracy 50 %', 'test Euclidean distance 2 pixels')
    >>> headline({"mmd2": 0.1, "samples_whole": 0.25}), headline({"samples_whole": 0.25, "test_elbo": -1234.5})
    ('share of whole pictures 25 %', 'test ELBO -1,234 nats')
    """
    hits = "test_cross_entropy" in measures  # such a run has distances too, but a hit is what counts
    order = ("test_accuracy",) if hits else (*_PICKED, *_MADE)
    found = [f"{title(name)} {amount(measures[name], name)}" for name in order if name in measures]
    return found[0] if found else ""


def print_verdicts(judged: Sequence[Judged], passed_over: Sequence[PassedOver] = ()) -> None:
    """Print the verdicts of some specs, spec by spec if there are several, and how many there are of each word."""
    from specit.claims.chance import by_luck
    from specit.report.text import summary, verdict_lines

    out = console()
    for one in judged:
        if len(judged) > 1:
            out.print(Text.assemble((one.spec.title, "bold"), f"  {one.spec.name}"))
        if one.verdicts:
            out.print(verdict_lines(one.verdicts))
        else:
            out.print("This spec states no claims.\n")
    print_passed_over(passed_over)
    verdicts = [verdict for one in judged for verdict in one.verdicts]
    if luck := by_luck(verdicts):
        out.print(luck, soft_wrap=True)
    out.print(summary(verdicts))


def print_passed_over(passed_over: Sequence[PassedOver], *, stderr: bool = False) -> None:
    """Say in a line which specs of a study were left out, if any were; on stderr where stdout is for a program."""
    if passed_over:
        console(stderr=stderr).print(say(passed_over), soft_wrap=True)


def verdicts_as_data(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return the verdicts of some specs as plain data."""
    return [
        {
            "spec": one.spec.name,
            "claim": v.claim.id,
            "says": v.claim.says,
            "where": v.claim.where,
            "verdict": v.word.value,
            "tier": v.tier,
            "because": v.because,
            "readings": [
                {"reading": f.reading, "verdict": f.word.value, "because": f.because, "runs": list(f.runs)}
                for f in v.findings
            ],
            "departures": list(v.departures),
        }
        for one in judged
        for v in one.verdicts
    ]
