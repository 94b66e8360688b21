"""The text of a spec on a page: every letter of it, and each value with the source that the tree has for it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from specit.report.spec_text import Piece, place, spec_text
from specit.spec.document import Spec
from specit.spec.load import parse
from specit.spec.tree import Source
from specit.studies import find, names

SMALL = (Path(__file__).parent.parent / "small.yaml").read_text()
TAGGED = """\
specit: 1
title: "A # that is no comment"
data: !code
  not_so_clevr: {canvas: [8, 8], square: !ours 3}  # a comment
  split:
    each:
      one: {bernoulli: {test: 0.5, seed: !unstated {name: s, each: [1,
            2], code: 2}}}
train: !default
  supervised: >-
    folded
    text

  # after it
arms:
  a:
    network: !unstated
      - [4,
         5]
claims:
  - {id: x, says: not a value, tolerance: !ours 1}
"""


def pieces(spec: Spec) -> list[Piece]:
    return [piece for file in spec_text(spec) for line in file.lines for piece in line.pieces]


def read(text: str, folder: Path) -> Spec:
    path = folder / "a.yaml"
    path.write_bytes(text.encode())
    return Spec("a", parse(text, str(path)))


@pytest.fixture
def tagged(tmp_path: Path) -> Spec:
    # Read whole, a spec like this would be refused: its text and its sources alone are asked for.
    return read(TAGGED, tmp_path)


@pytest.mark.parametrize("name", names())
def test_the_pieces_are_the_whole_text(name: str) -> None:
    spec = find(name)
    for file in spec_text(spec):
        path = Path(spec.tree.mark.file).with_name(file.name)
        lines = ["".join(piece.text for piece in line.pieces) for line in file.lines]
        assert lines == path.read_text().splitlines()
        assert [line.number for line in file.lines] == list(range(1, len(lines) + 1))


def test_ids_are_unique_and_places_lead_to_lines() -> None:
    spec = find("coordconv/classification")
    files = spec_text(spec)
    assert [file.name for file in files] == ["classification.yaml", "painters.yaml"]
    ids = [line.id for file in files for line in file.lines]
    assert len(ids) == len(set(ids))
    layer = spec.blocks["deconv_painter"].layers[0]
    assert place(spec, layer.mark) == f"painters-L{layer.mark.line}"
    assert place(spec, spec.axes()["scale"].mark) == "L20"
    assert {place(spec, layer.mark), "L20"} <= set(ids)
    assert "coordinates: !unstated" in "".join(piece.text for piece in files[0].lines[19].pieces)


def test_every_value_has_its_source(tagged: Spec) -> None:
    found = [(piece.text, piece.kind) for piece in pieces(tagged) if piece.kind]
    assert found == [
        ("!code", Source.CODE),
        ("[8, 8]", Source.CODE),
        ("!ours 3", Source.OURS),
        ("# a comment", "comment"),
        ("0.5", Source.CODE),
        ("!unstated", Source.UNSTATED),
        ("[1,", Source.UNSTATED),
        ("2]", Source.UNSTATED),
        ("2", Source.CODE),
        ("!default", Source.DEFAULT),
        (">-", Source.DEFAULT),
        ("folded", Source.DEFAULT),
        ("text", Source.DEFAULT),
        ("# after it", "comment"),
        ("!unstated", Source.UNSTATED),
        ("[4,", Source.UNSTATED),
        ("5]", Source.UNSTATED),
        ("!ours 1", Source.OURS),
    ]


def test_a_line_names_its_sources_once(tagged: Spec) -> None:
    lines = spec_text(tagged)[0].lines
    assert [lines[3].sources, lines[0].sources] == [[Source.CODE, Source.OURS], []]


def test_details_are_coloured_as_they_are_counted(tmp_path: Path) -> None:
    """Where nothing is unstated and no list is nested, each detail that is counted is one value on the page."""
    text = """\
specit: 1
title: Counted
data: {not_so_clevr: {canvas: [8, 8], square: !code 3, input: !ours one_hot}}
train: !default {untrained: {loss: mse_loss, precision: !recalled float32}}
arms:
  a: {network: [{Input: {shape: [1, 8, 8], dtype: float32}}, {Flatten: {start_dim: !code 1, end_dim: -1}}]}
"""
    spec = read(text, tmp_path)
    counted = {source: count for source, count in spec.sources().items() if count}
    tags = ("!default",)  # the tag of a mapping is coloured, and no detail
    coloured = Counter(piece.source for piece in pieces(spec) if piece.source and piece.text not in tags)
    assert (
        coloured == counted == {Source.PAPER: 4, Source.CODE: 2, Source.OURS: 1, Source.DEFAULT: 1, Source.RECALLED: 1}
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_end_as_the_reader_of_yaml_says(ending: str, tmp_path: Path) -> None:
    spec = read(TAGGED.replace("\n", ending), tmp_path)
    lines = spec_text(spec)[0].lines
    assert len(lines) == len(TAGGED.splitlines())
    assert [line.sources for line in lines] == [line.sources for line in spec_text(read(TAGGED, tmp_path))[0].lines]


def test_a_spec_that_is_in_no_file_has_no_text() -> None:
    assert spec_text(Spec("small", parse(SMALL))) == []
