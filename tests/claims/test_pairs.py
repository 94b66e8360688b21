"""Which points of two arms belong together, found by what they share and by comparing each with each."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from specit.claims.parts import Pair, pairs
from specit.claims.verdict import Evidence

points = st.dictionaries(st.sampled_from(["lr", "l2", "split", "tile"]), st.sampled_from("ab"))
evidence = st.builds(
    Evidence,
    arm=st.sampled_from(["coordconv", "deconv", "third"]),
    point=points,
    readings=st.just({}),
    tier=st.just("full"),
    departures=st.just(()),
    parameters=st.just(1),
)


def agreeing(arm: str, to: str, evidence: list[Evidence]) -> list[Pair]:
    return [
        Pair(one, other)
        for one in evidence
        if one.arm == arm
        for other in evidence
        if other.arm == to and all(other.point.get(axis, option) == option for axis, option in one.point.items())
    ]


@given(st.lists(evidence, max_size=12), st.sampled_from(["deconv", "coordconv"]))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_they_agree_on_every_axis_they_share(every: list[Evidence], to: str) -> None:
    found, expected = pairs("coordconv", to, every), agreeing("coordconv", to, every)
    assert [(id(pair.arm), id(pair.to)) for pair in found] == [(id(pair.arm), id(pair.to)) for pair in expected]
