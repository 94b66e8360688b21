"""Each command, in the order a newcomer meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "small.yaml"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


def test_list(specit):
    said = specit("list", "--json")
    assert said.code == 0
    assert "coordconv/classification" in [entry["name"] for entry in json.loads(said.out)]
    assert "coordconv/classification" in specit("list").out


def test_check_counts_details_by_source(specit):
    found = json.loads(specit("check", "coordconv/classification", "--json").out)
    assert {axis["axis"] for axis in found["unstated"]} == {"scale", "recipe", "tile"}
    assert found["parameters"]["coordconv"] == [7553, 7521]
    assert found["parameters"]["deconv_large"] == [1632001]
    assert found["completed"] == []
    said = specit("check", "coordconv/classification")
    assert said.code == 0
    assert "stated by the paper" in said.out
    assert "3 unstated, which makes 8 readings" in said.out


def test_check_reports_what_falls_to_a_default(specit):
    found = json.loads(specit("check", SMALL, "--json").out)
    assert "network[4].Conv2d.bias = True" in found["completed"]
    assert "train.supervised.optimizer.betas = (0.9, 0.999)" in found["completed"]
    assert "initialise.Conv2d.weight = pytorch_default" in found["completed"]


def test_lock_is_one_point(specit):
    one = specit("lock", SMALL, "--arm", "coordconv", "--where", "split=uniform")
    content = json.loads(one.out)
    assert content["statement"]["train"]["supervised"]["optimizer"]["Adam"]["eps"] == 1e-8
    assert content["consequences"]["parameters"] == {"network": 97}
    assert set(content["consequences"]["fingerprints"]) == {"data", "split"}
    several = specit("lock", SMALL, "--arm", "coordconv")
    assert several.code == 2
    assert "leave 2" in several.err
    assert "split=quadrant" in several.err


def test_lock_to_a_file(specit, tmp_path):
    path = tmp_path / "lock.json"
    said = specit("lock", SMALL, "--arm", "dense", "--where", "split=uniform", "-o", path)
    assert said.code == 0
    assert json.loads(path.read_text())["lock"] in said.out


def test_run_judge_report_show(specit, store, tmp_path):
    first = specit("run", SMALL, "--tier", "full", "--arm", "coordconv", "--seeds", 5, "--store", store)
    assert first.code == 0, first.err
    assert "[10/10]" in first.out
    again = specit("run", SMALL, "--tier", "full", "--arm", "coordconv", "--seeds", 5, "--store", store)
    assert again.out.count("(in the store)") == 10

    judged = specit("judge", SMALL, "--store", store, "--json")
    words = {verdict["claim"]: verdict["verdict"] for verdict in json.loads(judged.out)}
    assert words["smaller"] == "REPRODUCED"
    assert words["learns"] in ("REPRODUCED", "PARTLY")
    assert judged.code == (0 if set(words.values()) == {"REPRODUCED"} else 1)

    page = tmp_path / "report.html"
    said = specit("report", SMALL, "--store", store, "-o", page)
    assert said.code == 0, said.err
    assert str(page) in said.out
    html = page.read_text()
    assert html.index("The small network learns the small task") < html.index("<svg")
    assert "<script src" not in html  # nothing but the page itself is loaded

    readme = tmp_path / "README.md"
    readme.write_text("# x\n<!-- specit:small -->\n<!-- /specit:small -->\n")
    assert specit("report", SMALL, "--store", store, "--to", "markdown", "-o", readme).code == 0
    assert "| REPRODUCED |" in readme.read_text().replace("**", "")

    run = json.loads(
        specit(
            "run",
            SMALL,
            "--tier",
            "full",
            "--store",
            store,
            "--json",
            "--arm",
            "coordconv",
            "--seeds",
            1,
            "--where",
            "split=uniform",
        ).out
    )[0]["run"]
    shown = specit("show", run, "--store", store)
    assert "train_accuracy" in shown.out


def test_readings_all_runs_every_reading(specit, tmp_path):
    said = specit("run", SMALL, "--tier", "quick", "--readings", "all", "--where", "split=uniform", "--store", tmp_path)
    assert "tile=channels" in said.out
    assert "tile=plane" in said.out
    assert specit("judge", SMALL, "--tier", "quick", "--store", tmp_path).code == 1


def test_help_teaches(specit):
    said = specit("--help")
    assert said.code == 0
    assert "specit run coordconv/classification --tier quick" in said.out
    for command in ("list", "check", "lock", "run", "judge", "report", "show"):
        assert specit(command, "--help").code == 0
