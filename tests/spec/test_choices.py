"""Everything that varies is one mechanism, and its points are the product of its options."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.spec.choices import Axis, axes, points
from specit.spec.load import parse
from specit.spec.tree import Source, details, plain


def every(axis: Axis) -> list[str]:
    return list(axis.options)


def all_points(text: str) -> list[tuple[dict[str, str], Any]]:
    return [(selection, plain(tree)) for selection, tree in points(parse(text, "a.yaml"), every)]


@pytest.mark.parametrize(
    ("written", "kind", "options", "code"),
    [
        ("{each: [1, 2.5, true, text]}", "condition", ("1", "2.5", "true", "text"), None),
        ("{each: {one: {b: 1}, two: null}}", "condition", ("one", "two"), None),
        ("{each: [[1, 2], [3, 4]]}", "condition", ("1,2", "3,4"), None),
        ("{sweep: [1, 2]}", "sweep", ("1", "2"), None),
        ("!code {sweep: [1, 2]}", "sweep", ("1", "2"), None),
        ("!code {each: [1, 2]}", "condition", ("1", "2"), None),
        ("!unstated [1, 2]", "reading", ("1", "2"), None),
        ("!unstated {each: [1, 2], code: 2}", "reading", ("1", "2"), "2"),
        ("!unstated {each: {x: 1, y: 2}, code: y}", "reading", ("x", "y"), "y"),
        ("!unstated {sweep: [1, 2]}", "reading", ("1", "2"), None),
    ],
)
def test_kinds_of_axes(written: str, kind: str, options: tuple[str, ...], code: str | None) -> None:
    (axis,) = axes(parse(f"top:\n  a: {written}", "a.yaml"))
    assert (axis.name, axis.kind, axis.options, axis.code) == ("a", kind, options, code)
    assert axis.default == (code or options[0])
    assert str(axis.mark) == "a.yaml:2"


def test_an_axis_is_called_as_it_says_else_as_its_key() -> None:
    tree = parse("a: {each: [1, 2]}\nb: {name: c, each: [1, 2]}\nd: [{each: [5, 6]}]")
    assert [axis.name for axis in axes(tree)] == ["a", "c", "d"]


def test_without_a_choice_there_is_one_point() -> None:
    assert all_points("a: [1, {b: 2}]") == [({}, {"a": [1, {"b": 2}]})]
    assert axes(parse("a: [1, {b: 2}]")) == []


def test_choices_of_one_name_vary_together() -> None:
    text = "a: {name: n, each: {x: 1, y: 2}}\nb: [{name: n, each: {x: one, y: two}}, 0]"
    assert all_points(text) == [
        ({"n": "x"}, {"a": 1, "b": ["one", 0]}),
        ({"n": "y"}, {"a": 2, "b": ["two", 0]}),
    ]


def test_a_choice_inside_an_option_exists_only_there() -> None:
    text = "a: {each: {x: {b: {each: [1, 2]}}, y: 0}}"
    assert all_points(text) == [
        ({"a": "x", "b": "1"}, {"a": {"b": 1}}),
        ({"a": "x", "b": "2"}, {"a": {"b": 2}}),
        ({"a": "y"}, {"a": 0}),
    ]
    assert [axis.name for axis in axes(parse(text))] == ["a", "b"]


def test_a_name_shared_with_a_choice_inside_an_option_of_another() -> None:
    """The second choice stands inside an option of an axis that is still open when the first is taken."""
    text = "a: {name: n, each: [1, 2]}\nb: {each: {x: {c: !unstated {name: n, each: [1, 2], code: 2}}, y: 0}}"
    assert all_points(text) == [
        ({"n": "1", "b": "x"}, {"a": 1, "b": {"c": 1}}),
        ({"n": "1", "b": "y"}, {"a": 1, "b": 0}),
        ({"n": "2", "b": "x"}, {"a": 2, "b": {"c": 2}}),
        ({"n": "2", "b": "y"}, {"a": 2, "b": 0}),
    ]
    # An axis that stays open keeps its name, kind and what the code takes.
    text = "a: {each: [1, 2]}\nb: !unstated {name: r, each: [{c: {name: a, each: [1, 2]}}], code: x}"
    text = text.replace("[{c", "{x: {c").replace("}}]", "}}}")
    (_, first), _ = points(parse(text), every)
    assert plain(first) == {"a": 1, "b": {"c": 1}}


def test_what_is_read_into_an_unstated_choice_stays_unstated() -> None:
    tree = parse("a: !unstated {each: {x: !code 1, y: {b: !ours 2, c: 3}}}\nd: !code {each: [4, !ours 5]}")
    sources = [[(s.value, plain(n)) for s, n in details(taken)] for _, taken in points(tree, every)]
    assert sources[0] == [("unstated", 1), ("code", 4)]
    assert sources[1] == [("unstated", 1), ("ours", 5)]
    assert sources[2] == [("ours", 2), ("unstated", 3), ("code", 4)]


def test_pick_narrows_an_axis() -> None:
    tree = parse("a: {each: [1, 2, 3]}\nb: {each: [1, 2]}")
    found = [s for s, _ in points(tree, lambda axis: ["3", "1"] if axis.name == "a" else [axis.default])]
    assert found == [{"a": "3", "b": "1"}, {"a": "1", "b": "1"}]


def test_pick_cannot_take_what_is_not_there() -> None:
    with pytest.raises(SpecItError, match=r"'a' has no option 'tow'; did you mean 'two'\?"):
        list(points(parse("a: {each: [one, two]}"), lambda _: ["tow"]))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a:\n  each: [1, 2]\n  or: 3", 3, "A choice has the keys each (or sweep), name and code, but not 'or'"),
        ("a: {each: [1], sweep: [2]}", 1, "either each or sweep, not both"),
        ("a: {each: []}", 1, "at least one option"),
        ("a: {each: {}}", 1, "at least one option"),
        ("a: !unstated []", 1, "at least one option"),
        ("a: {each: 5}", 1, "each must be a list, not the number 5"),
        ("a: {sweep: text}", 1, "must be a list, not the text 'text'"),
        ("a:\n  each: [1, 2, 1]", 2, "An option stands twice"),
        ("a: {each: ['1', 1]}", 1, "An option stands twice"),
        ("a: {each: [{b: 1}, {b: 2}]}", 1, "Options that are mappings need names"),
        ("a: !unstated\n  each: [x, y]\n  code: z", 3, "'a' has no option 'z'; known: x, y"),
        ("a: {name: {b: 1}, each: [1]}", 1, "need names"),
        (
            "a: {name: n, each: [1, 2]}\nb:\n  c: {name: n, each: [1, 3]}",
            3,
            "The axis 'n' has the options 1, 2 on line 1, but 1, 3 here",
        ),
        ("x: {a: {each: [1, 2]}}\ny: {a: {each: [2, 1]}}", 2, "choices of one name vary together"),
        ("a: {each: {x: {each: [1, 2]}, y: 0}}", 1, "give this one a name of its own"),
    ],
)
def test_mistakes_in_choices(text: str, line: int, words: str) -> None:
    tree = parse(text, "a.yaml")
    for use in (axes, lambda tree: list(points(tree, every))):
        with pytest.raises(SpecItError) as raised:
            use(tree)
        assert words in raised.value.message
        assert str(raised.value.at) == f"a.yaml:{line}"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), min_size=1, max_size=7),
    st.fixed_dictionaries({name: st.integers(1, 3) for name in "abcd"}),
)
def test_the_points_are_the_product(placed: list[tuple[str, bool]], sizes: dict[str, int]) -> None:
    """An independent oracle: choices that do not nest give itertools.product, first axis slowest."""
    tree = {}
    for i, (name, deep) in enumerate(placed):
        choice = {"name": name, "each": {f"{name}{k}": 10 * i + k for k in range(sizes[name])}}
        tree[f"k{i}"] = {"deep": [choice]} if deep else choice
    names = list(dict.fromkeys(name for name, _ in placed))
    expected = []
    for combination in itertools.product(*(range(sizes[name]) for name in names)):
        taken = dict(zip(names, combination, strict=True))
        values = {
            f"k{i}": {"deep": [10 * i + taken[name]]} if deep else 10 * i + taken[name]
            for i, (name, deep) in enumerate(placed)
        }
        expected.append(({name: f"{name}{k}" for name, k in taken.items()}, values))
    assert all_points(repr(tree)) == expected
    assert [axis.name for axis in axes(parse(repr(tree)))] == names


def test_a_source_word_is_not_a_choice() -> None:
    """Only a list or `each` varies: a single unstated value is a value."""
    tree = parse("a: !unstated 5\nb: !unstated {c: 1}")
    assert axes(tree) == []
    assert tree.mapping("")["a"].source is Source.UNSTATED


@pytest.mark.parametrize("written", ["{each: {a: [8, 8], b: [8, 7]}}", "[[8, 8], [8, 7]]"])
def test_an_unstated_option_may_be_a_list(written: str) -> None:
    """Of equal numbers even: once taken, it is no choice any more."""
    tree = parse(f"size: !unstated {written}")
    taken = [plain(node) for _, node in points(tree, lambda axis: list(axis.options))]
    assert taken == [{"size": [8, 8]}, {"size": [8, 7]}]
