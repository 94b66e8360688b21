"""YAML 1.2 text to a tree of values, each with its source and line. Nothing is ever constructed from a tag."""

from __future__ import annotations

import math
import re
from pathlib import Path

from ruamel.yaml import YAML, nodes
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from specit.errors import Mark, SpecItError, nearest

from .tree import Node, Scalar, Source

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

_TAGS = {f"!{source.value}": source for source in Source}
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
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecItError(f"Not valid YAML: {error.problem or error.context}.", at=Mark(file, line)) from None
    except (YAMLError, ValueError) as error:  # control characters and the like
        raise SpecItError(f"Not valid YAML: {str(error).splitlines()[0]}.", at=Mark(file, 1)) from None
    except RecursionError:
        raise SpecItError(f"The file nests deeper than {MAX_DEPTH} levels.", at=Mark(file, 1)) from None
    if root is None:
        raise SpecItError("The spec is empty.", at=Mark(file, 1))
    return _convert(root, file, depth=0, seen=set())


def _convert(node: nodes.Node, file: str, depth: int, seen: set[int]) -> Node:
    mark = Mark(file, node.start_mark.line + 1)
    if depth > MAX_DEPTH:
        raise SpecItError(f"The spec nests deeper than {MAX_DEPTH} levels.", at=mark)
    if not isinstance(node, nodes.ScalarNode):
        if id(node) in seen or node.anchor:  # an alias would let a small file unfold without bound
            raise SpecItError("Anchors and aliases are not part of a spec; use a block instead.", at=mark)
        seen.add(id(node))
    source = _source(str(node.tag), mark)
    if isinstance(node, nodes.MappingNode):
        entries: dict[str, Node] = {}
        for key_node, value_node in node.value:
            key = _key(key_node, file)
            if key in entries:
                raise SpecItError(
                    f"The key '{key}' stands twice (first on line {entries[key].mark.line}).",
                    at=Mark(file, key_node.start_mark.line + 1),
                )
            entries[key] = _convert(value_node, file, depth + 1, seen)
        return Node(entries, mark, source)
    if isinstance(node, nodes.SequenceNode):
        return Node([_convert(item, file, depth + 1, seen) for item in node.value], mark, source)
    assert isinstance(node, nodes.ScalarNode)  # composing yields these three kinds only
    return Node(_scalar(node, mark), mark, source)


def _key(node: nodes.Node, file: str) -> str:
    mark = Mark(file, node.start_mark.line + 1)
    if not isinstance(node, nodes.ScalarNode):
        raise SpecItError("A key must be a plain word.", at=mark)
    return str(node.value)


def _source(tag: str, mark: Mark) -> Source | None:
    if tag.startswith("tag:yaml.org,2002:"):
        return None
    if tag not in _TAGS:
        raise SpecItError(f"Unknown tag '{tag}'; {nearest(tag, _TAGS)}", at=mark)
    return _TAGS[tag]


def _scalar(node: nodes.ScalarNode, mark: Mark) -> Scalar:
    """Resolve a scalar by the YAML 1.2 core schema, whatever its source tag."""
    text = str(node.value)
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
        return number
    return text
