"""docs/spec.md lists the layers that there are."""

from __future__ import annotations

import re
from pathlib import Path

from specit.spec.layers import LAYERS

TEXT = (Path(__file__).parents[2] / "docs" / "spec.md").read_text(encoding="utf-8")


def listed(text: str) -> list[str]:
    """Return the names of layers in the table about networks; arguments begin with a small letter."""
    section = text.partition("## Networks")[2].partition("## ")[0]
    cells = re.findall(r"^\| \[.*?\| (.*) \|$", section, re.MULTILINE)
    return sorted(name for cell in cells for name in re.findall(r"`([A-Z]\w+)`", cell))


def test_every_layer_is_listed_once() -> None:
    assert listed(TEXT) == sorted(LAYERS)


def test_the_comparison_bites() -> None:
    assert listed(TEXT.replace("`Sum`", "`Some`")) != sorted(LAYERS)
