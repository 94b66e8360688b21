"""YAML 1.2 text to a tree of values, each with its source and line. Nothing is ever constructed from a tag."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, nodes
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from specit.errors import Mark, SpecItError, nearest

from .tree import Node, Scalar, Source

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_VALUES = 100_000
"""How many values, keys included, a file may hold: each takes a thousand times the memory of its letters."""

_TAGS = {f"!{source.value}": source for source in Source}
_TAG = re.compile(r"[^\s,\[\]{}]+")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}


def load(path: Path) -> Node:
    """Read a spec file. Every problem is a `SpecItError` with the file and line."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SpecItError(f"There is no spec file '{path}'.") from None
    except IsADirectoryError:
        raise SpecItError(f"'{path}' is a folder; a spec is one YAML file.") from None
    except OSError as error:
        raise SpecItError(f"Cannot read '{path}': {error.strerror}.") from None
    if len(data) > MAX_BYTES:
        raise SpecItError(f"'{path}' has {len(data):,} bytes; a spec has at most {MAX_BYTES:,}.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SpecItError("The file is not UTF-8 text.", at=Mark(str(path), line)) from None
    return parse(text, str(path))


def parse(text: str, file: str = "<text>") -> Node:
    """Parse a spec from text; `file` is the name that messages use.

    >>> parse("lr: !code 0.005").mapping("the spec")["lr"].source
    <Source.CODE: 'code'>
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Bounded
    try:
        root = yaml.compose(text)
    except _TooMuchError as error:
        raise SpecItError(f"{error.problem}.", at=Mark(file, error.problem_mark.line + 1)) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecItError(f"Not valid YAML: {error.problem or error.context}.", at=Mark(file, line)) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecItError(f"The character U+{error.character:04X} is not allowed.", at=Mark(file, line)) from None
    except (YAMLError, ValueError, OverflowError) as error:  # escapes of characters that do not exist, and the like
        raise SpecItError(f"Not valid YAML: {str(error).splitlines()[0]}.", at=Mark(file, 1)) from None
    if root is None:
        raise SpecItError("The spec is empty.", at=Mark(file, 1))
    return _Converter(file, text).convert(root)


class _TooMuchError(MarkedYAMLError):
    """More than a spec may hold, found while reading, before it takes time and memory."""


class _Bounded(Composer):
    """The library's composer, which stops at what nests too deep and at too many values."""

    level = -1
    count = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.level += 1
        self.count += 1
        is_key = isinstance(parent, nodes.MappingNode) and index is None
        if self.level > MAX_DEPTH + is_key:  # a key is as deep as its mapping
            raise self._too_much(f"The spec nests deeper than {MAX_DEPTH} levels")
        if self.count > MAX_VALUES:
            raise self._too_much(f"The spec holds more than {MAX_VALUES:,} values")
        node = super().compose_node(parent, index)
        self.level -= 1
        return node

    def _too_much(self, problem: str) -> _TooMuchError:
        return _TooMuchError(None, None, problem, self.parser.peek_event().start_mark)


class _Converter:
    """Turns what the YAML library composes into our nodes."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text

    def convert(self, node: nodes.Node) -> Node:
        mark = self.mark(node)
        source = self.source(node)
        if isinstance(node, nodes.MappingNode):
            entries: dict[str, Node] = {}
            for key_node, value_node in node.value:
                key = self.key(key_node)
                if key in entries:
                    raise SpecItError(
                        f"The key '{key}' stands twice (first on line {entries[key].mark.line}).",
                        at=self.mark(key_node),
                    )
                value = self.convert(value_node)
                # Nothing after a key has no place of its own: the library puts it at whatever comes next.
                entries[key] = value if value.value is not None else replace(value, mark=self.mark(key_node))
            return Node(entries, mark, source)
        if isinstance(node, nodes.SequenceNode):
            return Node([self.convert(item) for item in node.value], mark, source)
        assert isinstance(node, nodes.ScalarNode)  # composing yields these three kinds only
        return Node(_scalar(node, mark), mark, source)

    def mark(self, node: nodes.Node) -> Mark:
        return Mark(self.file, node.start_mark.line + 1)

    def key(self, node: nodes.Node) -> str:
        if not isinstance(node, nodes.ScalarNode):
            raise SpecItError("A key must be a plain word.", at=self.mark(node))
        if self.source(node) is not None:
            raise SpecItError(
                f"The tag stands before the key '{node.value}'; it belongs before the value.", at=self.mark(node)
            )
        return str(_scalar_text(node, self.mark(node)))

    def source(self, node: nodes.Node) -> Source | None:
        """Return the source that a node's tag names; YAML's own tags, such as !!str, are no part of a spec."""
        if node.anchor:  # an alias would let a small file unfold without bound
            raise SpecItError("Anchors and aliases are not part of a spec; use a block instead.", at=self.mark(node))
        tag, start = str(node.tag), node.start_mark.index
        begins_with_key = (
            isinstance(node, nodes.MappingNode) and node.value and node.value[0][0].start_mark.index == start
        )
        if begins_with_key or not self.text.startswith("!", start):  # the library's guess from the look of the value
            return None
        if tag not in _TAGS:
            found = _TAG.match(self.text, start)
            written = found[0] if found else tag
            raise SpecItError(f"Unknown tag '{written}'; {nearest(written, _TAGS)}", at=self.mark(node))
        return _TAGS[tag]


def _scalar_text(node: nodes.ScalarNode, mark: Mark) -> str:
    text = str(node.value)
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise SpecItError("The text holds an escape that is half a character.", at=mark)
    return text


def _scalar(node: nodes.ScalarNode, mark: Mark) -> Scalar:
    """Resolve a scalar by the YAML 1.2 core schema, whatever its source tag."""
    text = _scalar_text(node, mark)
    if node.style is not None:  # quoted, literal or folded: text
        return text
    if text.lower() in _WORDS and text in {text.lower(), text.title(), text.upper()}:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        if len(text) > 18:
            raise SpecItError(f"The number {text[:12]}… is too large.", at=mark)
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise SpecItError(f"The number {text[:20]} is too large.", at=mark)
        return number + 0.0  # minus zero is zero
    return text
