"""`specit diff`, `specit appendix` and `specit export`: what they print, their exit codes, and bad requests."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "small.yaml"
UNIFORM = ("--where", "split=uniform")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "other.yaml"
    path.write_text(SMALL.read_text().replace(old, new))
    return path


def test_diff_of_the_same(specit, tmp_path):
    other = changed(tmp_path, "dense", "renamed")
    said = specit("diff", f"{SMALL}#dense", f"{other}#renamed", *UNIFORM)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "They run the same."


def test_diff_says_what_runs_and_what_is_stated(specit, tmp_path):
    other = changed(tmp_path, "lr: 0.02", "lr: !code 0.01, eps: !code 1.0e-8")
    said = specit("diff", SMALL, other, "--arm", "dense", *UNIFORM)
    assert said.code == 1
    assert (
        "Adam learning rate: A states 0.02 (stated by the paper), B states 0.01 (only in the authors' code)."
        in said.out
    )
    assert "Adam ε: A does not say: PyTorch's default 1e-08, B states 1e-08 (only in the authors' code)." in said.out
    assert "1 difference in what runs." in said.out
    found = json.loads(specit("diff", SMALL, other, "--arm", "dense", *UNIFORM, "--json").out)
    assert not found["same"]
    assert [one["what"] for one in found["runs"]] == ["Adam learning rate"]
    assert found["unstated"][0]["b"] == {"value": 1e-8, "source": "code"}


def test_diff_with_a_lock_that_lock_wrote(specit, tmp_path):
    lock = tmp_path / "lock.json"
    assert specit("lock", SMALL, "--arm", "dense", *UNIFORM, "-o", lock).code == 0
    said = specit("diff", f"{SMALL}#dense", lock, *UNIFORM)
    assert said.code == 0
    assert "B is a lock, which keeps no sources." in said.out
    assert "unstated" not in said.out
    assert specit("diff", f"{SMALL}#dense", lock, "--where", "split=quadrant").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([SMALL, SMALL], "A side of a diff is one point"),
        ([f"{SMALL}#coordconf", SMALL], "There is no arm 'coordconf'; did you mean 'coordconv'?"),
        ([f"{SMALL}#", SMALL], "names no arm after the #"),
        ([f"{SMALL}#dense", f"{SMALL}#dense", *UNIFORM, "--where", "tiel=channels"], "neither side has an axis 'tiel'"),
        ([f"{SMALL}#dense", f"{SMALL}#dense", "--where", "split=unifrom"], "has no option 'unifrom'; did you mean 'uniform'?"),
        ([f"{SMALL}#dense", "nothing.json", *UNIFORM], "There is no lock file 'nothing.json'"),
        ([f"{SMALL}#dense", "nothing", *UNIFORM], "There is no spec or study 'nothing'"),
        ([f"{SMALL}#dense", SMALL, *UNIFORM, "--tier", "quik"], "has no tier 'quik'; did you mean 'quick'?"),
    ],
)  # fmt: skip
def test_bad_diffs(specit, arguments, words):
    said = specit("diff", *arguments)
    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("form", "begins"),
    [("latex", "% Needs: \\usepackage"), ("markdown", "# A small task"), ("html", "<!doctype html>")],
)
def test_appendix(specit, tmp_path, form, begins):
    printed = specit("appendix", SMALL, "--to", form)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.lstrip().startswith(begins)
    path = tmp_path / "appendix"
    assert specit("appendix", SMALL, "--to", form, "-o", path).out.strip() == str(path)
    assert path.read_text() == printed.out
    assert "dense" in printed.out
    assert "97 parameters" in specit("appendix", SMALL, "--to", form, "--arm", "coordconv").out


def test_appendix_by_itself(specit):
    assert specit("appendix", SMALL, "--to", "latex", "--standalone").out.startswith("\\documentclass")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "latx"], "--to latex, markdown or html, not 'latx'; did you mean 'latex'?"),
        (["--to", "html", "--standalone"], "--standalone is for latex; html always stands by itself."),
        (["--to", "html", "--arm", "dens"], "There is no arm 'dens'; did you mean 'dense'?"),
        (["--to", "html", "-o", "nowhere/x.html"], "There is no folder 'nowhere' to write 'x.html' into."),
    ],
)
def test_bad_appendices(specit, arguments, words):
    said = specit("appendix", SMALL, *arguments)
    assert said.code == 2
    assert words in said.err


def test_export_to_torch(specit, tmp_path):
    path = tmp_path / "dense.py"
    said = specit("export", SMALL, "--arm", "dense", "--to", "torch", "-o", path)
    assert (said.code, said.err) == (0, "")
    assert "129 parameters" in said.out  # 2 × 8 × 8 and a bias
    assert "dense" in (ast.get_docstring(ast.parse(path.read_text())) or "")


def test_export_to_onnx(specit, tmp_path):
    pytest.importorskip("onnxscript", reason="the exporter needs it")
    pytest.importorskip("onnxruntime", reason="it checks what was exported")
    path = tmp_path / "dense.onnx"
    said = specit("export", SMALL, "--arm", "dense", "--to", "onnx", "-o", path, "--seed", 3)
    assert (said.code, said.err) == (0, "")
    assert "untrained weights of seed 3" in said.out
    assert "onnxruntime computes the same" in said.out
    assert path.stat().st_size > 500


TWO = "{specit: 1, title: T, arms: {a: {networks: {left: [Input: {shape: [2]}, Tanh], right: [Input: {shape: [3]}, ReLU]}}}}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([SMALL, "--to", "torhc", "-o", "x.py"], "--to torch or onnx, not 'torhc'; did you mean 'torch'?"),
        ([SMALL, "--to", "torch", "-o", "x.py"], "One network is exported; --arm and --where leave 2 different ones"),
        ([SMALL, "--to", "torch", "-o", "nowhere/x.py"], "There is no folder 'nowhere' to write 'x.py' into."),
        (["two.yaml", "--to", "torch", "-o", "x.py"], "This arm has 2 networks: say which with --network left or right."),
        (["two.yaml", "--to", "torch", "-o", "x.py", "--network", "lefd"], "There is no network 'lefd'; did you mean 'left'?"),
    ],
)  # fmt: skip
def test_bad_exports(specit, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    Path("two.yaml").write_text(TWO)
    said = specit("export", *arguments)
    assert said.code == 2
    assert words in said.err
    assert not Path("x.py").exists()


def test_one_of_two_networks(specit, tmp_path):
    (tmp_path / "two.yaml").write_text(TWO)
    said = specit("export", tmp_path / "two.yaml", "--network", "right", "--to", "torch", "-o", tmp_path / "x.py")
    assert said.code == 0
    assert "nn.ReLU(inplace=False)" in (tmp_path / "x.py").read_text()
