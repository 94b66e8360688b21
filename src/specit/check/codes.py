"""The codes of findings: stable, grouped by what they are about, each with a page in docs/check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from specit.errors import SpecItError, nearest

Level = Literal["note", "warning", "error"]


@dataclass(frozen=True)
class Code:
    """What a code stands for: a name, how grave it is, and one line on what it means."""

    name: str
    level: Level
    means: str


MISTAKE = "S001"
"""What cannot be read as a spec at all; everything else is found in specs that can."""

CODES: dict[str, Code] = {
    MISTAKE: Code("mistake", "error", "The spec cannot be read as it stands."),
    "S101": Code("unstated", "note", "A detail that nobody states, which leaves several readings."),
    "S102": Code("left-to-a-default", "note", "Arguments that the spec leaves out and a default completes."),
    "S201": Code("impossible-task", "error", "A network whose output cannot see what the answer depends on."),
    "S202": Code("impossible-as-claimed", "note", "An impossible task of which a claim says that it is one."),
    "S203": Code("other-parameter-count", "error", "A stated number of parameters that is not the network's."),
    "S301": Code("more-seeds-than-runs", "warning", "A claim that takes more seeds than its arm is run with."),
    "S302": Code("few-runs", "warning", "A claim about a mean that fewer than three runs decide."),
    "S303": Code("few-attempts", "note", "A claim that nothing succeeds, after fewer than three runs."),
    "S304": Code("exact-ratio", "warning", "A measured ratio that is claimed to the last digit."),
    "S305": Code("own-tolerance", "note", "A claim whose tolerance is our own judgement."),
    "S401": Code("unequal-tuning", "warning", "Arms that are compared, one tuned over more settings than the other."),
    "S402": Code("unequal-seeds", "note", "Arms in one ratio that are run with different numbers of seeds."),
    "S403": Code("impossible-search", "error", "A search that could not begin, or whose trials could not be run."),
    "S404": Code("uneven-search", "note", "Arms that are searched over different numbers of settings."),
    "S501": Code("no-data", "warning", "An arm that is trained on data which nobody states."),
    "S502": Code("empty-part", "error", "A split that leaves nothing to train with, or nothing to test with."),
    "S503": Code("no-fingerprint", "note", "Data without a fingerprint by which a changed generator would be noticed."),
    "S504": Code("other-fingerprint", "error", "A stated fingerprint that is not that of the data."),
    "S505": Code("other-input", "warning", "Data elsewhere that give another shape than the network takes."),
}


def pick(select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
    """Return the codes that begin with one of `select` (all, if there is none) and with none of `ignore`.

    >>> sorted(pick(["S2", "S301"], ["S202"]))
    ['S201', 'S203', 'S301']
    """
    selected = {code for start in select for code in _begin_with(start)} or set(CODES)
    return frozenset(selected - {code for start in ignore for code in _begin_with(start)})


def _begin_with(start: str) -> list[str]:
    found = [code for code in CODES if code.startswith(start)] if start else []
    if not found:
        raise SpecItError(f"No code of a finding begins with '{start}'; {nearest(start, CODES)}")
    return found
