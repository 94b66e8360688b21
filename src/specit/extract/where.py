"""Where in the model's own code something happens: the file and line, and the path of the module."""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from types import TracebackType

import torch
from torch import fx

from specit.errors import Mark

_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_NOT_THE_MODEL = (Path(torch.__file__).parent, Path(__file__).parents[1])


def module_path(node: fx.Node) -> str:
    """Return the path of the module in which an operator of the exported graph is called; "" is the model itself."""
    stack = node.meta.get("nn_module_stack") or {}
    return str(list(stack.values())[-1][0]) if stack else ""


def mark_of(node: fx.Node) -> Mark | None:
    """Return the innermost line of the model's own code that calls an operator."""
    frames = [(frame["file"], int(frame["line"])) for frame in _FRAME.finditer(node.meta.get("stack_trace") or "")]
    return _innermost(frames)


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
