"""Every command takes a study: what it does with several specs at once."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

SMALL = (Path(__file__).parents[1] / "small.yaml").read_text()
PAINTER = (
    SMALL.replace("A small task", "The same, painted")
    .replace("coordconv", "painter")
    .replace("name: tile", "name: copies")
    .replace("tile: channels", "copies: channels")
    .replace("lr: 0.02", "lr: 0.01")
    + "seeds: 2\n"
)
NO_QUICK = SMALL[: SMALL.index("tiers:")].replace("A small task", "At length").replace("lr: 0.02", "lr: 0.03")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three specs; the second has another arm, axis and number of seeds, the third no quick tier."""
    folder = tmp_path_factory.mktemp("studies") / "tasks"
    folder.mkdir()
    for name, text in (("small", SMALL), ("painted", PAINTER), ("long", NO_QUICK)):
        (folder / f"{name}.yaml").write_text(text)
    (folder / "study.yaml").write_text("specit: 1\ntitle: Some tasks\nspecs: [small, painted, long]\n")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


def order(out: str) -> list[tuple[str, str, str]]:
    """Return the spec, split and seed of each run that ended, in the order they did."""
    return re.findall(r"(tasks/\w+) · .*split=(\w+) .*seed (\d)", out)


def test_run_goes_seed_by_seed_over_all_specs_and_resumes(specit, study, store, tmp_path):
    one = specit("run", study, "--tier", "quick", "--seeds", 1, "--where", "split=uniform", "--store", store)
    assert one.code == 0, one.err
    assert "Passed over: tasks/long (no tier 'quick')." in one.out.splitlines()
    assert "[2/2]" in one.out
    whole = specit("run", study, "--tier", "quick", "--store", store)
    assert whole.code == 0, whole.err
    assert whole.out.count("(in the store)") == 2
    assert "[6/6]" in whole.out
    assert order(whole.out) == [
        ("tasks/small", "uniform", "0"),  # in the store, and told first
        ("tasks/painted", "uniform", "0"),
        ("tasks/small", "quadrant", "0"),
        ("tasks/painted", "quadrant", "0"),
        ("tasks/painted", "uniform", "1"),
        ("tasks/painted", "quadrant", "1"),
    ]
    assert f"Next: specit report {study} --store {store}" in whole.out


def test_run_as_json_keeps_the_order_of_the_study(specit, study, store):
    said = specit("run", study, "--tier", "quick", "--store", store, "--json")
    runs = json.loads(said.out)
    assert [(run["spec"], run["point"]["split"], run["seed"]) for run in runs] == [
        ("tasks/small", "uniform", 0),
        ("tasks/small", "quadrant", 0),
        ("tasks/painted", "uniform", 0),
        ("tasks/painted", "quadrant", 0),
        ("tasks/painted", "uniform", 1),
        ("tasks/painted", "quadrant", 1),
    ]
    assert "Passed over" in said.err


@pytest.mark.parametrize(
    ("arguments", "specs", "passed_over"),
    [
        (["--arm", "painter"], ["tasks/painted"] * 4, "tasks/small (no arm 'painter'), tasks/long (no tier 'quick')"),
        (["--where", "copies=channels"], ["tasks/painted"] * 4, "tasks/small (no axis 'copies')"),
        (["--arm", "painter", "--arm", "coordconv", "--seeds", 1, "--where", "split=uniform"], None, "tasks/long"),
        (["--where", "split=uniform", "--where", "tile=channels"], ["tasks/small"], "tasks/painted (no axis 'tile')"),
    ],
)
def test_a_selection_is_made_in_the_specs_that_have_it(specit, study, store, arguments, specs, passed_over):
    said = specit("run", study, "--tier", "quick", "--store", store, "--json", *arguments)
    assert said.code == 0, said.err
    assert [run["spec"] for run in json.loads(said.out)] == (specs or ["tasks/small", "tasks/painted"])
    assert passed_over in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tier", "quik"], "None of these 3 specs has a tier 'quik'; did you mean 'quick'?"),
        (["--arm", "paintr"], "None of these 3 specs has an arm 'paintr'; did you mean 'painter'?"),
        (["--arm", "painter", "--arm", "conv"], "None of these 3 specs has an arm 'conv'; did you mean 'coordconv'?"),
        (["--where", "coppies=plane"], "None of these 3 specs has an axis 'coppies'; did you mean 'copies'?"),
        (["--where", "copies=plain"], "In none of these 3 specs has 'copies' an option 'plain'; did you mean 'plane'?"),
        (
            ["--arm", "painter", "--where", "tile=plane"],
            "No spec has all of what was asked for: tasks/small (no arm 'painter'), tasks/painted (no axis 'tile'), "
            "tasks/long (no tier 'quick').",
        ),
    ],
)
def test_what_no_spec_has(specit, study, tmp_path, arguments, words):
    said = specit("run", study, "--tier", "quick", "--store", tmp_path / "store", *arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())
    assert not (tmp_path / "store").exists()


def test_check_is_of_every_spec(specit, study):
    said = specit("check", study)
    assert said.code == 1, said.err  # one reading of the small spec is impossible
    for words in ("Some tasks", "tasks/painted", "quick 2, full 4", "3 specs with 6 claims. Every shape fits."):
        assert words in said.out
    facts = json.loads(specit("check", study, "--json").out)
    assert [one["spec"] for one in facts] == ["tasks/small", "tasks/painted", "tasks/long"]
    assert facts[1]["parameters"]["painter"] == [97, 81]


def test_check_names_the_file_that_is_wrong(specit, study, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "one.yaml").write_text(SMALL)
    (wrong / "two.yaml").write_text(SMALL.replace("      - ReLU\n", "      - Relu\n"))
    said = specit("check", wrong)
    assert said.code == 2
    assert f"{wrong / 'two.yaml'}:" in said.err
    assert "did you mean 'ReLU'?" in said.err


def test_judge_is_of_all_claims(specit, study, store):
    said = specit("judge", study, "--store", store)
    assert said.code == 1
    titles = ["A small task  tasks/small", "The same, painted  tasks/painted", "At length  tasks/long"]
    places = [said.out.index(title) for title in titles]
    assert places == sorted(places)
    assert said.out.splitlines()[-1].startswith("6 claims: 3 REPRODUCED, ")
    verdicts = json.loads(specit("judge", study, "--store", store, "--json").out)
    assert [(one["spec"], one["claim"]) for one in verdicts] == [
        (f"tasks/{spec}", claim) for spec in ("small", "painted", "long") for claim in ("learns", "smaller")
    ]
    quick = specit("judge", study, "--store", store, "--tier", "quick")
    assert "Passed over: tasks/long (no tier 'quick')." in quick.out
    assert "4 claims:" in quick.out
    for arguments in (["judge", "--json"], ["report", "--to", "markdown"]):
        said = specit(*arguments, study, "--store", store, "--tier", "quick")
        assert said.err == "Passed over: tasks/long (no tier 'quick').\n"
        assert "Passed over" not in said.out


def test_judge_ends_well_only_if_all_do(specit, tmp_path):
    reproduced = SMALL[: SMALL.index("  - id: learns")] + SMALL[SMALL.index("  - id: smaller") :]
    (tmp_path / "one.yaml").write_text(reproduced)
    (tmp_path / "two.yaml").write_text(reproduced)
    assert specit("judge", tmp_path, "--store", tmp_path / "none").code == 0
    (tmp_path / "three.yaml").write_text(SMALL)
    assert specit("judge", tmp_path, "--store", tmp_path / "none").code == 1


class Links(HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href" and value:
                self.links.append(value)
            if name == "id" and value:
                self.ids.add(value)


def test_report_is_an_index_and_a_page_for_each_spec(specit, study, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = specit("report", study, "--store", store)
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == "report/tasks.html"
    assert "6 claims: 3 REPRODUCED" in said.out
    pages = {path.name: Links(path) for path in Path("report").iterdir()}
    assert sorted(pages) == ["tasks-long.html", "tasks-painted.html", "tasks-small.html", "tasks.html"]
    for name, page in pages.items():
        others = {link.partition("#")[0] for link in page.links} - {""}
        assert others == set(pages) - {name}
        for link in page.links:  # every link leads to a place that is there
            file, _, place = link.partition("#")
            assert not place or place in pages[file or name].ids
    index = Path("report/tasks.html").read_text()
    assert "<h1>Some tasks</h1>" in index
    assert "tasks-painted.html#claim-learns" in index
    assert "<script src" not in index


def test_report_beside_a_file_of_ones_own_and_as_json(specit, study, store, tmp_path):
    out = tmp_path / "mine.html"
    said = json.loads(specit("report", study, "--store", store, "-o", out, "--json").out)
    assert said["report"] == str(out)
    assert said["pages"] == {
        f"tasks/{name}": str(tmp_path / f"mine-{name}.html") for name in ("small", "painted", "long")
    }
    assert len(said["verdicts"]) == 6
    assert all(Path(page).is_file() for page in [said["report"], *said["pages"].values()])


def test_report_as_one_table_between_the_markers_of_the_study(specit, study, store, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# x\n<!-- specit:tasks -->\n<!-- /specit:tasks -->\n")
    assert specit("report", study, "--store", store, "--to", "markdown", "-o", readme).code == 0
    table = readme.read_text().splitlines()[2:-1]
    assert [row.split("|")[1].strip() for row in table if row.startswith("| **")] == [
        "**A small task**",
        "**The same, painted**",
        "**At length**",
    ]
    assert len(table) == 2 + 3 + 6
    assert len({row.count(" | ") for row in table}) == 1
    printed = specit("report", study, "--store", store, "--to", "markdown")
    assert printed.out.splitlines() == table


def test_list_names_the_studies(specit):
    said = specit("list")
    assert said.out.startswith("coordconv  ")
    assert json.loads(specit("list", "--json").out)[0]["study"] == "coordconv"


def test_a_lock_is_of_one_spec(specit, study):
    said = specit("lock", study)
    assert said.code == 2
    assert f"'{study}' is a study, and this takes one spec of it: tasks/small, tasks/painted, tasks/long." in said.err


@pytest.mark.parametrize("command", ["run", "check", "judge", "report"])
def test_help_says_that_a_study_will_do(specit, command):
    assert "A study or one spec" in " ".join(re.sub(r"[│\s]+", " ", specit(command, "--help").out).split())
