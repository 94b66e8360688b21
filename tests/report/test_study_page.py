"""The page of a whole study, and the links between its pages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.console import Console
from tests.report.tags import Tags

from specit.claims.verdict import Verdict, Word
from specit.report import Report, render
from specit.report.html import render_study
from specit.report.markdown import study_table, verdict_table
from specit.report.study import Chapter, Contents, Page, StudyReport
from specit.report.text import summary

HOSTILE = "<b>x</b>"
PAGES = (
    Page("coordconv/classification", "Supervised coordinate classification", "coordconv-classification.html"),
    Page("coordconv/rendering", "Supervised rendering", "coordconv-rendering.html"),
    Page("coordconv/by_hand", "By hand", "coordconv-by_hand.html"),
)
CONTENTS = Contents("A failing, and a solution", "coordconv.html", PAGES)


@pytest.fixture
def study(verdicts: list[Verdict]) -> StudyReport:
    chapters = [
        Chapter(PAGES[0], "A network is told a pixel.", verdicts, 1_030),
        Chapter(PAGES[1], "", verdicts[:2], 4),
        Chapter(PAGES[2], "", [], 0),
    ]
    return StudyReport(
        "coordconv", "A failing, and a solution", "What it is.", "Liu 2018", chapters, "specit report coordconv", "0.1"
    )


def test_it_stands_alone(study: StudyReport) -> None:
    page = render_study(study)
    tags = Tags(page)
    assert {tag for tag, _ in tags.seen} & {"link", "iframe", "img", "object", "embed"} == set()
    assert all(not attributes for tag, attributes in tags.seen if tag == "script")
    assert re.findall(r"https?:[^\"]*", page) == ["http://www.w3.org/2000/svg"]  # the name of a language, not a place
    assert not re.search(r"@import|url\(", page)
    assert len(tags.ids()) == len(set(tags.ids()))


def test_it_links_to_every_claim_on_the_page_of_its_spec(study: StudyReport) -> None:
    tags = Tags(render_study(study))
    for chapter in study.chapters:
        assert chapter.page.file in tags.links()
        assert f"#{chapter.page.spec}" in tags.links()
        assert chapter.page.spec in tags.ids()
        for verdict in chapter.verdicts:
            assert f"{chapter.page.file}#claim-{verdict.claim.id}" in tags.links()


def test_it_says_what_the_study_is_and_counts_the_verdicts(study: StudyReport) -> None:
    page = re.sub(r"\s+", " ", render_study(study))
    for text in (
        "<h1>A failing, and a solution</h1>",
        "Liu 2018",
        "What it is.",
        "A network is told a pixel.",
        "8 claims: 1 reproduced, 2 partly, 2 not reproduced, 1 inconclusive, 1 not run, 1 error.",
        "This experiment makes no claims.",
        '<td class="number">1,030</td>',
        "specit report coordconv",
    ):
        assert text in page


def test_specs_and_claims_are_in_order(study: StudyReport) -> None:
    page = render_study(study)
    places = [page.index(f'<section class="chapter" id="{chapter.page.spec}"') for chapter in study.chapters]
    assert places == sorted(places)
    assert page.index('<section id="verdicts"') < places[0]


def test_everything_on_it_is_escaped(study: StudyReport) -> None:
    verdict = study.chapters[0].verdicts[0]
    claim = verdict.claim.model_copy(update={"says": HOSTILE, "where": HOSTILE, "id": HOSTILE})
    hostile = replace(verdict, claim=claim, because=HOSTILE, tier=HOSTILE)
    page = render_study(
        StudyReport(*[HOSTILE] * 4, [Chapter(Page(HOSTILE, HOSTILE, HOSTILE), HOSTILE, [hostile], 1)], HOSTILE, HOSTILE)
    )
    assert "<b>" not in page
    assert page.count("&lt;b&gt;x&lt;/b&gt;") > 15
    Tags(page)


def test_the_page_of_a_spec_leads_to_the_others_and_back(report: Report) -> None:
    alone, among = Tags(render(report)), render(report, CONTENTS)
    assert not [link for link in alone.links() if not link.startswith("#")]
    links = [link for link in Tags(among).links() if not link.startswith("#")]
    assert links == ["coordconv.html", "coordconv-rendering.html", "coordconv-by_hand.html"]
    assert '<span aria-current="page">Supervised coordinate classification</span>' in among


def test_titles_in_the_links_are_escaped(report: Report) -> None:
    page = render(report, Contents(HOSTILE, HOSTILE, [Page(HOSTILE, HOSTILE, HOSTILE)]))
    assert "<b>" not in page
    Tags(page)


def test_the_table_has_a_row_above_those_of_each_spec(verdicts: list[Verdict]) -> None:
    rows = study_table([("One | two", verdicts), ("Three", verdicts[:1])]).splitlines()
    alone = verdict_table(verdicts).splitlines()
    assert rows[:2] == alone[:2]
    assert rows[2] == r"| **One \| two** |  |  |  |  |"
    assert rows[3 : 3 + len(verdicts)] == alone[2:]
    assert rows[-2:] == ["| **Three** |  |  |  |  |", alone[2]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([Word.NOT_RUN, Word.REPRODUCED, Word.REPRODUCED], "3 claims: 2 REPRODUCED, 1 NOT RUN"),
        ([Word.ERROR], "1 claim: 1 ERROR"),
    ],
)
def test_the_summary_counts_the_words(verdicts: list[Verdict], words: list[Word], said: str) -> None:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(summary([replace(verdicts[0], word=word) for word in words]))
    assert capture.get() == f"{said}\n"
