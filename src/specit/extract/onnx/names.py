"""Where a layer comes from, in words of the file."""

from __future__ import annotations

from ..sketch import Drawn
from .apart import is_flat

_MADE_UP = ("onnx::", "val_", "/", "_")
"""How names begin that exporters invent."""


def origin(layer: Drawn) -> str:
    """Return the module's path, which the name of a weight says better than the node, where it says one."""
    for key in ("weight", "bias"):
        held = layer.held.get(key)
        if held is not None and not is_flat(held.tensor):
            path, dot, last = held.name.rpartition(".")
            if dot and last in ("weight", "bias") and not held.name.startswith(_MADE_UP):
                return path
    return _module(layer.path) if layer.path.startswith("/") else layer.path


def _module(node: str) -> str:
    """Return the module's path that PyTorch's older exporter writes into a node's name.

    >>> _module("/features/features.0/conv/Conv")
    'features.0.conv'
    """
    path: list[str] = []
    for name in node.strip("/").split("/")[:-1]:
        if path and name.startswith(path[-1] + "."):
            path.pop()
        path.append(name)
    return ".".join(path) or node
