"""The pages in a real browser, and everything that went wrong there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Route


@dataclass
class Site:
    """The pages in a folder, a browser, and everything that went wrong or was fetched."""

    browser: Browser
    folder: Path
    wrong: list[str] = field(default_factory=list)

    def open(
        self, name: str, after: str = "", *, width: int = 1100, scripts: bool = True, scheme: str = "light"
    ) -> Page:
        """Open a page in a window of its own, which remembers nothing of others."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        context.set_default_timeout(8_000)
        page = context.new_page()
        address = (self.folder / f"{name}.html").as_uri()

        def route(route: Route) -> None:
            if route.request.url.partition("#")[0] == address:
                route.continue_()
            else:
                self.wrong.append(f"{name} asked for {route.request.url}")
                route.abort()

        def said(message: ConsoleMessage) -> None:
            self.wrong.append(f"{name} said {message.text}")

        page.route("**/*", route)
        page.on("console", said)
        page.on("pageerror", lambda error: self.wrong.append(f"{name}: {error}"))
        page.goto(address + after)
        return page
