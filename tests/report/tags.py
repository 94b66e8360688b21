"""The tags of a page, for tests to ask about."""

from __future__ import annotations

from html.parser import HTMLParser


class Tags(HTMLParser):
    """Collects every opened tag with its attributes, and checks that what opens is closed."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def links(self) -> list[str]:
        return [attributes["href"] or "" for tag, attributes in self.seen if tag == "a"]

    def ids(self) -> list[str]:
        return [value for _, attributes in self.seen if (value := attributes.get("id"))]
