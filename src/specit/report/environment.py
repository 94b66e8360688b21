"""Where the templates of pages lie, and how they are filled: every text is escaped, and a missing one is an error."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment() -> Environment:
    """Return an environment whose filters are the caller's to add."""
    return Environment(
        loader=PackageLoader("specit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
