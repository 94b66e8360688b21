"""The pages that a browser opens, written once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import sync_playwright
from tests.report.conftest import make_report, make_verdicts
from tests.report.in_browser.site import Site

from specit.claims.verdict import Finding, Word
from specit.report import Report, render
from specit.report.html import render_study
from specit.report.spec_text import spec_text
from specit.report.study import Chapter, StudyReport
from specit.report.study import Page as StudyPage
from specit.studies import find

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="package")
def explored() -> Report:
    """Return a report whose claims rest on its runs, beside a real spec's text."""
    spec = find("coordconv/classification")
    report = make_report(names=("split_map",))
    verdicts = make_verdicts()
    names = tuple(row.name for row in report.runs if row.arm == "coordconv")[:3]
    findings = [Finding(finding.reading, finding.word, finding.because, names) for finding in verdicts[0].findings]
    findings += [Finding({"tile": "channels"}, Word.PARTLY, f"See {names[0]}.", names)] if not findings else []
    verdicts[0] = replace(verdicts[0], findings=tuple(findings), drawn=True)
    return replace(report, verdicts=verdicts, texts=spec_text(spec))


@pytest.fixture(scope="package")
def site(explored: Report, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    folder = tmp_path_factory.mktemp("pages")
    chapters = [
        Chapter(StudyPage("coordconv/one", "One", "report.html"), "", make_verdicts(), 4),
        Chapter(StudyPage("coordconv/two", "Two", "report.html"), "", make_verdicts()[:1], 4),
    ]
    study = StudyReport("coordconv", "A study", "", "", chapters, "specit report coordconv", "0.1")
    (folder / "report.html").write_text(render(explored))
    films = make_report(names=("latent_paths",), seeds=1).figures
    (folder / "film.html").write_text(render(replace(explored, figures=films)))
    (folder / "study.html").write_text(render_study(study))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = Site(browser, folder)
        yield opened
        browser.close()
    assert opened.wrong == []
