"""One node of an ONNX graph as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specit.errors import Mark


@dataclass(frozen=True)
class Node:
    """An operator, the values it takes and makes by name ("" is one left out), and its attributes."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    """Numbers, text, lists of them, and arrays; None for what holds a graph."""
    module: str = ""
    """The path of the module it was exported from, where the file says so."""

    @property
    def said(self) -> str:
        """Return the node in words that begin a sentence."""
        return f"The node '{self.name}' ({self.op})" if self.name else f"The {self.op} that makes '{self.outputs[0]}'"

    @property
    def path(self) -> str:
        """Return where it comes from: the module's path, or its own name."""
        return self.module or self.name or self.outputs[0]

    @property
    def mark(self) -> Mark | None:
        """Return None: an ONNX file has no lines."""
        return None
