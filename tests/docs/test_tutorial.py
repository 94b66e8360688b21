"""The tutorial says what the commands say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.conftest import Command, specit

__all__ = ["specit"]

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.usefixtures("one_thread")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_every_command_prints_what_the_page_shows(
    specit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (model,) = blocks("python")
    (paper,) = blocks("yaml")
    (tmp_path / "mymodel.py").write_text(model)
    (tmp_path / "paper.yaml").write_text(paper)
    shown = blocks("console")
    assert len(shown) == 3
    for block in shown:
        command, *lines = block.splitlines()
        words = [word.strip("'") for word in command.removeprefix("$ specit ").split()]
        said = specit(*words)
        assert said.code == (1 if words[0] == "diff" else 0)
        printed = [_without_numbers(line) for line in (said.out + said.err).splitlines()]
        for line in lines:
            if line.strip() and line.strip() != "...":
                assert _without_numbers(line) in printed


def _without_numbers(line: str) -> str:
    """The weights are drawn anew each time."""
    return re.sub(r"differ by \S+ at most, the largest being \S+", "differ", line)


def test_the_slips_it_speaks_of_are_told(specit: Command, tmp_path: Path) -> None:
    (paper,) = blocks("yaml")
    file = tmp_path / "paper.yaml"
    for right, wrong, words in (
        ("kernel_size: 5", "kernel: 5", "Conv2d has no argument 'kernel'; did you mean 'kernel_size'?"),
        ("in_features: 8", "in_features: 16", "expected 16 numbers along the last axis, but gets 8."),
    ):
        file.write_text(paper.replace(right, wrong))
        assert words in specit("check", file).err
