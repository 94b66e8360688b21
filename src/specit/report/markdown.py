"""Tables for a README, kept between markers so that they can be written again."""

from __future__ import annotations

from collections.abc import Sequence

from specit.claims.verdict import Verdict
from specit.errors import SpecItError

_HEAD = ("Claim", "Paper says", "Verdict", "Tier", "What we saw")


def verdict_table(verdicts: Sequence[Verdict]) -> str:
    """Return the verdicts as a GitHub table, without a newline at its end."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    for verdict in verdicts:
        claim = verdict.claim
        says = f"{_cell(claim.says)} ({_cell(claim.where)})"
        rows.append((f"`{claim.id}`", says, f"**{verdict.word}**", _cell(verdict.tier), _cell(verdict.because)))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


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
