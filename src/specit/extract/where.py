"""Where in the model's own code something happens: the file and line, and the path of the module."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import torch
from torch import fx

from specit.errors import Mark

_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_NOT_THE_MODEL = (Path(torch.__file__).parent, Path(__file__).parents[1])


@dataclass(frozen=True)
class Called:
    """Where an operator of the exported graph is called."""

    node: fx.Node

    @property
    def said(self) -> str:
        """Return the operator, and in which module it is, in words that begin a sentence."""
        return f"The operator {self.node.target}" + (f" in '{self.path}'" if self.path else "")

    @property
    def path(self) -> str:
        """Return the path of the module it is called in; "" is the model itself."""
        stack = self.node.meta.get("nn_module_stack") or {}
        return str(list(stack.values())[-1][0]) if stack else ""

    @property
    def mark(self) -> Mark | None:
        """Return the innermost line of the model's own code that calls it."""
        trace = self.node.meta.get("stack_trace") or ""
        return _innermost([(frame["file"], int(frame["line"])) for frame in _FRAME.finditer(trace)])


def mark_of_error(trace: TracebackType | None) -> Mark | None:
    """Return the innermost line of the model's own code that an exception passed."""
    return _innermost([(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(trace)])


def _innermost(frames: list[tuple[str, int]]) -> Mark | None:
    own = [frame for frame in frames if _is_the_models(frame[0])]
    return Mark(_short(own[-1][0]), own[-1][1]) if own else None


def _is_the_models(file: str) -> bool:
    return not file.startswith("<") and not any(Path(file).is_relative_to(folder) for folder in _NOT_THE_MODEL)


def _short(file: str) -> str:
    """Return the path as people here would write it: relative, where it lies below this folder."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
