"""`specit extract --training`: the whole spec, and every command that reads it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("one_thread")

INPUT = ("--input", "float32[1,1,28,28]")
PAGE = (Path(__file__).parents[2] / "docs" / "extract.md").read_text(encoding="utf-8")
MODEL = PAGE.split("```python\n")[1].split("```")[0]
TRAINING = PAGE.split("## How it is trained")[1]
SETUP, SECTIONS, SUMMARY = (TRAINING.split(f"```{kind}\n")[1].split("```")[0] for kind in ("python", "yaml", "text"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mymodel.py").write_text(MODEL)
    (tmp_path / "recipe.py").write_text(SETUP + "print('read')\n")
    (tmp_path / "broken.py").write_text("three = 3\ndef setup():\n    raise RuntimeError('no data here')\n")
    monkeypatch.chdir(tmp_path)
    for name in ("mymodel", "recipe", "broken"):  # what another test has imported lies elsewhere
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def test_the_page_shows_what_is_printed(specit: Callable, folder: Path) -> None:
    said = specit("extract", "mymodel:Small", *INPUT, "--training", "recipe:setup")
    assert said.code == 0
    assert said.out.startswith("specit: 1\n")
    assert SECTIONS in said.out
    assert said.err.endswith(SUMMARY)
    assert "trained as in recipe:setup." in said.out


def test_every_command_reads_it(specit: Callable, folder: Path) -> None:
    assert specit("extract", "mymodel:Small", *INPUT, "--training", "recipe:setup", "-o", "one.yaml").code == 0
    text = (folder / "one.yaml").read_text()
    (folder / "other.yaml").write_text(
        text.replace("batch_size: 128", "batch_size: 64").replace("epochs: 30", "epochs: 90")
    )
    checked = specit("check", "one.yaml")
    assert checked.code == 0
    assert "S101 note: Nobody states train.accumulation_steps, train.autocast" not in checked.out
    assert "S101" in checked.out
    locked = specit("lock", "one.yaml", "-o", "one.json")
    assert locked.code == 0
    assert specit("lock", "one.yaml", "--verify", "one.json").code == 0
    assert specit("diff", "one.yaml", "one.json").code == 0
    different = specit("diff", "one.yaml", "other.yaml")
    assert different.code == 1
    assert (
        "batch size: A states 128 (only in the authors' code), B states 64 (only in the authors' code)."
        in different.out
    )
    assert "2 differences in what runs." in different.out
    for form in ("latex", "markdown", "html"):
        assert specit("appendix", "one.yaml", "--to", form).code == 0
    refused = specit("run", "one.yaml", "--tier", "full")
    assert refused.code == 2
    assert "The data are elsewhere (TensorDataset), where SpecIt cannot get them, so nothing can be run" in refused.err


def test_as_json(specit: Callable, folder: Path) -> None:
    found = json.loads(specit("extract", "mymodel:Small", *INPUT, "--training", "recipe:setup", "--json").out)
    assert found["training"]["found"].startswith("Training: SGD, 1 group of other arguments")
    assert "train.evaluate" in found["training"]["unstated"]
    assert "training" not in json.loads(specit("extract", "mymodel:Small", *INPUT, "--json").out)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("recipe", "A training is named package.module:attribute or path/to/file.py:attribute, not 'recipe'; the "),
        ("recipe:stup", "'recipe' has no 'stup'; did you mean 'setup'?"),
        ("broken:setup", "broken.py:3: Calling 'broken:setup' without arguments raised RuntimeError: no data here."),
        (
            "broken:three",
            "'broken:three' gives a int without an 'optimizer'; it gives a dict, or an object, with some of",
        ),
    ],
)
def test_a_setup_that_is_none(specit: Callable, folder: Path, target: str, words: str) -> None:
    said = specit("extract", "mymodel:Small", *INPUT, "--training", target)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith(f"specit: {words}")
