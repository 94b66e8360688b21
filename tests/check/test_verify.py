"""A lock is rebuilt and compared whole: what differs is named, what was altered or truncated is said to be."""

from __future__ import annotations

import json

import pytest

from specit.check.differing import differing
from specit.check.verify import content_of, verify
from specit.errors import SpecItError


@pytest.fixture
def lock(small, tmp_path):
    """A lock that is written from the small spec, and its file."""
    point = small().plan(arms=["coordconv"], choose={"split": ["uniform"]})[0]
    path = tmp_path / "lock.json"
    path.write_text(json.dumps(content_of(point)))
    return path


def test_the_same_is_the_same(lock, small):
    verified = verify(lock, [small()])
    assert verified.wrong == ()
    assert verified.point.label == "coordconv · split=uniform · tile=channels"


def test_what_a_spec_says_differently_now_is_named(lock, small):
    strided = (
        "out_channels: 16,\n           kernel_size: 1}",
        "out_channels: 16,\n           kernel_size: 1, padding: same}",
    )
    wrong = verify(lock, [small(strided, ("lr: 0.02", "lr: 0.01"))]).wrong
    assert wrong[0].startswith('lock: "7a355cec3d9e')
    assert wrong[0].endswith(" now")
    assert 'networks.network[2].CoordConv2d.padding: [0, 0] in the file, "same" now' in wrong
    assert "train.supervised.optimizer.Adam.lr: 0.02 in the file, 0.01 now" in wrong


def test_only_the_first_differences_are_named(lock, small):
    many = [("epochs: 12", "epochs: 13"), ("lr: 0.02", "lr: 0.01"), ("batch_size: 8", "batch_size: 4"),
            ("seed: 0", "seed: 1"), ("canvas: [8, 8], square: 3", "canvas: [8, 8], square: 2")]  # fmt: skip
    wrong = verify(lock, [small(*many)]).wrong
    assert len(wrong) == 6
    assert wrong[-1] == "... and 3 more differences."


def test_a_fingerprint_that_is_another_one(lock, small):
    content = json.loads(lock.read_text())
    content["consequences"]["fingerprints"]["data"] = "0" * 64
    lock.write_text(json.dumps(content))
    (wrong,) = verify(lock, [small()]).wrong
    assert wrong.startswith('consequences.fingerprints.data: "000')


def test_a_file_that_was_altered_by_hand(lock, small):
    lock.write_text(lock.read_text().replace('"epochs": 12', '"epochs": 21'))
    altered, difference = verify(lock, [small()]).wrong
    assert "lock.json was altered: it says that its lock is 7a355cec3d9e, but what it states has the hash " in altered
    assert difference == "train.supervised.epochs: 21 in the file, 12 now"


def test_a_number_of_another_kind_is_a_difference():
    assert list(differing({"a": 1}, {"a": 1.0})) == [("a", 1, 1.0)]
    assert list(differing({"a": True}, {"a": 1})) == [("a", True, 1)]
    assert [path for path, *_ in differing({"a": [{}, {}]}, {"a": [{}], "b": None})] == ["a[1]", "b"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_was_truncated(lock, small, share):
    text = lock.read_text()
    lock.write_text(text[: int(len(text) * share)])
    (wrong,) = verify(lock, [small()]).wrong
    assert wrong.endswith("lock.json is not whole JSON: it was truncated or damaged.")


@pytest.mark.parametrize("text", ["[]", "3", '{"lock": "x"}', "null"])
def test_a_file_that_is_no_lock(lock, small, text):
    lock.write_text(text)
    (wrong,) = verify(lock, [small()]).wrong
    assert "is no lock, or was altered" in wrong


@pytest.mark.parametrize("value", ['"x"', "[1]", "NaN", "{}", "null"])
@pytest.mark.parametrize("key", ["lock", "statement", "consequences", "arm", "point"])
def test_whatever_stands_in_a_file_it_ends_in_a_sentence(lock, small, key, value):
    content = json.loads(lock.read_text())
    content[key] = "PLANTED"
    lock.write_text(json.dumps(content).replace('"PLANTED"', value))
    assert verify(lock, [small()]).wrong
    del content["arm"]  # as beside runs
    lock.write_text(json.dumps(content).replace('"PLANTED"', value))
    assert (verify(lock, [small()]).wrong == ()) == (key == "arm")


def test_no_such_arm_any_more(lock, small):
    words = ("  {}:\n", "arm: {}", "to: {}", "only: [{}]")
    spec = small(*((word.format("coordconv"), word.format("renamed")) for word in words))
    (wrong,) = verify(lock, [spec]).wrong
    assert wrong.startswith("No spec has a point like the one in ")
    assert "no arm 'coordconv' with these options" in wrong


def test_a_lock_beside_runs_is_found_by_its_hash_or_by_what_is_most_like_it(lock, small):
    content = {key: value for key, value in json.loads(lock.read_text()).items()
               if key in ("lock", "statement", "consequences")}  # fmt: skip
    lock.write_text(json.dumps(content))
    assert verify(lock, [small()]).wrong == ()
    changed = verify(lock, [small(("epochs: 12", "epochs: 13"))])
    assert "train.supervised.epochs: 12 in the file, 13 now" in changed.wrong
    assert changed.point.label == "coordconv · split=uniform · tile=channels"


def test_a_file_that_is_not_there(small, tmp_path):
    with pytest.raises(SpecItError, match="There is no file"):
        verify(tmp_path / "none.json", [small()])
    with pytest.raises(SpecItError, match="Cannot read"):
        verify(tmp_path, [small()])
