"""The spec one starts from: whole, tagged, and faithful to any answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.start import TASKS, starting_spec
from specit.spec.tree import Source

ANSWERS = {"file": "a.yaml", "title": "A", "cite": "B 2018", "section": "4.1", "claim": "It works"}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_is_a_spec_that_could_run(task: str) -> None:
    spec = Spec("a", parse(starting_spec(task, **ANSWERS), "a.yaml"))
    for point in spec.every_point:
        point.lock.require_all()
    assert {point.arm for point in spec.plan("instant")} == {"proposed", "baseline"}
    assert [claim.arm for claim in spec.claims] == ["proposed"]  # type: ignore[union-attr]
    counts = spec.sources()
    assert counts[Source.OURS] > 20
    assert sum(counts.values()) == counts[Source.OURS]  # nothing poses as the paper's


text = st.text(st.characters(exclude_categories=["Cs"]), min_size=3, max_size=40).filter(lambda t: len(t.split()) > 0)


@settings(max_examples=60, deadline=None)
@given(text, text, text)
def test_any_answer_is_kept(title: str, cite: str, claim: str) -> None:
    spec = Spec("a", parse(starting_spec("locate", file="a.yaml", title=title, cite=cite, section="1", claim=claim)))
    assert spec.title == " ".join(title.split())
    assert spec.paper
    assert spec.paper.cite == " ".join(cite.split())
