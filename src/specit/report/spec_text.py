"""The text of a spec, cut into pieces that know where they come from, so that a page can colour them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from ruamel.yaml import YAML, nodes

from specit.errors import Mark
from specit.spec.document import SECTIONS, Spec
from specit.spec.load import parse
from specit.spec.tree import Node, Source

STATED = ("data", "blocks", "initialise", "train", "seeds", "arms")
"""The sections whose values have sources: what is run. Titles, claims, figures and tiers speak about it."""

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_TAG = re.compile(r"![a-z]+")
_COMMENT = re.compile(r"(?<!\S)#.*")


class Piece(NamedTuple):
    """Some of a line's text: a value with its source, a comment, or what is neither."""

    text: str
    kind: Source | Literal["comment", ""] = ""

    @property
    def source(self) -> Source | None:
        """Return the source of a value."""
        return self.kind if isinstance(self.kind, Source) else None


@dataclass(frozen=True)
class Line:
    """A line of a file: `id` is its name on the page."""

    number: int
    id: str
    pieces: Sequence[Piece]

    @property
    def sources(self) -> list[Source]:
        """Return the sources of its values, each once."""
        return list(dict.fromkeys(source for piece in self.pieces if (source := piece.source)))


@dataclass(frozen=True)
class SpecFile:
    """A file of a spec: the spec's own, or one that it takes blocks from."""

    name: str
    lines: Sequence[Line]


class _Span(NamedTuple):
    start: int
    end: int
    source: Source | None


def place(spec: Spec, mark: Mark) -> str:
    """Return the id of a line on a page: `L42`, and `painters-L42` in another file than the spec's own."""
    if mark.file == spec.tree.mark.file:
        return f"L{mark.line}"
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', Path(mark.file).stem)}-L{mark.line}"


def spec_text(spec: Spec) -> list[SpecFile]:
    """Return the files of a spec, its own first; none where it was not read from a file."""
    own = spec.tree.mark.file
    taken = (layer.mark.file for block in spec.blocks.values() for layer in block.layers)
    files = [Path(file) for file in dict.fromkeys((own, *taken))]
    return [_read(spec, file) for file in files] if files[0].is_file() else []


def _read(spec: Spec, file: Path) -> SpecFile:
    text = file.read_bytes().decode()
    tree = parse(text, str(file))
    composed = YAML(typ="safe", pure=True).compose(text)
    spans = sorted(_spans(composed, tree, None, text))
    ends = [span.end for span in spans]
    lines, start = list[Line](), 0
    for end, following in [*((found.start(), found.end()) for found in _LINE_END.finditer(text)), (len(text),) * 2]:
        number = len(lines) + 1
        if start < len(text) or number == 1:
            lines.append(
                Line(
                    number,
                    place(spec, Mark(str(file), number)),
                    list(_pieces(text, start, end, spans[bisect_right(ends, start) :])),
                )
            )
        start = following
    return SpecFile(file.name, lines)


def _pieces(text: str, start: int, end: int, spans: Sequence[_Span]) -> Iterator[Piece]:
    """Yield the pieces of the line from `start` to `end`."""
    at = start
    for span in spans:
        if span.start >= end:
            break
        first, last = max(span.start, at), min(span.end, end)
        if not text[first:last].strip():
            continue
        first += len(text[first:last]) - len(text[first:last].lstrip())  # the indentation of a value's later lines
        yield from _between(text[at:first])
        yield Piece(text[first:last], span.source or "")
        at = last
    yield from _between(text[at:end])


def _between(text: str) -> Iterator[Piece]:
    """Yield what stands between values: keys are among them, so a comment is told by its sign alone."""
    comment = _COMMENT.search(text)
    end = comment.start() if comment else len(text)
    if text[:end]:
        yield Piece(text[:end])
    if comment:
        yield Piece(comment[0], "comment")


def _spans(composed: nodes.Node, node: Node, source: Source | None, text: str) -> Iterator[_Span]:
    """Yield where each value stands, and its source; None is that of what has none.

    `composed` has the places and `node` the sources, of the same values.
    """
    source = node.source or source
    start, end = composed.start_mark.index, composed.end_mark.index
    if isinstance(composed, nodes.ScalarNode):
        yield _Span(start, start + len(text[start:end].rstrip()), source)
        return
    if isinstance(composed, nodes.SequenceNode):
        assert isinstance(node.value, list)
        if composed.flow_style and not any(isinstance(item.value, dict | list) for item in node.value):
            yield _Span(start, end, source)  # a shape, a pair of numbers: one value
            return
        inside = [(inner, child, source) for inner, child in zip(composed.value, node.value, strict=True)]
    else:
        assert isinstance(node.value, dict)
        entries = [(key, inner, str(key.value)) for key, inner in composed.value]
        yield from (_Span(key.start_mark.index, key.end_mark.index, None) for key, _, _ in entries)
        inside = [(inner, node.value[name], _handed_down(node.value, name, source)) for _, inner, name in entries]
    if node.source and (tag := _TAG.match(text, start)):
        yield _Span(tag.start(), tag.end(), node.source)
    for inner, child, handed in inside:
        yield from _spans(inner, child, handed, text)


def _handed_down(entries: Mapping[str, Node], name: str, source: Source | None) -> Source | None:
    """Return the source that the value called `name` has if it has no tag: what names things or files has none."""
    if name in SECTIONS and "specit" in entries:  # the top of a file
        return (source or Source.PAPER) if name in STATED else None
    if "each" in entries or "sweep" in entries:  # a choice
        return {"name": None, "code": Source.CODE}.get(name, source)
    return None if name in ("with", "from") and isinstance(entries[name].value, str | list) else source
