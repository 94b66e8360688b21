"""What an arm or a tier states goes over what all share."""

# ruff: noqa: E501  # tables read better with one case a line

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.spec.load import parse
from specit.spec.overlay import departures, overlay
from specit.spec.tree import Node, Source, plain

FEW = settings(derandomize=True, deadline=None, max_examples=80)


def over(base: str, top: str) -> Any:
    return plain(overlay(parse(base), parse(top)))


@pytest.mark.parametrize(
    ("base", "top", "made"),
    [
        ("{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4}}", {"a": 1, "b": {"c": 2, "d": 4}}),
        ("{a: 1, b: 2}", "{c: 3, a: {x: 1}}", {"a": {"x": 1}, "b": 2, "c": 3}),
        ("{a: {b: 1}, c: 0}", "{a: 5}", {"a": 5, "c": 0}),
        ("{a: [1, 2, 3], c: 0}", "{a: [4]}", {"a": [4], "c": 0}),
        ("{a: 1, b: 2}", "{a: null}", {"a": None, "b": 2}),
        # variants: one key over another one
        ("{optimizer: {Adam: {lr: 1, eps: 2}}, z: 0}", "{optimizer: {SGD: {lr: 3}}}", {"optimizer": {"SGD": {"lr": 3}}, "z": 0}),
        ("{optimizer: {Adam: {lr: 1, eps: 2}}, z: 0}", "{optimizer: {Adam: {lr: 3}}}", {"optimizer": {"Adam": {"lr": 3, "eps": 2}}, "z": 0}),
        ("{schedule: constant, z: 0}", "{schedule: {step: {every: 2}}}", {"schedule": {"step": {"every": 2}}, "z": 0}),
        ("{schedule: {step: {every: 2}}, z: 0}", "{schedule: constant}", {"schedule": "constant", "z": 0}),
        # choices are replaced whole, in both directions
        ("{a: {each: [1, 2], name: n}, z: 0}", "{a: {each: [3]}}", {"a": {"each": [3]}, "z": 0}),
        ("{a: {each: [1, 2]}, z: 0}", "{a: {x: 1, y: 2}}", {"a": {"x": 1, "y": 2}, "z": 0}),
        ("{a: {x: 1, y: 2}, z: 0}", "{a: {sweep: [1, 2]}}", {"a": {"sweep": [1, 2]}, "z": 0}),
        ("{a: {each: {x: {l: 1}}}, z: 0}", "{a: 7}", {"a": 7, "z": 0}),
        # nothing stated changes nothing
        ("{a: {each: [1, 2]}, z: 0}", "{a: {}}", {"a": {"each": [1, 2]}, "z": 0}),
        ("{a: {b: 1}, z: 0}", "{a: {}}", {"a": {"b": 1}, "z": 0}),
    ],
)  # fmt: skip
def test_overlays(base: str, top: str, made: dict[str, Any]) -> None:
    assert over(base, top) == made


def test_the_value_keeps_the_source_and_line_of_who_stated_it() -> None:
    made = overlay(parse("a: !code 1\nb: !code {c: 1, d: 2}", "base.yaml"), parse("\n\nb: {d: !ours 3}", "top.yaml"))
    a, b = made.mapping("")["a"], made.mapping("")["b"]
    c, d = b.mapping("")["c"], b.mapping("")["d"]
    assert (a.source, b.source, c.source, d.source) == (Source.CODE, Source.CODE, None, Source.OURS)
    assert [str(node.mark) for node in (a, c, d)] == ["base.yaml:1", "base.yaml:2", "top.yaml:3"]


keys = st.sampled_from(["a", "b", "c", "each", "d"])
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("xyz", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=10,
)
mappings = st.dictionaries(keys, trees, max_size=4).map(lambda tree: parse(json.dumps(tree)))


@FEW
@given(mappings)
def test_an_empty_overlay_changes_nothing(tree: Node) -> None:
    assert overlay(tree, parse("{}")) == tree


@FEW
@given(mappings, mappings)
def test_a_second_time_changes_nothing(base: Node, top: Node) -> None:
    once = overlay(base, top)
    assert plain(overlay(once, top)) == plain(once)


@FEW
@given(mappings)
def test_over_itself_nothing_changes(tree: Node) -> None:
    assert plain(overlay(tree, tree)) == plain(tree)
    assert list(departures(tree, tree)) == []


@FEW
@given(mappings, mappings)
def test_neither_part_is_changed(base: Node, top: Node) -> None:
    before = plain(base), plain(top)
    overlay(base, top)
    assert (plain(base), plain(top)) == before


def test_departures_name_every_difference() -> None:
    full = parse("{a: 1, b: {c: 2, d: [1, 2]}, e: 5, f: {g: 1}}")
    scaled = parse("{a: 1, b: {c: 3, d: [1]}, f: 0, h: 9}")
    assert list(departures(full, scaled)) == [
        ("b.c", 2, 3),
        ("b.d", [1, 2], [1]),
        ("e", 5, None),
        ("f", {"g": 1}, 0),
        ("h", None, 9),
    ]


def test_equal_numbers_are_no_departure() -> None:
    assert list(departures(parse("a: 1"), parse("a: 1.0"))) == []
