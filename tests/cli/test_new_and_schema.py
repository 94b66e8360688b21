"""`specit new` and `specit schema`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]


def test_a_new_spec_can_be_checked_at_once(specit: Command, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    code, out, err = specit("new", str(file), "--task", "paint", "--title", 'Mine: a "title"')
    assert (code, err) == (0, "")
    assert out == f"{file}\nNext: specit check {file}\n"
    code, out, _ = specit("check", str(file), "--json")
    assert json.loads(out)["title"] == 'Mine: a "title"'


def test_nothing_is_overwritten(specit: Command, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("kept")
    code, _, err = specit("new", str(file))
    assert (code, err) == (2, f"specit: '{file}' exists already; name another file.\n")
    assert file.read_text() == "kept"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["here.yaml", "--task", "clasify"], "specit: There is no task 'clasify'; did you mean 'classify'?\n"),
        (["none/here.yaml"], "specit: There is no folder 'none' to write 'here.yaml' into.\n"),
    ],
)
def test_what_cannot_be_written(
    specit: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert specit("new", *arguments) == (2, "", words)
    assert list(tmp_path.iterdir()) == []


def test_the_schema_is_printed_or_written(specit: Command, tmp_path: Path) -> None:
    code, out, _ = specit("schema")
    file = tmp_path / "schema.json"
    assert code == 0
    assert specit("schema", "-o", str(file))[:2] == (0, f"{file}\n")
    assert json.loads(out) == json.loads(file.read_text())
