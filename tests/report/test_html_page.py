"""The page stands alone, escapes everything, and puts the verdicts first."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace

import pytest
from tests.report.made_up_runs import make_regression, make_rendering
from tests.report.tags import Tags

from specit.claims.verdict import Finding, Word
from specit.report import FIGURES, Paper, Reading, Report, RunRow, Unstated, render

HOSTILE = "<b>x</b>"


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render(report)


def test_nothing_is_fetched_and_nothing_runs_but_our_own_scripts(page: str) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert html.unescape(policy[1]) == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src "
        + " ".join(f"'sha256-{digest}'" for digest in digests)
    )
    assert len(scripts) == 2
    assert all('"use strict";' in script and "eval" not in script and "innerHTML" not in script for script in scripts)
    for tag, attributes in Tags(page).seen:
        assert tag not in ("link", "iframe", "object", "embed")
        if tag == "script":
            assert attributes in ({}, {"type": "application/json", "id": "data"})
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "srcset", "data", "action"):
                assert value is not None
                assert value.startswith(("#", "data:image/png;base64,", "data:image/webp;base64,"))
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_the_verdicts_come_first(page: str) -> None:
    names = ("verdicts", "unstated", "figures", "compare", "runs")
    places = [page.index(f'<section id="{name}"') for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("word", list(Word))
def test_every_word_is_there(word: Word, page: str) -> None:
    assert f"</span> {word}</span>" in page


def test_ids_are_unique(page: str) -> None:
    ids = [value for _, attributes in Tags(page).seen if (value := attributes.get("id"))]
    assert len(ids) == len(set(ids))


def test_what_the_reader_must_learn_is_said(page: str) -> None:
    for text in (
        "Liu et al. 2018, arXiv:1807.03247, section 4.1, figures 4, 5, 9",
        "train.epochs: 12 instead of 1000",
        "tile: plane.",
        "Adam.amsgrad: false",
        "only in the authors&#39; code",
        "Nothing to draw yet",
        "12 of 12",
        "409,921",
        "device: NVIDIA H100",
    ):
        assert text in page, text


def test_figures_have_a_text_alternative(page: str) -> None:
    images = [attributes for _, attributes in Tags(page).seen if attributes.get("role") == "img"]
    assert len(images) == len(FIGURES)
    assert all(len(attributes["aria-label"] or "") > 40 for attributes in images)


def test_everything_is_escaped(report: Report) -> None:
    verdict = replace(
        report.verdicts[0],
        claim=report.verdicts[0].claim.model_copy(update={"says": HOSTILE, "where": HOSTILE, "id": HOSTILE}),
        because=HOSTILE,
        tier=HOSTILE,
        findings=(Finding({HOSTILE: HOSTILE}, Word.PARTLY, HOSTILE),),
        departures=(HOSTILE,),
    )
    row = replace(
        report.runs[0],
        name=HOSTILE,
        arm=HOSTILE,
        tier=HOSTILE,
        point={HOSTILE: HOSTILE},
        status=HOSTILE,
        ended=HOSTILE,
        environment={HOSTILE: HOSTILE},
    )
    figures = [
        replace(figure, id=HOSTILE, title=HOSTILE, says=HOSTILE, caption=f"{HOSTILE}\n{HOSTILE}", command=HOSTILE)
        for figure in (report.figures[0], report.figures[-1])
    ]
    page = render(
        replace(
            report,
            name=HOSTILE,
            title=HOSTILE,
            paper=Paper(HOSTILE, HOSTILE, (HOSTILE,)),
            tiers=(HOSTILE,),
            verdicts=(verdict,),
            unstated=(Unstated(HOSTILE, (Reading(HOSTILE, True, 1, {Word.PARTLY: 1}),), 1, HOSTILE),),
            completed=(HOSTILE,),
            departures=(HOSTILE,),
            figures=figures,
            runs=(row,),
            command=HOSTILE,
            version=HOSTILE,
            environment={HOSTILE: HOSTILE},
        )
    )
    assert "<b>" not in page
    assert page.count("&lt;b&gt;x&lt;/b&gt;") > 40
    Tags(page)


def test_an_empty_report_still_is_a_page(report: Report) -> None:
    nothing = replace(
        report, tiers=(), verdicts=(), sources={}, unstated=(), completed=(), departures=(), figures=(), runs=()
    )
    page = render(nothing)
    for sentence in ("makes no claims", "No runs yet", "has no figures", "every argument is stated"):
        assert sentence in page
    Tags(page)


def test_a_run_that_measured_nothing_has_a_row(report: Report, runs: list) -> None:  # type: ignore[type-arg]
    record = runs[0].record.model_copy(update={"history": ()})
    row = RunRow.of(record)
    assert (row.epochs, row.best_test, row.final_test, row.seconds) == (0, None, None, 0.0)
    assert "0 of 12" in render(replace(report, runs=(row,)))


def test_a_run_is_judged_by_what_its_task_measures(report: Report, runs: list) -> None:  # type: ignore[type-arg]
    painted, placed = make_rendering(top=0.9996).record, make_regression(off=0.5).record
    rows = [RunRow.of(record) for record in (runs[0].record, painted, placed)]
    assert [(row.judged_by, row.best) for row in rows] == [
        ("test accuracy", "100 %"),
        ("test IOU", "99.96 %"),  # four digits would do, and so they do for 99.9996 %
        ("test distance", "0.558 pixels"),
    ]
    for row, head in zip(rows, ("Best test accuracy", "Best test IOU", "Best test distance"), strict=True):
        assert f">{head}</th>" in render(replace(report, runs=[row]))
    together = render(replace(report, runs=rows))
    assert ">Best</th>" in together
    assert '<span class="note">test IOU</span>' in together
    assert replace(rows[1], best_test=0.99999996).best == "99.999996 %"


def test_the_same_report_is_the_same_page(report: Report, page: str) -> None:
    assert render(report) == page
