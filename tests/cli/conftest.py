"""The command line, called as a person would, in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from specit.cli import main


class Said(NamedTuple):
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def specit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs `specit` with some arguments."""

    def call(*arguments: object) -> Said:
        words = [*map(str, arguments)]
        if words[:1] == ["run"] and "--jobs" not in words and len(words) > 1:
            words += ["--jobs", "1"]  # in this process, where a test can interfere
        monkeypatch.setattr(sys, "argv", ["specit", *words])
        monkeypatch.setenv("COLUMNS", "120")
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return Said(exit_.value.code, out, err)

    return call
