"""`specit check`: what is printed, for people and for programs, and how it ends."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from urllib.parse import urlparse

import pytest

from specit.check.codes import CODES

SMALL = Path(__file__).parents[1] / "small.yaml"
LINE = re.compile(r"(?P<file>\S+):(?P<line>\d+): (?P<code>S\d{3}) (?P<level>note|warning|error): (?P<says>.+\.)")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The small spec in a folder that is where the command is called."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "small one.yaml").write_text(SMALL.read_text())
    monkeypatch.chdir(tmp_path)
    return Path("mine/small one.yaml")


@pytest.fixture
def wrong(here):
    here.write_text(here.read_text().replace("      - ReLU\n", "      - Relu\n"))
    return here


def test_findings_stand_after_the_tables_a_line_each(specit, here):
    said = specit("check", here)
    assert said.code == 1
    tables, _, rest = said.out.partition("Every shape fits.\n\n")
    assert "coordconv  97 or 81" in tables
    lines = rest.splitlines()
    assert lines[-2:] == ["", "1 error, 1 warning, 18 notes. What a code means: docs/check."]
    found = [LINE.fullmatch(line) for line in rest.replace("small one", "small").splitlines()[:-2]]
    assert len(found) == 20
    assert all(found)
    assert {one["file"] for one in found} == {"mine/small.yaml"}
    assert all(one["level"] == CODES[one["code"]].level for one in found)
    assert "\x1b[" not in said.out


def test_codes_are_selected_and_ignored(specit, here):
    assert specit("check", here, "--ignore", "S2,S301", "--ignore", "S302").code == 0
    only = specit("check", here, "--select", "S2")
    assert only.code == 1
    assert only.out.endswith("\n1 error. What a code means: docs/check.\n")
    none = specit("check", here, "--select", "S502")
    assert (none.code, none.out.splitlines()[-1]) == (0, "No findings.")
    unknown = specit("check", here, "--select", "S20,T1")
    assert unknown.code == 2
    assert "No code of a finding begins with 'T1'; known: S001, S101" in unknown.err


def test_json_has_what_it_had_and_findings(specit, here):
    said = specit("check", here, "--json")
    assert said.code == 1
    facts = json.loads(said.out)
    assert facts["parameters"] == {"coordconv": [97, 81], "dense": [129]}
    (impossible,) = [one for one in facts["findings"] if one["code"] == "S201"]
    assert impossible["message"].startswith("The arm 'coordconv' with tile=plane cannot do its task")
    assert {key: impossible[key] for key in ("name", "level", "line", "where")} == {
        "name": "impossible-task",
        "level": "error",
        "line": 25,
        "where": {"arm": "coordconv", "tile": "plane"},
    }
    assert json.loads(specit("check", here, "--format", "json").out) == facts


def test_a_study_is_found_out_spec_by_spec(specit, here):
    (here.parent / "other.yaml").write_text(SMALL.read_text())
    said = specit("check", here.parent, "--select", "S3")
    assert said.code == 1
    assert said.out.count("S301 warning") == 2
    assert said.out.endswith("\n2 warnings, 4 notes. What a code means: docs/check.\n")
    facts = json.loads(specit("check", here.parent, "--json").out)
    assert [len(one["findings"]) for one in facts] == [20, 20]


def test_a_mistake_is_a_finding_too_and_ends_with_2(specit, wrong):
    said = specit("check", wrong)
    assert (said.code, said.out) == (2, "")
    assert "small one.yaml:29: Unknown layer or block 'Relu'; did you mean 'ReLU'?" in said.err
    as_json = specit("check", wrong, "--json")
    (finding,) = json.loads(as_json.out)["findings"]
    assert (as_json.code, finding["code"], finding["level"], finding["line"]) == (2, "S001", "error", 29)
    assert "did you mean 'ReLU'?" in as_json.err
    as_sarif = specit("check", wrong, "--format", "sarif")
    (run,) = json.loads(as_sarif.out)["runs"]
    assert as_sarif.code == 2
    assert [one["ruleId"] for one in run["results"]] == ["S001"]
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]


def test_a_spec_that_is_not_there_is_no_finding(specit, here):
    said = specit("check", "nowhere.yaml", "--format", "sarif")
    assert (said.code, said.out) == (2, "")


def test_sarif_is_as_the_standard_wants_it(specit, here):
    """The essentials of SARIF 2.1.0, sections 3.13 (log), 3.14 (run), 3.19 (tool), 3.27 (result), 3.49 (rule)."""
    said = specit("check", here, "--format", "sarif")
    assert said.code == 1
    log = json.loads(said.out)
    assert log["version"] == "2.1.0"
    assert set(log) == {"$schema", "version", "runs"}
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    rules = driver["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    for rule in rules:
        assert re.fullmatch(r"[A-Z][A-Za-z]+", rule["name"])
        assert rule["shortDescription"]["text"].endswith(".")
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        assert rule["help"]["text"]  # wanted wherever there is markdown
        page = re.search(r"\]\((.+)\)", rule["help"]["markdown"])
        assert page
        assert (Path(__file__).parents[2] / page[1]).is_file()
    assert len(run["results"]) == 20
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert set(location["physicalLocation"]) == {"artifactLocation", "region"}
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert location["physicalLocation"]["artifactLocation"] == {"uri": "mine/small%20one.yaml"}
    (impossible,) = [one for one in run["results"] if one["ruleId"] == "S201"]
    assert impossible["locations"][0]["physicalLocation"]["region"] == {"startLine": 25}


def test_a_file_elsewhere_has_a_whole_address(specit, here, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("else where") / "small.yaml"
    elsewhere.write_text(SMALL.read_text())
    (run,) = json.loads(specit("check", elsewhere, "--select", "S2", "--format", "sarif").out)["runs"]
    uri = urlparse(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    assert (uri.scheme, uri.netloc) == ("file", "")
    assert uri.path.endswith("/small.yaml")
    assert " " not in uri.path


def test_a_thousand_layers_are_checked_at_once(specit, tmp_path):
    layers = "".join(
        f"      - Conv2d: {{in_channels: {1 if place == 0 else 4}, out_channels: 4, kernel_size: 3, padding: 1}}\n"
        "      - ReLU: {inplace: false}\n"
        for place in range(499)
    )
    path = tmp_path / "long.yaml"
    path.write_text(
        "specit: 1\ntitle: A thousand layers\n"
        "data:\n  not_so_clevr: {canvas: [64, 64], square: 9, input: one_hot, target: one_hot}\n"
        "  split: {bernoulli: {test: 0.25, seed: 20202}}\n"
        "arms:\n  long:\n    network:\n      - Input: {shape: [1, 64, 64]}\n" + layers +
        "      - Conv2d: {in_channels: 4, out_channels: 1, kernel_size: 1}\n      - Flatten\n"
    )  # fmt: skip
    started = time.process_time()
    said = specit("check", path, "--json")
    assert time.process_time() - started < 2
    assert said.code == 0, said.err
    assert json.loads(said.out)["parameters"] == {"long": [40 + 498 * 148 + 5]}
