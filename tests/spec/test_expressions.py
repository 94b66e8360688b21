"""`$name` and `$(formula)` in blocks: whole-number arithmetic, and nothing that could run code."""

# ruff: noqa: PT017  # either outcome is allowed, so pytest.raises does not fit

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.spec.expressions import substitute
from specit.spec.load import parse
from specit.spec.tree import Source, plain

VALUES = parse("c: 3\nk: 2\nname: text\nlist: [1, 2]\nf: 0.5\nyes: true\nsaid: !ours 4\nzero: 0", "a.yaml").mapping("")


def made(written: str) -> Any:
    return plain(substitute(parse(f"a: {written!r}"), VALUES))["a"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$c", 3),
        ("$name", "text"),
        ("$list", [1, 2]),
        ("$f", 0.5),
        ("$yes", True),
        ("$(64 * c)", 192),
        ("$(c + k * 2 - 1)", 6),
        ("$((c + k) * 2)", 10),
        ("$((k - 2) // 2)", 0),
        ("$((c - 1) // 2)", 1),
        ("$(-c)", -3),
        ("$(-7 // 2)", -4),
        ("$(5)", 5),
        ("c", "c"),
        ("a $c", "a $c"),
        ("5", "5"),
    ],
)
def test_values(written: str, value: object) -> None:
    found = made(written)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("name", ["from", "in", "class", "not"])
def test_a_parameter_may_be_called_like_a_word_of_python(name: str) -> None:
    values = {name: VALUES["c"], "to": VALUES["k"]}
    assert substitute(parse(f"$({name} + 2 * (to - {name}))"), values).value == 1


def test_it_reaches_everywhere_but_keys() -> None:
    tree = parse("{a: [$c, {b: $k}], $c: 1}")
    assert plain(substitute(tree, VALUES)) == {"a": [3, {"b": 2}], "$c": 1}


def test_sources() -> None:
    tree = substitute(parse("{a: !code $c, b: !code $said, c: $said, d: !code $(c * 2)}"), VALUES).mapping("")
    assert [tree[key].source for key in "abcd"] == [Source.CODE, Source.OURS, Source.OURS, Source.CODE]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("$nam", "Nothing here is called '$nam'; did you mean 'name'?"),
        ("$(C * 2)", "Nothing here is called '$C'; did you mean 'c'?"),
        ("$(name * 2)", "$name is not a whole number, so $(name * 2) has no value"),
        ("$(f * 2)", "$f is not a whole number"),
        ("$(yes + 1)", "$yes is not a whole number"),
        ("$(1 // zero)", "$(1 // zero) divides by zero"),
        ("$(1 // (c - 3))", "divides by zero"),
        ("$(c +)", "$(c +) is not a formula"),
        ("$(c; c)", "is not a formula"),
        ("$(c := 5)", "is not a formula"),
        ("$(c / 2)", "may use whole numbers, names, + - * // and parentheses only"),
        ("$(c % 2)", "may use"),
        ("$(2 ** 99)", "may use"),
        ("$(1 << 99)", "may use"),
        ("$(1.5)", "may use"),
        ("$(True)", "may use"),
        ("$('a' * 3)", "may use"),
        ("$(__import__('os').system('echo'))", "may use"),
        ("$(().__class__.__bases__)", "may use"),
        ("$((lambda: 1)())", "may use"),
        ("$([1 for i in (1, 2)])", "may use"),
        ("$(c if c else k)", "may use"),
        ("$(f'{c}')", "may use"),
        ("$(exit)", "Nothing here is called '$exit'"),
        ("$()", "'$()' is neither $name nor $(formula)"),
        ("$", "is neither"),
        ("$c c", "is neither"),
        ("$1", "is neither"),
        ("$" + "(" + "1 + " * 100 + "1)", "is neither"),
        ("$" + "(" * 101 + "1" + ")" * 99, "is not a formula"),
    ],
)
def test_mistakes(written: str, words: str) -> None:
    with pytest.raises(SpecItError) as raised:
        substitute(parse(f"\na: {written!r}" if "'" not in written else f'\na: "{written}"', "a.yaml"), VALUES)
    assert words in raised.value.message
    assert str(raised.value.at) == "a.yaml:2"


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.text(alphabet="ck()+-*/ 0123456789,.'[]{}=<>:_a", min_size=1, max_size=40))
def test_any_formula_gives_what_python_gives_or_one_sentence(formula: str) -> None:
    text = f"$({formula})"
    try:
        value = plain(substitute(replace(VALUES["name"], value=text), {"c": VALUES["c"], "k": VALUES["k"]}))
    except SpecItError as error:
        assert "\n" not in str(error)
        return
    assert value == eval(formula.strip(), {"__builtins__": {}}, {"c": 3, "k": 2})
