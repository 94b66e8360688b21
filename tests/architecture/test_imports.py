"""The arrows between packages go one way: every contract of pyproject.toml holds, and each is shown to bite."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def broken_contracts(folder: Path) -> list[str]:
    """Check the contracts of `folder`/pyproject.toml against `folder`/src; return the names of those that fail."""
    environment = os.environ | {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    checked = subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    summary = re.search(r"(\d+) kept, (\d+) broken", checked.stdout)
    assert summary, checked.stdout + checked.stderr
    assert int(summary[1]) + int(summary[2]) >= 6
    names = re.findall(r"^(.+) BROKEN\b", checked.stdout, re.MULTILINE)
    assert len(names) == int(summary[2])
    assert (checked.returncode == 0) == (not names)
    return names


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    assert broken_contracts(copy) == []


LAYERS = "Arrows go one way, and a new package is placed here first"
ROOT_IMPORTS_NOTHING = "Importing specit itself imports nothing"
LIBRARY = "coordconv is a library of its own: torch, and nothing of specit"
NO_TORCH = "Stating, recording, judging, reporting and making data need no PyTorch"
DRAWS = "A report draws what was recorded and judged: it makes no data and computes no statistics"
STATES = "A study states: it reads specs and nothing else"


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("specit/spec/tree.py", "from specit.build import build", {LAYERS, NO_TORCH}),
        ("specit/errors.py", "import specit.records", {LAYERS}),
        ("specit/records/record.py", "from specit.claims import judge", {LAYERS}),
        ("specit/data/splits.py", "from specit.build import modules", {LAYERS, NO_TORCH}),
        ("specit/report/text.py", "from specit.run import execute", {LAYERS, NO_TORCH}),
        ("specit/run/execute.py", "import specit.studies", {LAYERS}),
        ("specit/run/execute.py", "def late():\n    from specit.cli import main", {LAYERS}),
        ("specit/newcomer/__init__.py", '"""In no layer."""', {LAYERS}),
        ("specit/__init__.py", "from specit.spec import document", {ROOT_IMPORTS_NOTHING}),
        ("coordconv/_grid.py", "from specit.errors import nearest", {LIBRARY}),
        ("coordconv/_grid.py", "import numpy", {LIBRARY}),
        ("specit/records/store.py", "import torch", {NO_TORCH}),
        ("specit/report/draw.py", "from torch import nn", {NO_TORCH}),
        ("specit/claims/ratio.py", "from coordconv import CoordConv2d", {NO_TORCH}),
        ("specit/report/draw.py", "from scipy import stats", {DRAWS}),
        ("specit/report/draw.py", "from specit.data import splits", {DRAWS}),
        ("specit/check/claims.py", "import torch", {NO_TORCH}),
        ("specit/run/execute.py", "from specit.check import findings", {LAYERS}),
        ("specit/studies/__init__.py", "from specit.records import Store", {STATES}),
    ],
)
def test_they_bite(copy: Path, file: str, line: str, broken: set[str]) -> None:
    planted = copy / "src" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text((planted.read_text() if planted.exists() else "") + f"\n{line}\n")
    # A planted arrow may also break others: it carries what it imports along. `broken` must be among them.
    assert set(broken_contracts(copy)) >= broken
