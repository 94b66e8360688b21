"""What a logger writes with, imported when it is needed."""

from __future__ import annotations

import importlib
from types import ModuleType

from specit.errors import SpecItError


def load(package: str) -> ModuleType:
    """Import a package, or a part of it; say how to install it where it is missing."""
    name = package.partition(".")[0]
    try:
        return importlib.import_module(package)
    except ImportError:
        raise SpecItError(
            f"--log {name} needs the package {name}, which cannot be imported: pip install 'specit-ml[{name}]'."
        ) from None
