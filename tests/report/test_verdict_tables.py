"""The verdicts as markdown between markers, and as a table in a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from specit.claims.verdict import Verdict, Word
from specit.errors import SpecItError
from specit.report import replace_between_markers, verdict_lines, verdict_table

README = "# Title\n\n<!-- specit:verdicts -->\nold\n<!-- /specit:verdicts -->\n\nThe end.\n"


def test_a_row_for_each_verdict(verdicts: list[Verdict]) -> None:
    head, rule, *rows = verdict_table(verdicts).splitlines()
    assert head == "| Claim | Paper says | Verdict | Tier | What we saw |"
    assert rule == "| --- | --- | --- | --- | --- |"
    assert [row.split(" | ")[2] for row in rows] == [f"**{verdict.word}**" for verdict in verdicts]


def test_a_cell_cannot_leave_its_table(verdicts: list[Verdict]) -> None:
    claim = verdicts[0].claim.model_copy(update={"says": "a | b\n<b>x</b> *y*"})
    row = verdict_table([replace(verdicts[0], claim=claim)]).splitlines()[2]
    assert r"a \| b &lt;b&gt;x&lt;/b&gt; \*y\*" in row


def test_round_trip_through_the_markers(verdicts: list[Verdict]) -> None:
    table = verdict_table(verdicts)
    once = replace_between_markers(README, "verdicts", table)
    assert table in once
    assert "old" not in once
    assert once.startswith("# Title\n")
    assert once.endswith("\n\nThe end.\n")
    assert replace_between_markers(once, "verdicts", table) == once


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "the marker <!-- specit:verdicts --> exactly once, not 0 times"),
        (README + README, "exactly once, not 2 times"),
        ("<!-- specit:verdicts -->", "<!-- /specit:verdicts --> exactly once, not 0 times"),
        ("<!-- /specit:verdicts --><!-- specit:verdicts -->", "must come after"),
    ],
)
def test_wrong_markers_are_an_error(text: str, message: str) -> None:
    with pytest.raises(SpecItError, match=message):
        replace_between_markers(text, "verdicts", "new")


def shown(verdicts: list[Verdict], width: int = 80) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(verdict_lines(verdicts))
    return capture.get()


def test_a_terminal_of_80_columns_shows_every_word_whole(verdicts: list[Verdict]) -> None:
    text = shown(verdicts)
    assert all(len(line) <= 80 for line in text.splitlines())
    for word in Word:
        assert word in text
    assert "· tile: plane NOT REPRODUCED" in text


def test_brackets_are_not_markup(verdicts: list[Verdict]) -> None:
    assert "[bold]x[/bold]" in shown([replace(verdicts[0], because="[bold]x[/bold]")])
