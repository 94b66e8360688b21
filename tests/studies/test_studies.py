"""How specs and studies are found, and that a study's file and its folder agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from specit.errors import SpecItError
from specit.studies import ROOT, STUDY_FILE, find, find_all, find_study, names, studies

SMALL = Path(__file__).parents[1] / "small.yaml"
STATED = "specit: 1\ntitle: Two small tasks\nabout: They are small.\npaper: {cite: Nobody 2020}\nspecs: [b, a]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of two specs, whose order is not that of their names, and a file of blocks."""
    made = tmp_path / "tasks"
    made.mkdir()
    for name in ("a", "b"):
        (made / f"{name}.yaml").write_text(SMALL.read_text().replace("A small task", f"Task {name}"))
    (made / "painters.yaml").write_text("blocks:\n  nothing: {layers: [ReLU]}\n")
    (made / STUDY_FILE).write_text(STATED)
    return made


@pytest.mark.parametrize("study", studies())
def test_a_study_lists_what_is_in_its_folder(study: str) -> None:
    found = find_study(study)
    assert found is not None
    assert found.title
    assert found.about
    files = {path.stem for path in (ROOT / study).glob("*.yaml") if "\narms:" in path.read_text()}
    assert {spec.name.removeprefix(f"{study}/") for spec in found.specs} == files
    assert [spec.name for spec in found.specs] == [name for name in names() if name.startswith(f"{study}/")]


def test_names_are_those_of_specs_alone() -> None:
    assert "coordconv/classification" in names()
    assert not [name for name in names() if name.endswith(("/study", "/painters"))]


def test_a_folder_is_a_study_in_its_own_order(folder: Path) -> None:
    study = find_study(str(folder))
    assert study is not None
    assert (study.name, study.title, study.about) == ("tasks", "Two small tasks", "They are small.")
    assert study.cite == "Nobody 2020"
    assert [spec.name for spec in study.specs] == ["tasks/b", "tasks/a"]
    assert [spec.title for spec in find_all(f"{folder}/")] == ["Task b", "Task a"]
    assert [spec.name for spec in find_all(str(folder / STUDY_FILE))] == ["tasks/b", "tasks/a"]


def test_a_folder_without_a_statement_goes_by_name(folder: Path) -> None:
    (folder / STUDY_FILE).unlink()
    assert [spec.name for spec in find_all(str(folder))] == ["tasks/a", "tasks/b"]


def test_one_spec_is_no_study() -> None:
    assert find_study("coordconv/classification") is None
    assert find_study(str(SMALL)) is None
    assert [spec.name for spec in find_all(str(SMALL))] == ["small"]


def test_where_one_spec_is_needed_the_study_names_its_specs(folder: Path) -> None:
    with pytest.raises(SpecItError, match="is a study, and this takes one spec of it: tasks/b, tasks/a"):
        find(str(folder))
    with pytest.raises(SpecItError, match=r"'coordconv' is a study, .* coordconv/classification"):
        find("coordconv")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[b, a]", "[b]", r"does not list a.yaml, which is a spec: add 'a' under specs"),
        ("[b, a]", "[b, a, zzz]", r"lists the spec 'zzz', but there is no zzz.yaml beside it; known: a, b"),
        ("[b, a]", "[b, a, b]", r"lists the spec 'b' 2 times"),
        ("[b, a]", "[b, a, painters]", r"'painters', but painters.yaml has no arms, so it is no spec"),
        ("[b, a]", "[]", r"study.yaml:5: A study: specs"),
        ("[b, a]", "[b, ../a]", r"study.yaml:5: A study: specs"),
        ("specs:", "spec:", r"study.yaml:5: A study has no argument 'spec'; did you mean 'specs'"),
        ("title: Two small tasks\n", "", r"A study needs the argument 'title', which is missing"),
    ],
)
def test_a_study_that_does_not_fit_its_folder(folder: Path, old: str, new: str, words: str) -> None:
    (folder / STUDY_FILE).write_text(STATED.replace(old, new))
    with pytest.raises(SpecItError, match=words):
        find_all(str(folder))


def test_what_is_not_there(folder: Path, tmp_path: Path) -> None:
    for name, words in (
        ("cordconv", "There is no spec or study 'cordconv'; did you mean 'coordconv'"),
        ("coordconv/clasification", "did you mean 'coordconv/classification'"),
        ("coordconv/study", "is not among the specs that the study.yaml beside it lists"),
        (str(tmp_path / "none.yaml"), "There is no spec file"),
    ):
        with pytest.raises(SpecItError, match=words):
            find_all(name)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SpecItError, match=r"holds no specs: a spec is a \.yaml file with arms"):
        find_all(str(tmp_path / "empty"))
