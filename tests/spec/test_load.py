"""YAML text becomes values with a source and a line, or one sentence that says what is wrong and where."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from specit.errors import SpecItError
from specit.spec.load import MAX_BYTES, MAX_DEPTH, load, parse
from specit.spec.tree import Source, details, plain


def refused(text: str) -> SpecItError:
    with pytest.raises(SpecItError) as raised:
        parse(text, "a.yaml")
    assert raised.value.at is not None
    assert raised.value.at.file == "a.yaml"
    assert "\n" not in str(raised.value)
    return raised.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5),
        ("+5", 5),
        ("-5", -5),
        ("007", 7),
        ("0.005", 0.005),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-8", 1e-8),
        ("1.0e-8", 1e-8),
        ("1E3", 1000.0),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("tRUE", "tRUE"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2026-01-02", "2026-01-02"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("'~'", "~"),
        ("'0.005'", "0.005"),
        ("a b", "a b"),
        ("-", None),  # a list of nothing, see below
    ],
)
def test_a_scalar_is_what_yaml_1_2_says_with_any_tag(written: str, value: object) -> None:
    if written == "-":
        assert plain(parse("a:\n  -")) == {"a": [None]}
        return
    for tag, source in [("", None), *((f"!{source.value} ", source) for source in Source)]:
        node = parse(f"a: {tag}{written}").mapping("a")["a"]
        assert node.value == value
        assert type(node.value) is type(value)
        assert node.source is source


def test_minus_zero_is_zero() -> None:
    assert str(plain(parse("a: -0.0"))["a"]) == "0.0"


def test_a_literal_block_is_text() -> None:
    assert plain(parse("a: !code |\n  5\n")) == {"a": "5\n"}


def test_every_value_knows_its_line() -> None:
    root = parse("# comment\na: 1\nb:\n  c:\n    - 2\n    - {d: 3,\n       e: !code 4}\n", "a.yaml").mapping("")
    items = root["b"].mapping("")["c"].sequence("")
    assert [str(root["a"].mark), str(items[0].mark)] == ["a.yaml:2", "a.yaml:5"]
    assert [str(items[1].mapping("")[key].mark) for key in "de"] == ["a.yaml:6", "a.yaml:7"]


def test_a_source_holds_for_what_is_below_until_another_one() -> None:
    tree = parse("a: !code {b: 1, c: !ours {d: 2}, e: [1, 2]}\nf: 3\ng: !default [{h: 1}, {h: !paper 2}]")
    assert [(source.value, plain(node)) for source, node in details(tree)] == [
        ("code", 1),
        ("ours", 2),
        ("code", [1, 2]),
        ("paper", 3),
        ("default", 1),
        ("paper", 2),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, "The key 'a' stands twice (first on line 1)"),
        ("{a: 1, a: 2}", 1, "The key 'a' stands twice"),
        ("a: {b: 1,\n b: 2}", 2, "The key 'b' stands twice"),
        ("1: a\n'1': b", 2, "The key '1' stands twice"),
        ("a: 1\nb: !cod 5", 2, "Unknown tag '!cod'; did you mean '!code'"),
        ("a: !CODE 5", 1, "Unknown tag '!CODE'; did you mean '!code'"),
        ("a: ! 5", 1, "Unknown tag '!'"),
        ("a:\n  - !!python/object/apply:os.system ['echo']", 2, "Unknown tag '!!python/object/apply:os.system'"),
        ("a: !!python/name:os.system x", 1, "Unknown tag '!!python/name:os.system'"),
        ("a: !!str 5", 1, "Unknown tag '!!str'"),
        ("a: !!map\n  b: 1", 1, "Unknown tag '!!map'"),
        ("a: [1,\n !!int 5]", 2, "Unknown tag '!!int'"),
        ("a: !!binary aGk=", 1, "Unknown tag '!!binary'"),
        ("a: !!set {b, c}", 1, "Unknown tag '!!set'"),
        ("!code lr: 0.1", 1, "The tag stands before the key 'lr'; it belongs before the value"),
        ("a: 1\n!!python/name:os.system b: 1", 2, "Unknown tag '!!python/name:os.system'"),
        ("a: &here {b: 1}\nc: *here", 1, "Anchors and aliases are not part of a spec"),
        ("a: 1\nb: &here 5", 2, "Anchors and aliases"),
        ("a: [&here 5, *here]", 1, "Anchors and aliases"),
        ("&k a: 1", 1, "Anchors and aliases"),
        ("a: *nowhere", 1, "undefined alias"),
        ("a: 1\n? [b, c]\n: 2", 2, "A key must be a plain word"),
        ("a:\n\tb: 1", 2, "cannot start any token"),
        ("a: 1\n b: 2", 2, "Not valid YAML"),
        ("a: [1, 2", 1, "Not valid YAML"),
        ("a: 'b", 1, "Not valid YAML"),
        ("a: 1\n---\nb: 2", 2, "Not valid YAML"),
        ("%YAML 9.9\n---\na: 1", 1, "Not valid YAML"),
        ("a: 1\nb: \x07", 2, "The character U+0007 is not allowed"),
        ("a: 1\n\nb\x00", 3, "The character U+0000 is not allowed"),
        ('a: "\\UFFFFFFFF"', 1, "Not valid YAML"),
        ('a: "\\U00110000"', 1, "Not valid YAML"),
        ('a: 1\nb: "\\ud800"', 2, "half a character"),
        ('"\\udfff": 1', 1, "half a character"),
        ("a: 1\nb: 1e999", 2, "The number 1e999 is too large"),
        ("a: -1e999", 1, "is too large"),
        (f"a: {'9' * 5000}", 1, "The number 999999999999… is too large"),
        ("", 1, "The spec is empty"),
        ("# nothing\n", 1, "The spec is empty"),
        ("a: 1\nb: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), 2, "nests deeper than 40 levels"),
        ("[" * 20_000, 1, "nests deeper than 40 levels"),
        ("\n".join(" " * i + "a:" for i in range(60)), MAX_DEPTH + 2, "nests deeper than 40 levels"),
    ],
)
def test_bad_text_is_named_with_its_line(text: str, line: int, words: str) -> None:
    error = refused(text)
    assert words in error.message
    assert error.at is not None
    # Where PyYAML's family notices an unclosed bracket or quote is its own affair: the file's end.
    assert error.at.line == line


def test_the_deepest_nesting_that_is_allowed() -> None:
    parse("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


def test_an_unfolding_bomb_takes_no_time() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    started = time.perf_counter()
    assert "Anchors" in refused("\n".join(lines)).message
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a: 1\nb: \xff\xfe", "a.yaml:2: The file is not UTF-8 text"),
        ("a: 1".encode("utf-16"), "a.yaml:1: The file is not UTF-8 text"),
        ("a: 1".encode("utf-16-le"), "a.yaml:1: The character U+0000 is not allowed"),
        ("a: caf\xe9".encode("latin-1"), "a.yaml:1: The file is not UTF-8 text"),
        (b"", "a.yaml:1: The spec is empty"),
        (b"a" * (MAX_BYTES + 1), "has 1,000,001 bytes; a spec has at most 1,000,000"),
    ],
)
def test_a_bad_file(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    with pytest.raises(SpecItError) as raised:
        load(path)
    assert words in str(raised.value)


def test_a_file_with_a_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: !code 1\r\nb: 2\r\n")
    tree = load(path)
    assert plain(tree) == {"a": 1, "b": 2}
    assert tree.mapping("")["b"].mark.line == 2
    assert tree.mapping("")["a"].source is Source.CODE


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SpecItError, match="There is no spec file"):
        load(tmp_path / "a.yaml")
    with pytest.raises(SpecItError, match="is a folder"):
        load(tmp_path)
