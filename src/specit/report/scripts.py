"""The scripts of a page, and the policy that lets a browser run these and nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

EARLY = ("theme.js",)
"""Before anything is drawn: the theme that was chosen, and that there are scripts."""
EXPLORER = tuple(
    f"{name}.js" for name in ("make", "address", "filter", "table", "plot", "curve", "compare", "spec", "explorer")
)
"""At the end of a page, in this order: later ones use what earlier ones name."""


@cache
def script(*names: str) -> str:
    """Return some files as one script of its own, strict, that leaves no names behind."""
    folder = files("specit.report").joinpath("templates")
    body = "\n".join(folder.joinpath(name).read_text(encoding="utf-8").strip() for name in names)
    return f'(() => {{\n"use strict";\n{body}\n}})();'


def policy() -> str:
    """Return the content security policy: nothing is fetched, and no script runs but those of this version."""
    digests = (hashlib.sha256(script(*names).encode()).digest() for names in (EARLY, EXPLORER))
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {allowed}"
