"""The small spec, changed in one place, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specit.check import Finding, findings
from specit.spec.document import Spec
from specit.spec.load import parse

SMALL = Path(__file__).parents[1] / "small.yaml"

Found = Callable[..., list[Finding]]


@pytest.fixture
def small() -> Callable[..., Spec]:
    """Return a function that reads the small spec with some of its text replaced, each piece once."""

    def change(*replacements: tuple[str, str]) -> Spec:
        text = SMALL.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        return Spec("small", parse(text, "small.yaml"))

    return change


@pytest.fixture
def found(small: Callable[..., Spec]) -> Found:
    """Return a function that checks the small spec, changed, and keeps the findings of one code."""

    def check(code: str, *replacements: tuple[str, str]) -> list[Finding]:
        return [finding for finding in findings(small(*replacements)) if finding.code == code]

    return check
