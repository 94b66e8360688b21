"""An appendix as one page that works offline."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from .content import Appendix


def to_html(appendix: Appendix) -> str:
    """Return the page; every text is escaped."""
    environment = Environment(
        loader=PackageLoader("specit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    meanings = {letter: says for letter, says, _ in appendix.legend}
    return environment.get_template("appendix.html.j2").render(appendix=appendix, meanings=meanings)
