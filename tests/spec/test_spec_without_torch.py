"""Stating needs no PyTorch: neither module of the language may import it, not even through another one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def imports_torch(code: str, *path: Path) -> bool:
    code = f"import sys; sys.path[:0] = sys.argv[1:]\n{code}\nprint('torch' in sys.modules)"
    command = [sys.executable, "-c", code, *map(str, path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "True"


def test_no_torch() -> None:
    """Every module, and a whole study read, planned and locked."""
    code = """
import importlib, pkgutil, specit.spec
for module in pkgutil.walk_packages(specit.spec.__path__, "specit.spec."):
    importlib.import_module(module.name)
assert len([name for name in sys.modules if name.startswith("specit.spec.")]) > 15
from specit.studies import find
assert find("coordconv/classification").plan(everything=True)
"""
    assert not imports_torch(code)


def test_the_guard_bites(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("")
    (tmp_path / "planted.py").write_text("import specit.spec.document\nimport torch\n")
    assert imports_torch("import planted", tmp_path)
