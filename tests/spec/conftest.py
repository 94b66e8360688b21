"""The small spec that these tests change in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specit.spec.document import Spec
from specit.spec.load import parse

SMALL = Path(__file__).parents[1] / "small.yaml"

Change = Callable[..., Spec]


@pytest.fixture
def changed() -> Change:
    """Return a function that reads the small spec with some of its text replaced, each piece once."""

    def change(*replacements: tuple[str, str]) -> Spec:
        text = SMALL.read_text(encoding="utf-8")
        for old, new in replacements:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        return Spec("small", parse(text, "small.yaml"))

    return change
