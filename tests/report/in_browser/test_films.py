"""Pictures that move play until they are stopped, and not at all for those who do not want it."""

from __future__ import annotations

import pytest
from tests.report.in_browser.audit import audit
from tests.report.in_browser.site import Site


def test_films_play_until_they_are_stopped(site: Site) -> None:
    page = site.open("film")
    film = page.locator(".film")
    assert film.locator("li").count() == film.locator("img:visible").count() == 4
    assert film.locator("img.moving:visible").count() == 4
    first = film.locator("img.moving").first
    assert first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 4 * 31 + 1
    assert (first.get_attribute("alt") or "").startswith("The paths of conv on uniform, seed ")

    def seen() -> bytes:
        return film.locator("li").first.screenshot()

    def changes(waits: int) -> bool:
        before = seen()
        for _ in range(waits):
            page.wait_for_timeout(100)
            if seen() != before:
                return True
        return False

    assert changes(60)
    pause = page.get_by_role("checkbox", name="Pause")
    pause.focus()
    page.keyboard.press("Space")
    assert film.locator("img.moving:visible").count() == 0
    assert film.locator("img.still:visible").count() == 4
    assert not changes(12)  # longer than a picture at an end is seen
    assert page.locator("figure svg").first.is_visible()
    page.keyboard.press("Space")
    assert changes(60)
    assert audit(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_films_stand_still_where_a_reader_wants_that_and_are_left_out_on_paper(site: Site, scripts: bool) -> None:
    page = site.open("film", scripts=scripts)
    film = page.locator(".film")
    page.emulate_media(reduced_motion="reduce")
    assert film.locator("img.moving:visible").count() == 0
    assert film.locator("img.still:visible").count() == 4
    page.get_by_role("checkbox", name="Play").check()
    assert film.locator("img.moving:visible").count() == 4
    page.emulate_media(media="print")
    assert not film.is_visible()
    assert page.locator("#figure-latent_paths svg").is_visible()
