"""Whatever the bytes, reading them ends soon, in a spec or in one sentence."""

# ruff: noqa: E501  # tables read better with one case a line
# ruff: noqa: PT017  # either outcome is allowed, so pytest.raises does not fit

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specit.errors import SpecItError
from specit.spec.document import read_spec
from specit.spec.load import parse
from specit.spec.tree import Node
from specit.studies import find

REAL = Path(find.__globals__["__file__"]).parent / "coordconv" / "classification.yaml"
BYTES = REAL.read_bytes()
FEW = settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

PIECES = [
    "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "&a ", "*a", "!code ", "!unstated ", "!!python/object:os.system ",
    "'", '"', "|", ">", "#", "%", "@", "`", "?", ", ", "each", "sweep", "name", "code", "null", "true", "1e999", "0",
    "-1", "$c", "$(1 // 0)", "$(", "\t", "\x00", "\u2028", "\ud7ff", "\U0001f600", "<<", "\\", '"\\x', '"\\U00', "---", "...",
]  # fmt: skip


def survives(path: Path) -> None:
    started = time.perf_counter()
    try:
        spec = read_spec(path)
        for tier in spec.tiers:
            spec.plan(tier)
    except SpecItError as error:
        assert str(error)
        assert "\n" not in str(error)
    assert time.perf_counter() - started < 20


@FEW
@given(st.lists(st.tuples(st.integers(0, len(BYTES) - 1), st.binary(max_size=3)), min_size=1, max_size=4))
def test_the_real_spec_with_some_bytes_replaced(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(BYTES)
    for position, piece in changes:
        data[position : position + 1] = piece
    path = tmp_path / "mutated.yaml"
    path.write_bytes(bytes(data))
    survives(path)


@FEW
@given(st.integers(0, BYTES.count(b"\n") - 1), st.integers(0, 60), st.sampled_from(PIECES), st.booleans())
def test_the_real_spec_with_syntax_planted(tmp_path: Path, line: int, column: int, piece: str, cut: bool) -> None:
    lines = BYTES.decode().splitlines(keepends=True)
    lines[line] = lines[line][:column] + piece + ("\n" if cut else lines[line][column:])
    path = tmp_path / "planted.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    survives(path)


@settings(FEW, max_examples=300)
@given(st.text(max_size=60) | st.lists(st.sampled_from([*PIECES, "a", "b"]), max_size=25).map("".join))
def test_any_text(text: str) -> None:
    try:
        assert isinstance(parse(text, "a.yaml"), Node)
    except SpecItError as error:
        assert error.at is not None
        assert 1 <= error.at.line <= text.count("\n") + text.count("\r") + text.count("\x85") + 3


def test_the_real_spec_itself_is_read() -> None:
    assert len(read_spec(REAL).claims) == 9


def test_the_guard_bites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise IndexError("planted")

    monkeypatch.setattr("specit.spec.load._scalar", broken)
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    with pytest.raises(IndexError, match="planted"):
        survives(path)
