"""Whatever src/ imports is declared in pyproject.toml, so that an install without the development tools works."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
OURS = {"specit", "coordconv"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(source: Path) -> Iterator[str]:
    """Yield the full name of every module that the Python files below `source` import absolutely."""
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                yield node.module


def undeclared(source: Path, declared: set[str]) -> set[str]:
    """Return the modules imported below `source` that no declared distribution provides."""
    distributions = packages_distributions()

    def is_declared(module: str) -> bool:
        top = module.split(".")[0]
        if top in sys.stdlib_module_names or top in OURS:
            return True
        # ruamel.yaml and others share one top-level name: the distribution is called as the module is.
        found = {canonical(name) for name in distributions.get(top, [])} | {canonical(module)}
        return bool(found & declared)

    return {module for module in imported(source) if not is_declared(module)}


def named(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


def project() -> dict[str, Any]:
    stated: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return stated


def declared() -> set[str]:
    return named(project()["dependencies"])


def extras() -> set[str]:
    return {
        name for extra, listed in project()["optional-dependencies"].items() if extra != "dev" for name in named(listed)
    }


def constrained() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonical(name): version for name, version in pinned}


def test_every_import_is_declared() -> None:
    assert undeclared(ROOT / "src", declared() | extras()) == set()


def test_what_an_extra_brings_is_imported_where_it_is_missed_with_a_sentence() -> None:
    """`conform` and `tune` say what to install; nothing else may need an extra."""
    assert undeclared(ROOT / "src" / "coordconv", declared()) == set()
    for package in sorted((ROOT / "src" / "specit").iterdir()):
        if package.is_dir() and package.name not in ("conform", "tune"):
            assert undeclared(package, declared()) == set()


def test_every_dependency_is_used() -> None:
    names = declared()
    unused = {name for name in names if not undeclared(ROOT / "src", names - {name})}
    assert unused == set()


def test_every_dependency_is_pinned_for_the_two_commands() -> None:
    development = named(project()["optional-dependencies"]["dev"])
    assert extras() <= development  # or the tests would pass over what needs them
    assert declared() | development == set(constrained())


def test_the_guard_bites(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(
        "import json\nimport click\nimport numpy.linalg\nfrom . import neighbour\n\ndef late():\n    import pytest\n"
    )
    assert undeclared(tmp_path, {"numpy"}) == {"click", "pytest"}
