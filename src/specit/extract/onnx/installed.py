"""The packages that ONNX files are read and run with, imported when they are needed."""

from __future__ import annotations

import importlib
from types import ModuleType

from specit.errors import SpecItError


def load(package: str) -> ModuleType:
    """Import `onnx`, a part of it, or `onnxruntime`; say how to install it where it is missing."""
    try:
        return importlib.import_module(package)
    except ImportError:
        raise SpecItError(
            f"An ONNX file is read with the packages onnx and onnxruntime, and {package.partition('.')[0]} cannot be "
            "imported: pip install 'specit-ml[onnx]'."
        ) from None
