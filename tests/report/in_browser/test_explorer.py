"""What a reader does with the pages, by mouse and by keyboard, with scripts and without."""

from __future__ import annotations

import re
import statistics
from dataclasses import replace

import pytest
from playwright.sync_api import Page
from tests.report.in_browser.site import Site

from specit.report import Report, render

HOSTILE = "</script><img src=x onerror='window.harmed = true'><script>window.harmed = true</script>"


def shown(page: Page, items: str = "#claims .item") -> int:
    return page.locator(f"{items}:visible").count()


def test_claims_are_filtered_and_the_address_keeps_how(site: Site) -> None:
    page = site.open("report")
    assert shown(page) == 6
    page.get_by_role("button", name="PARTLY 1").click()
    assert shown(page) == 1
    assert page.locator("form[data-list=claims] output").inner_text() == "1 of 6 claims"
    assert page.url.endswith("#?word=PARTLY")
    page.get_by_role("button", name="NOT REPRODUCED 1").click()
    assert shown(page) == 2
    search = page.locator("form[data-list=claims]").get_by_role("searchbox", name="Text")
    search.fill("DECONVOLUTION model")
    assert shown(page) == 1
    search.fill("no such word")
    assert page.get_by_text("No claim is like that.").is_visible()
    page.locator("form[data-list=claims]").get_by_role("button", name="Show all").click()
    assert shown(page) == 6
    assert "#" not in page.url
    page.locator("form[data-list=claims]").get_by_label("Arm").select_option("deconv")
    assert shown(page) == 1


def test_an_address_brings_back_what_was_seen(site: Site, explored: Report) -> None:
    asked = "#?word=PARTLY&run.arm=coordconv&run.%3Dtile=plane&sort=-seed&plain=ours&c.at=best"
    page = site.open("report", asked)
    assert shown(page) == 1
    plane = [row for row in explored.runs if row.point.get("tile") == "plane"]
    assert shown(page, "#run-rows .item") == len(plane)
    seeds = page.locator("#run-rows .item:visible tr:first-child td.number:nth-child(5)").all_inner_texts()
    assert seeds == sorted((str(row.seed) for row in plane), reverse=True)
    assert page.get_by_role("button", name=re.compile("our choice")).get_attribute("aria-pressed") == "false"
    assert page.get_by_label("Value").input_value() == "best"


def test_a_run_opens_by_keyboard_and_the_address_keeps_it_open(site: Site, explored: Report) -> None:
    page = site.open("report")
    row = explored.runs[1]
    button = page.get_by_role("button", name=row.name, exact=True)
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    detail = page.locator(f"#{button.get_attribute('aria-controls')}")
    assert detail.get_by_text(row.lock).is_visible()
    assert detail.get_by_text(row.again).is_visible()
    curve = detail.get_by_role("img").first
    assert "test accuracy" in (curve.get_attribute("aria-label") or "")
    assert curve.locator("path.line").count() == 2  # training and test
    again = site.open("report", "#" + page.url.partition("#")[2])
    assert again.get_by_text(row.again).is_visible()
    page.keyboard.press("Enter")
    assert not detail.is_visible()


def test_the_table_is_sorted_by_numbers_as_numbers(site: Site, explored: Report) -> None:
    page = site.open("report")
    head = page.locator("th[data-sort=time]")
    for state, reverse in (("ascending", False), ("descending", True)):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == state
        told = page.locator("#run-rows .item tr:first-child td[data-value]:nth-last-child(2)")
        found = [float(value) for value in told.evaluate_all("cells => cells.map(cell => cell.dataset.value)")]
        assert found == sorted((row.seconds for row in explored.runs), reverse=reverse)


def test_a_link_to_a_run_opens_it_even_where_a_filter_hides_it(site: Site, explored: Report) -> None:
    page = site.open("report", "#?run.arm=deconv")
    name = next(row.name for row in explored.runs if row.arm == "coordconv")
    assert not page.get_by_role("button", name=name, exact=True).is_visible()
    page.locator("#claims summary").first.click()
    page.locator("#claims").get_by_role("link", name=name).first.click()
    assert page.get_by_role("button", name=name, exact=True).get_attribute("aria-expanded") == "true"
    assert page.locator("form[data-list=run-rows]").get_by_label("Arm").input_value() == "deconv"
    assert "run.arm=deconv" in page.url


def test_arms_are_compared_seed_by_seed(site: Site, explored: Report) -> None:
    page = site.open("report", "#?c.by=arm")
    finals: dict[str, list[float]] = {}
    for row in explored.runs:
        finals.setdefault(row.arm, []).append(row.final_test or 0.0)
    strip = page.locator("#compare-strip svg")
    assert strip.locator("g.seed").count() == len(explored.runs)
    assert page.locator("#compare-curves path.line").count() == len(explored.runs)
    rows = {texts[0].strip(): texts[1:] for texts in page.locator("#compare-table tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")}  # fmt: skip
    assert list(rows) == list(finals)
    for arm, (count, least, median, greatest, confidence) in rows.items():
        assert count == str(len(finals[arm]))
        told = [float(text.removesuffix(" %")) / 100 for text in (least, median, greatest)]
        assert told == pytest.approx([min(finals[arm]), statistics.median(finals[arm]), max(finals[arm])], abs=1e-4)
        assert confidence == "–"  # its runs differ by more than their seed
    page.get_by_label("coordconv", exact=True).press("Space")
    assert strip.locator("g.seed").count() == len(finals["deconv"])
    page.get_by_label("Measure").focus()
    page.keyboard.press("t")
    page.get_by_label("Measure").select_option("seconds")
    assert "running time" in (strip.get_attribute("aria-label") or "")
    page.locator("form[data-list=run-rows]").get_by_label("split").select_option("uniform")
    assert strip.locator("g.seed").count() == sum(
        r.arm == "deconv" and r.point["split"] == "uniform" for r in explored.runs
    )


def test_runs_of_one_lock_have_a_confidence(site: Site) -> None:
    page = site.open("report")
    found = page.locator("#compare-table tbody td:last-child").all_inner_texts()
    assert set(found) == {"50.0 %"}  # of two seeds the median lies between them in one of two cases


def test_marks_tell_groups_apart_without_colour(site: Site) -> None:
    page = site.open("report")
    shapes = page.locator("#compare-table svg.sample").evaluate_all(
        "all => all.map(one => [...one.children].map(part =>"
        " part.tagName + part.getAttribute('stroke-dasharray') + part.getAttribute('d')).join())"
    )
    assert len(shapes) == len(set(shapes)) >= 4


def test_the_theme_is_chosen_and_kept(site: Site) -> None:
    page = site.open("report", scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    button = page.get_by_role("button", name="Theme")
    button.click()
    assert (button.inner_text(), page.evaluate(background)) == ("Theme: light", light)
    button.click()
    dark = page.evaluate(background)
    assert button.inner_text() == "Theme: dark"
    assert dark != light
    page.get_by_role("button", name="PARTLY 1").click()
    page.reload()
    assert page.evaluate(background) == dark
    assert page.get_by_role("button", name="Theme").inner_text() == "Theme: dark"
    page.close()
    assert site.open("report", scheme="dark").evaluate(background) == dark


def test_the_spec_says_where_each_value_comes_from(site: Site) -> None:
    page = site.open("report", "#L52")
    assert page.locator("#L52").evaluate("line => line.classList.contains('here')")
    says, line = page.locator("#spec-says").bounding_box(), page.locator("#L52").bounding_box()
    assert says
    assert line
    assert says["y"] + says["height"] < line["y"] < 800  # not below the line that sticks to the top
    first = page.locator("#spec mark[tabindex='0']").first
    first.focus()
    said = page.locator("#spec-says")
    assert said.inner_text() == "Line 16: [64, 64] is stated by the paper."
    page.keyboard.press("ArrowRight")
    assert said.inner_text() == "Line 17: 9 is stated by the paper."
    page.locator("#spec mark.code", has_text="!code 0.005").first.hover()
    assert said.inner_text() == "Line 52: !code 0.005 is only in the authors' code."
    colour = "mark => getComputedStyle(mark).backgroundColor"
    before = page.locator("#spec mark.code").first.evaluate(colour)
    page.locator("#spec-legend").get_by_role("button", name=re.compile("authors' code")).click()
    assert page.locator("#spec mark.code").first.evaluate(colour) == "rgba(0, 0, 0, 0)" != before


def test_without_scripts_everything_is_there_to_read(site: Site, explored: Report) -> None:
    page = site.open("report", scripts=False)
    assert shown(page) == 6
    assert shown(page, "#run-rows .item") == len(explored.runs)
    for control in ("form.filters", "#theme", "#compare-controls", "#spec-says"):
        assert page.locator(f"{control}:visible").count() == 0
    page.locator("#run-rows summary").first.click()
    assert page.get_by_text(explored.runs[0].lock).first.is_visible()
    assert page.locator("figure svg").first.is_visible()
    assert page.locator("#L52").is_visible()
    assert page.get_by_text("With scripts allowed").is_visible()


def test_on_paper_everything_is_unfolded_and_bright(site: Site, explored: Report) -> None:
    page = site.open("report", "#?word=PARTLY&run.arm=deconv", scheme="dark")
    page.emulate_media(media="print")
    assert shown(page) == 6
    assert shown(page, "#run-rows .item") == len(explored.runs)
    assert page.locator("form.filters:visible, #theme:visible, nav:visible").count() == 0
    assert page.get_by_text("Tested", exact=True).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()") == "#1f2428"
    assert page.locator("#spec .line").last.evaluate("line => line.getBoundingClientRect().height > 5")


@pytest.mark.parametrize("name", ["report", "study"])
def test_nothing_scrolls_sideways_on_a_phone(name: str, site: Site, explored: Report) -> None:
    page = site.open(name, f"#?open=run-{explored.runs[0].name.replace('/', '-')}", width=375)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    inside = page.locator(".detail:visible .facts")
    for box in inside.all():
        assert box.bounding_box()["width"] <= 375  # type: ignore[index]


def test_a_study_is_filtered_over_all_its_specs(site: Site) -> None:
    page = site.open("study")
    assert shown(page, ".item") == 7
    page.get_by_role("button", name="PARTLY 2").click()
    assert shown(page, ".item") == 2
    page.get_by_role("button", name="PARTLY 2").click()
    page.locator("select[data-facet=spec]").select_option("coordconv/two")
    assert shown(page, ".item") == 1
    assert page.get_by_role("heading", name="One").count() == 0
    assert "spec=coordconv%2Ftwo" in page.url


def test_no_text_becomes_markup_or_script(site: Site, explored: Report) -> None:
    record_like = replace(
        explored.runs[0], arm=HOSTILE, point={HOSTILE: HOSTILE}, again=HOSTILE, final={HOSTILE: HOSTILE}
    )
    files = [replace(file, name=HOSTILE, lines=[replace(line, pieces=[line.pieces[0]._replace(text=HOSTILE)])
             for line in file.lines[:3] if line.pieces]) for file in explored.texts]  # fmt: skip
    verdict = replace(explored.verdicts[0], because=HOSTILE, tier=HOSTILE)
    hostile = replace(
        explored, title=HOSTILE, verdicts=[verdict], runs=[record_like, explored.runs[1]], texts=files, figures=()
    )
    (site.folder / "hostile.html").write_text(render(hostile))
    page = site.open("hostile", f"#{record_like.name}?open=run-{record_like.name.replace('/', '-')}&run.text=%3Cimg")
    assert page.get_by_role("heading", level=1).inner_text() == HOSTILE
    assert HOSTILE in page.locator("#compare-table").inner_text()
    assert page.locator("img").count() == 0
    assert page.evaluate("window.harmed") is None
