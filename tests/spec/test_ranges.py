"""What a search may draw, and what it refuses to be told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.spec.load import parse
from specit.spec.ranges import Numbers, OneOf, read_space


def space(text: str) -> Any:
    return read_space(parse(text, "s.yaml"))


def test_every_kind() -> None:
    found = space(
        "train: {a: {uniform: [0, 0.5]}, b: {log_uniform: [1.0e-4, 1]}, c: {integer: [1, 8]}, "
        "d: {one_of: [x, 2, null]}}"
    )
    kinds = {".".join(path): (type(span), span.stated(), str(span)) for path, span in found.items()}
    assert kinds == {
        "train.a": (Numbers, {"uniform": [0.0, 0.5]}, "0 to 0.5"),
        "train.b": (Numbers, {"log_uniform": [1e-4, 1.0]}, "0.0001 to 1, logarithmic"),
        "train.c": (Numbers, {"integer": [1, 8]}, "1 to 8, whole"),
        "train.d": (OneOf, {"one_of": ["x", 2, None]}, "one of x, 2, null"),
    }


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("{uniform: [0, 0.5]}", [0, 0.0, 0.25, 0.5], [-0.1, 0.51, 1, True, "a", None]),
        ("{log_uniform: [0.1, 10]}", [0.1, 1, 10], [0.09, 11]),
        ("{integer: [1, 8]}", [1, 8], [0, 9, 2.0, True, None]),
        ("{one_of: [1, null, a]}", [1, 1.0, None, "a"], [True, 2, "b"]),
        ("{one_of: [true, false]}", [True, False], [1, 0]),
    ],
)
def test_what_lies_inside(text: str, inside: list[Any], outside: list[Any]) -> None:
    (span,) = space(f"a: {text}").values()
    assert [value for value in [*inside, *outside] if span.holds(value)] == inside
    assert all(span.holds(end) for end in span.ends)


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(0, 1))
def test_a_drawn_number_is_stated_with_four_digits_inside_the_ends(a: float, b: float, at: float) -> None:
    low, high = sorted((a, b))
    span = Numbers("uniform", low, high, parse("a").mark)
    drawn = min(max(low + at * (high - low), low), high)
    near = span.near(drawn)
    assert isinstance(near, float)
    assert low <= near <= high
    assert near in (low, high) or near == float(f"{near:.4g}")
    assert abs(near - drawn) <= 5.1e-4 * drawn


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("a: 3", "s.yaml:1: The search says the number 3 for a, where a range was expected: {uniform: [low, high]}"),
        ("a:\n  b: {}", "s.yaml:2: The search says a mapping for a.b, where a range was expected"),
        ("a: {uniform: [1]}", "The range of a: uniform takes two numbers, [low, high], not [1]."),
        ("a: {uniform: [x, 2]}", "The range of a: uniform takes two numbers"),
        ("a: {uniform: [true, 2]}", "The range of a: uniform takes two numbers"),
        ("a: {uniform: [2, 2]}", "The range of a: the lower end must be below the upper, not [2, 2]."),
        ("a: {log_uniform: [0, 1]}", "The range of a: log_uniform needs ends above 0, not [0, 1]."),
        ("a: {integer: [1, 2.5]}", "The range of a: integer takes two whole numbers, not [1, 2.5]."),
        ("a: {one_of: [1]}", "The range of a: one_of needs two different values at least."),
        ("a: {one_of: [1, true]}", "The range of a: one_of needs two different values at least."),
        ("a: {one_of: [1, [2]]}", "The range of a: one_of takes single values, no lists and no mappings."),
    ],
)
def test_what_is_wrong_is_said(wrong: str, says: str) -> None:
    with pytest.raises(SpecItError) as error:
        space(wrong)
    assert says in str(error.value)
