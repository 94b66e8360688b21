"""Searches that could not be run, each said once, and searches that are not even."""

from __future__ import annotations

import pytest
from tests.tune.small_search import tuned

from specit.check import Finding, findings


def found(code: str, *replacements: tuple[str, str]) -> list[Finding]:
    return [finding for finding in findings(tuned(*replacements)) if finding.code == code]


def test_a_search_that_can_be_run_is_none() -> None:
    assert found("S403") == []


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("log_uniform: [1.0e-3, 1.0e-1]", "log_uniform: [1.0e-3, 1.0e-2]", "lies outside its range", 74),
        ("lr: {log", "lrr: {log", "did you mean 'lr'?", 74),
        ("integer: [4, 12]", "integer: [0, 12]", "batch_size: input should be greater than or equal to 1", 74),
        ("measure: test_accuracy\n  hold", "measure: test_iou\n  hold", "which is not measured of the arm", 67),
    ],
)
def test_what_could_not_be_run(old: str, new: str, says: str, line: int) -> None:
    of_both = found("S403", (old, new))
    assert [finding.where["arm"] for finding in of_both] in (["coordconv", "dense"], ["coordconv"])
    for finding in of_both:
        assert says in finding.message
        assert finding.mark
        assert finding.mark.line == line
    assert len({finding.message for finding in of_both}) == len(of_both)  # once, whatever the tiers and conditions


def test_an_uneven_search_is_noted() -> None:
    (finding,) = found("S404")
    assert finding.message == (
        "The arms are searched over different numbers of settings: coordconv over 3, dense over 2."
    )
    assert finding.level == "note"
    even = ("  arms:\n    coordconv: {network: {Conv2d: {bias: {one_of: [true, false]}}}}\n", "")
    assert found("S404", even) == []
