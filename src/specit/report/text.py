"""The verdicts as a table for a terminal, readable in 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from specit.claims.verdict import Verdict, Word

_STYLES = {
    Word.REPRODUCED: "bold green",
    Word.PARTLY: "bold yellow",
    Word.NOT_REPRODUCED: "bold red",
    Word.INCONCLUSIVE: "bold cyan",
    Word.NOT_RUN: "dim",
    Word.ERROR: "bold white on red",
}


def verdict_lines(verdicts: Sequence[Verdict]) -> Table:
    """Return a table of the verdicts: the word and its tier, the claim, what was seen, and each reading."""
    table = Table(box=box.SIMPLE, show_lines=True, pad_edge=False, leading=0)
    table.add_column("Verdict", width=14, no_wrap=True)
    table.add_column("Claim and what we saw", ratio=1, min_width=40)
    for verdict in verdicts:
        word = Text.assemble((verdict.word, _STYLES[verdict.word]), "\n", (f"tier {verdict.tier}", "dim"))
        table.add_row(word, _said(verdict))
    return table


def summary(verdicts: Sequence[Verdict]) -> Text:
    """Return how many claims there are, and how many have each word: `23 claims: 9 REPRODUCED, 14 NOT RUN`."""
    counts = {word: sum(verdict.word is word for verdict in verdicts) for word in Word}
    parts = [Text.assemble(f"{count} ", (word, _STYLES[word])) for word, count in counts.items() if count]
    claims = f"{len(verdicts)} claim{'' if len(verdicts) == 1 else 's'}"
    return Text.assemble(f"{claims}: ", Text(", ").join(parts))


def _said(verdict: Verdict) -> Text:
    """Return the claim with what was seen. Names and sentences are never read as markup."""
    claim = verdict.claim
    said = Text.assemble((claim.says, "bold"), (f" ({claim.where})", "dim"), "\n", verdict.because)
    shown = [finding for finding in verdict.findings if finding.reading and finding.word is not Word.NOT_RUN]
    for finding in shown if len(shown) > 1 else ():
        reading = ", ".join(f"{axis}: {option}" for axis, option in finding.reading.items())
        said.append_text(Text.assemble("\n· ", reading, " ", (finding.word, _STYLES[finding.word])))
    return said
