"""Judging needs no PyTorch: neither package may import it, not even through another one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def imports_torch(module: str, *path: Path) -> bool:
    code = f"import sys; sys.path[:0] = sys.argv[1:]; import {module}; print('torch' in sys.modules)"
    command = [sys.executable, "-c", code, *map(str, path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "True"


@pytest.mark.parametrize("module", ["specit.records", "specit.claims"])
def test_no_torch(module: str) -> None:
    assert not imports_torch(module)


def test_the_guard_bites(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "planted.py").write_text("import specit.records\nimport torch\n")
    assert imports_torch("planted", tmp_path)
