"""`specit extract`: the spec on stdout, a summary on stderr, and one sentence for every mistake."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from specit.spec.document import read_spec

pytestmark = pytest.mark.usefixtures("one_thread")

MODELS = """
import torch
from torch import nn

print("made")

class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.head = nn.Linear(4, 10)
        nn.init.orthogonal_(self.head.weight)

    def forward(self, x):
        x = x + torch.relu(self.conv(x))
        return self.head(x.mean(dim=(2, 3)))

class Odd(nn.Module):
    def forward(self, x):
        return x if x.mean() > 0 else -x

class Forgets(nn.Module):
    calls = 0
    def forward(self, x):
        self.calls += 1
        return x * self.calls

def broken():
    raise RuntimeError("no weights here")

def two():
    return nn.ModuleDict({"small": Small()})["small"]

def number():
    return 3

made = Small()
text = "words"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "models_to_extract.py").write_text(MODELS)
    (tmp_path / "broken_to_extract.py").write_text("import nothing_of_this_name\n")
    monkeypatch.chdir(tmp_path)
    for name in ("models_to_extract", "broken_to_extract"):  # what another test has imported lies elsewhere
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def line_of(text: str) -> int:
    return MODELS[: MODELS.index(text)].count("\n") + 1


INPUT = ("--input", "float32[1,1,8,8]")
SAYS = "head.weight: 40 numbers of mean"


@pytest.mark.parametrize("target", ["models_to_extract:Small", "models_to_extract:two", "models_to_extract.py:made"])
def test_the_spec_is_printed_and_can_be_checked(specit: Callable, folder: Path, target: str) -> None:
    said = specit("extract", target, *INPUT)
    assert said.code == 0
    assert said.out.startswith(f"specit: 1\ntitle: {target.split(':')[1]}\n")
    assert "6 layers, 90 parameters." in said.err
    assert "No initialiser recognised for 1 parameters:" in said.err
    assert SAYS in said.err
    assert "Built again with its weights, it computes the same: outputs differ by" in said.err
    (folder / "read.yaml").write_text(said.out)
    (point,) = read_spec(folder / "read.yaml").plan()
    assert point.lock.parameters == 90
    assert specit("check", folder / "read.yaml").code == 0


def test_it_is_written_to_a_file(specit: Callable, folder: Path) -> None:
    said = specit("extract", "models_to_extract:Small", *INPUT, "-o", "small.yaml")
    assert (said.code, said.out) == (0, "")
    assert "6 layers, 90 parameters, in small.yaml." in said.err
    assert specit("extract", "models_to_extract:Small", *INPUT).out == (folder / "small.yaml").read_text()


def test_as_json(specit: Callable, folder: Path) -> None:
    said = specit("extract", "models_to_extract:Small", *INPUT, "--json")
    found = json.loads(said.out)
    assert (found["layers"], found["parameters"], found["same"]) == (6, 90, True)
    assert found["origins"]["layers.1.weight"] == "conv.weight"
    assert [one["parameter"] for one in found["unrecognised"]] == ["head.weight"]
    assert found["spec"].startswith("specit: 1\n")


def test_what_does_not_compute_the_same_is_told(specit: Callable, folder: Path) -> None:
    said = specit("extract", "models_to_extract:Forgets", *INPUT)
    assert said.code == 1
    assert "it does NOT compute the same: outputs differ by" in said.err


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("models_to_extract", "A model is named package.module:attribute or path/to/file.py:attribute, not 'models_to_extract'"),
        ("nothing_to_extract:Small", "There is no module 'nothing_to_extract' to import, neither installed nor in this folder"),
        ("broken_to_extract:Small", "broken_to_extract.py:1: Importing 'broken_to_extract' raised ModuleNotFoundError: No module named 'nothing_of_this_name'."),
        ("models_to_extract:Smal", "'models_to_extract' has no 'Smal'; did you mean 'Small'?"),
        ("models_to_extract:text", "'models_to_extract:text' is a str, neither a torch.nn.Module nor something that makes one."),
        ("models_to_extract:number", "'models_to_extract:number' gives a int, not a torch.nn.Module."),
        ("models_to_extract:broken", "models_to_extract.py:{broken}: Calling 'models_to_extract:broken' without arguments raised RuntimeError: no weights here."),
        ("models_to_extract:Odd", "models_to_extract.py:{odd}: The model is no fixed network: what it does depends on the numbers that go in"),
        ("nowhere.py:Small", "There is no file 'nowhere.py'."),
    ],
)  # fmt: skip
def test_a_target_that_is_none(specit: Callable, folder: Path, target: str, words: str) -> None:
    said = specit("extract", target, *INPUT)
    assert (said.code, said.out) == (2, "")
    (line,) = [line for line in said.err.splitlines() if line != "made"]
    places = {"broken": line_of("raise RuntimeError"), "odd": line_of("return x if")}
    assert line.startswith(f"specit: {words.format(**places)}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,8,8", "--input needs a type and the sizes of all axes, such as float32[1,3,224,224], not '1,8,8'."),
        ("float16[1,8]", "--input float16[1,8]: the inputs of a spec's networks are float32, not float16; did you mean 'float32'?"),
        ("float32[1,n]", "--input float32[1,n]: every size is a whole number of at least 1, as in float32[1,3,224,224]."),
        ("float32[1,0]", "--input float32[1,0]: every size is a whole number of at least 1"),
        ("float32[8]", "--input float32[8]: the first axis is the batch; an example needs one, too, as in float32[1,3,224,224]."),
        ("float32[1,3,8,8]", "models_to_extract.py:15: The model does not take 3 examples of 3 × 8 × 8: RuntimeError: Given groups=1"),
    ],
)  # fmt: skip
def test_an_input_that_is_none(specit: Callable, folder: Path, text: str, words: str) -> None:
    said = specit("extract", "models_to_extract:Small", "--input", text)
    assert said.code == 2
    assert f"specit: {words}" in said.err


def test_a_place_that_cannot_be_written(specit: Callable, folder: Path) -> None:
    (folder / "taken").mkdir()
    said = specit("extract", "models_to_extract:Small", *INPUT, "-o", "taken")
    assert said.code == 2
    assert "specit: Cannot write 'taken': that is a folder." in said.err


def test_the_page_shows_what_is_printed(specit: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "extract.md").read_text(encoding="utf-8")
    model, spec, summary = (page.split(f"```{kind}\n")[1].split("```")[0] for kind in ("python", "yaml", "text"))
    (tmp_path / "mymodel.py").write_text(model)
    monkeypatch.chdir(tmp_path)
    said = specit("extract", "mymodel:Small", "--input", "float32[1,1,28,28]")
    monkeypatch.delitem(sys.modules, "mymodel")

    def without_drawn_numbers(text: str) -> str:
        return re.sub(r"(mean|deviation|by|being|, -|to) ?-?[0-9.e-]+", r"\1 #", text)

    assert without_drawn_numbers(said.out) == without_drawn_numbers(spec)
    assert without_drawn_numbers(said.err) == without_drawn_numbers(summary)


def test_help_teaches(specit: Callable) -> None:
    said = specit("extract", "--help")
    assert said.code == 0
    assert "specit extract mypackage.models:resnet --input 'float32[1,3,224,224]'" in " ".join(said.out.split())
