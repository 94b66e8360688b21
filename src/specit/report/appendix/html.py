"""An appendix as one page that works offline."""

from __future__ import annotations

from ..environment import environment
from .content import Appendix


def to_html(appendix: Appendix) -> str:
    """Return the page; every text is escaped."""
    meanings = {letter: says for letter, says, _ in appendix.legend}
    return environment().get_template("appendix.html.j2").render(appendix=appendix, meanings=meanings)
