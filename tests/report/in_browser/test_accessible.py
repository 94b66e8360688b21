"""What every reader needs, whoever they are."""

from __future__ import annotations

import pytest
from tests.report.in_browser.audit import audit
from tests.report.in_browser.site import Site


@pytest.mark.parametrize("name", ["report", "study"])
def test_every_control_has_a_name_and_every_heading_its_place(name: str, site: Site) -> None:
    page = site.open(name)
    page.evaluate("document.querySelectorAll('button.opens').forEach(one => one.click())")
    assert audit(page) == []


def test_the_audit_bites(site: Site) -> None:
    page = site.open("study")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<h4>x</h4><button></button><table><th>y')"
    )
    assert [problem.split(":")[0] for problem in audit(page)] == ["no name", "h4 after h2", "no scope"]


def test_the_first_tab_skips_to_the_verdicts_and_focus_is_seen(site: Site) -> None:
    page = site.open("report")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to the verdicts"
    assert focused.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    assert focused.bounding_box()["x"] >= 0  # type: ignore[index]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def mixed(colour: str, page: str, share: float) -> str:
    """Return what `color-mix(in srgb, colour share, transparent)` shows over a page."""
    pairs = [(int(colour[i : i + 2], 16), int(page[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * front + (1 - share) * back):02x}" for front, back in pairs)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


TEXT = ("ink", "muted", "link", "good", "part", "bad", "open", "none")
SOURCES = ("paper", "code", "default", "ours", "recalled", "unstated")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(scheme: str, site: Site) -> None:
    page = site.open("study", scheme=scheme)
    names = ["page", "panel", "edge", *TEXT, *SOURCES, *(f"arm-{place}" for place in range(6))]
    colour = page.evaluate(
        "names => Object.fromEntries(names.map(name => [name,"
        " getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()]))",
        names,
    )
    for ground in ("page", "panel"):
        for name in (*TEXT, *SOURCES):
            assert contrast(colour[name], colour[ground]) >= 4.5, (name, ground)
    for name in ("good", "part", "bad", "open", "none"):  # a badge: its colour over a tenth of it; pressed, the reverse
        assert contrast(colour[name], mixed(colour[name], colour["page"], 0.1)) >= 4.5, name
    for name in SOURCES:
        assert contrast(colour["ink"], mixed(colour[name], colour["panel"], 0.28)) >= 4.5, name
    for name in ("edge", *(f"arm-{place}" for place in range(6))):
        assert contrast(colour[name], colour["page"]) >= 3, name  # lines, marks and edges of controls
