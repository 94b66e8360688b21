"""The model that a target names: `package.module:attribute`, or `path/to/file.py:attribute`."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from specit.errors import SpecItError, nearest

from .where import mark_of_error


def read_target(target: str) -> nn.Module:
    """Return the model: the attribute itself, or what it returns when it is called without arguments.

    The current folder can be imported from, as with `python -m`. Random weights are drawn from seed 0.
    """
    what = "a torch.nn.Module, or a class or function that makes one without arguments"
    with found_at(target, "model", what) as found:
        if not isinstance(found, nn.Module) and not callable(found):
            raise SpecItError(
                f"'{target}' is a {type(found).__name__}, neither a torch.nn.Module nor something that makes one."
            )
        made = found if isinstance(found, nn.Module) else called(found, target)
    if not isinstance(made, nn.Module):
        raise SpecItError(f"'{target}' gives a {type(made).__name__}, not a torch.nn.Module.")
    return made


@contextmanager
def found_at(target: str, thing: str, what: str) -> Iterator[Any]:
    """Give the attribute that a target names, with its folder to import from; `thing` and `what` are for messages."""
    module_name, colon, attribute = target.rpartition(":")
    if not colon or not module_name or not attribute:
        raise SpecItError(
            f"A {thing} is named package.module:attribute or path/to/file.py:attribute, not '{target}'; "
            f"the attribute is {what}."
        )
    file = Path(module_name) if module_name.endswith(".py") else None
    with _importable_from(file.parent if file else Path()):
        yield _attribute(_from_file(file) if file else _imported(module_name), attribute, module_name, thing)


@contextmanager
def _importable_from(folder: Path) -> Iterator[None]:
    path = str(folder.resolve())
    sys.path.insert(0, path)
    try:
        yield
    finally:
        sys.path.remove(path)


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise SpecItError(
                f"There is no module '{error.name}' to import, neither installed nor in this folder; a file is named "
                "path/to/file.py:attribute."
            ) from None
        raise _raised(f"Importing '{name}'", error) from None
    except (Exception, SystemExit) as error:
        raise _raised(f"Importing '{name}'", error) from None


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise SpecItError(f"There is no file '{path}'.")
    name = f"_specit_extracts_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look for their module there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise _raised(f"Importing '{path}'", error) from None
    return module


def _attribute(module: ModuleType, attribute: str, module_name: str, thing: str) -> Any:
    found: Any = module
    for name in attribute.split("."):
        if not hasattr(found, name):
            known = [other for other in vars(found) if not other.startswith("_") and callable(getattr(found, other))]
            near = nearest(name, known) if known else f"there is nothing in it that could make a {thing}."
            raise SpecItError(f"'{module_name}' has no '{name}'; {near}")
        found = getattr(found, name)
    return found


def called(found: Any, target: str) -> Any:
    """Return what a target gives when it is called without arguments; random numbers are drawn from seed 0."""
    torch.manual_seed(0)
    try:
        return found()
    except (Exception, SystemExit) as error:
        raise _raised(f"Calling '{target}' without arguments", error) from None


def _raised(doing: str, error: BaseException) -> SpecItError:
    lines = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    return SpecItError(f"{doing} raised {said.rstrip('.')}.", at=mark_of_error(error.__traceback__))
