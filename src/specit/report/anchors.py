"""The ids of runs on a page, and the names of runs in sentences as links to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

_NAME = re.compile(r"\b[0-9a-f]{12}/seed-\d+\b")


def run_ids(names: Iterable[str]) -> list[str]:
    """Return an id for each run; one that stands on the page several times has several.

    >>> run_ids(["3f2a/seed-0", "3f2a/seed-1", "3f2a/seed-0"])
    ['run-3f2a-seed-0', 'run-3f2a-seed-1', 'run-3f2a-seed-0-again-1']
    """
    seen, ids = Counter[str](), list[str]()
    for name in names:
        id = f"run-{re.sub('[^A-Za-z0-9]+', '-', name)}"
        ids.append(f"{id}-again-{seen[id]}" if seen[id] else id)
        seen[id] += 1
    return ids


def linked(sentence: str, ids: Mapping[str, str]) -> Markup:
    """Return a sentence as markup in which each run that has an id on the page is a link.

    >>> linked("1 < 2: 3f2a00000000/seed-0", {"3f2a00000000/seed-0": "run-x"})
    Markup('1 &lt; 2: <a href="#run-x">3f2a00000000/seed-0</a>')
    """

    def link(match: re.Match[str]) -> str:
        id = ids.get(match[0])
        return f'<a href="#{escape(id)}">{match[0]}</a>' if id else match[0]

    return Markup(_NAME.sub(link, str(escape(sentence))))
