"""A journal is plain data, read back as it was written, refused where it was altered, and held by one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from specit.errors import SpecItError
from specit.records.journal import (
    Journal,
    Searched,
    Trial,
    holding,
    journals,
    named_locks,
    path_of,
    read_journal,
    write_journal,
)

OF = Searched(
    search="ab" * 32, spec="study/one", arm="deconv", tier="full", point={"split": "uniform"}, sampler="a", statement={}
)


def trial(number: int, **changes: object) -> Trial:
    values = {"train.lr": 0.1, "bias": True, "k": 3, "kind": "x", "none": None, "whole": 1.0}
    given = {"number": number, "values": values, "lock": f"{number:02}" * 32, "tuned": "ff" * 32, "value": 0.5,
             "ended": "finished", "epochs": 4, "seconds": 1.5}  # fmt: skip
    return Trial.model_validate({**given, **changes})


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = path_of(tmp_path, "study/one", "deconv", OF.search)
    assert path == tmp_path / "tune" / "study-one.deconv.abababababab.json"
    assert read_journal(path) is None
    one = Journal(OF, (trial(0), trial(1, value=None, ended="diverged")))
    write_journal(path, one)
    found = read_journal(path)
    assert found == one
    assert [type(value) for value in found.trials[0].values.values()] == [float, bool, int, str, type(None), float]
    assert len([line for line in path.read_text().splitlines() if '"number"' in line]) == 2  # a line a trial
    write_journal(path, Journal(OF))
    assert read_journal(path) == Journal(OF)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"value": 0.5', '"value": 0.9'), ('"number": 1', '"number": 2'), ('"arm": "deconv"', '"arm": "other"'),
     ('"trials"', '"trails"'), ("}\n", ""), ('"epochs": 4', '"epochs": "four"')],
)  # fmt: skip
def test_an_altered_one_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "j.json"
    write_journal(path, Journal(OF, (trial(0), trial(1))))
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(SpecItError, match=r"j\.json is cut short or was altered. Move it away and search again"):
        read_journal(path)


def test_the_journals_of_a_spec_and_the_locks_they_name(tmp_path: Path) -> None:
    for spec, arm in (("study/one", "a"), ("study/one", "b"), ("study/one.two", "a"), ("other", "a")):
        of = OF.model_copy(update={"spec": spec, "arm": arm})
        write_journal(path_of(tmp_path, spec, arm, of.search), Journal(of, (trial(0), trial(1))))
    assert [(j.of.spec, j.of.arm) for j in journals(tmp_path, "study/one")] == [("study/one", "a"), ("study/one", "b")]
    assert named_locks(tmp_path) == {"00" * 32, "01" * 32, "ff" * 32}
    assert list(journals(tmp_path / "nowhere", "study/one")) == []
    assert named_locks(tmp_path / "nowhere") == set()


def test_one_process_at_a_time(tmp_path: Path) -> None:
    paths = [tmp_path / "tune" / "a.json", tmp_path / "tune" / "b.json"]
    with holding(paths):
        with pytest.raises(SpecItError, match=r"search of b\.json; wait for it"), holding(paths[1:]):
            pass
        with holding([tmp_path / "tune" / "c.json"]):
            pass
    with holding(paths):
        pass
    assert list((tmp_path / "tune").iterdir()) == []


def test_leftovers_of_a_killed_writer_go(tmp_path: Path) -> None:
    (tmp_path / ".a.json.12345678.tmp").write_text("half")
    with holding([tmp_path / "a.json"]):
        assert list(tmp_path.glob("*.tmp")) == []
