"""Drawing a report needs no PyTorch: proven in a fresh process, with a planted import to show that it bites."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

GUARD = "import sys, importlib; importlib.import_module(sys.argv[1]); sys.exit('torch' in sys.modules)"


def imports_torch(module: str, path: Path | None = None) -> bool:
    environment = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    done = subprocess.run([sys.executable, "-c", GUARD, module], env=environment, capture_output=True, text=True)
    assert not done.stderr, done.stderr
    return done.returncode == 1


def test_the_report_imports_no_torch() -> None:
    assert not imports_torch("specit.report")


@pytest.mark.parametrize(("planted", "guilty"), [("import torch", True), ("import json", False)])
def test_the_guard_bites(planted: str, guilty: bool, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "planted.py").write_text(planted)
    assert imports_torch("planted", tmp_path) is guilty
