"""Tables for a README, kept between markers so that they can be written again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specit.claims.verdict import Verdict, Word
from specit.errors import SpecItError

_HEAD = ("Claim", "Paper says", "Verdict", "Tier", "What we saw")


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """Return the verdicts as a GitHub table, without a newline at its end."""
    return _table(map(_row, verdicts))


def study_table(specs: Iterable[tuple[str, Sequence[Verdict]]]) -> str:
    """Return the verdicts of some specs, each given by its title, as one table with a row above those of each spec."""
    rows: list[Sequence[str]] = []
    for title, verdicts in specs:
        rows += [(f"**{_cell(title)}**", *[""] * (len(_HEAD) - 1)), *map(_row, verdicts)]
    return _table(rows)


def summary_table(specs: Iterable[tuple[str, Sequence[Verdict]]]) -> str:
    """Return how many claims of each spec, given by its title, have which verdict."""
    specs = list(specs)
    words = [word for word in Word if any(verdict.word is word for _, verdicts in specs for verdict in verdicts)]

    def row(title: str, verdicts: Sequence[Verdict]) -> Sequence[str]:
        counts = [sum(verdict.word is word for verdict in verdicts) for word in words]
        return _cell(title), str(len(verdicts)), *(str(count) if count else "" for count in counts)

    everything = [verdict for _, verdicts in specs for verdict in verdicts]
    rows = [row(title, verdicts) for title, verdicts in specs]
    return _table([*rows, row("All", everything)], head=("Experiment", "Claims", *words))


def _table(rows: Iterable[Sequence[str]], head: Sequence[str] = _HEAD) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))


def _row(verdict: Verdict) -> Sequence[str]:
    claim = verdict.claim
    says = f"{_cell(claim.says)} ({_cell(claim.where)})"
    return f"`{claim.id}`", says, f"**{verdict.word}**", _cell(verdict.tier), _cell(verdict.because)


def replace_between_markers(text: str, name: str, body: str) -> str:
    """Return `text` with `body` between the markers of `name`; the markers stay.

    >>> replace_between_markers("<!-- specit:t -->old<!-- /specit:t -->", "t", "new")
    '<!-- specit:t -->\\nnew\\n<!-- /specit:t -->'
    """
    start, end = f"<!-- specit:{name} -->", f"<!-- /specit:{name} -->"
    for marker in (start, end):
        if text.count(marker) != 1:
            raise SpecItError(f"The text must have the marker {marker} exactly once, not {text.count(marker)} times.")
    before, _, rest = text.partition(start)
    _, found, after = rest.partition(end)
    if not found:
        raise SpecItError(f"The marker {end} must come after {start}.")
    return f"{before}{start}\n{body.strip()}\n{end}{after}"


def _cell(text: str) -> str:
    """Return text that stays inside its cell and is shown as written."""
    for character in "\\`*_[]|":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split())
