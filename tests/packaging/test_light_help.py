"""`specit --help` answers at once: it imports none of what takes long to import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numpy", "scipy", "matplotlib", "ruamel", "jinja2")

ASK = """
import sys
sys.argv = ["specit", *sys.argv[1:]]
from specit.cli import main
try:
    main()
except SystemExit as exit:
    assert exit.code == 0, exit.code
print("imported:", *sorted({name.split(".")[0] for name in sys.modules}))
"""


def heavy_imports(arguments: list[str], source: Path) -> set[str]:
    """Return what the command line of the packages in `source` imports of HEAVY on the way to its answer."""
    answer = subprocess.run(
        [sys.executable, "-c", ASK, *arguments],
        env=os.environ | {"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert any("Usage:" in line for line in answer)
    return set(answer[-1].split()) & set(HEAVY)


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["judge", "--help"]])
def test_help_is_light(arguments: list[str]) -> None:
    assert heavy_imports(arguments, ROOT / "src") == set()


def test_the_guard_bites(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    with (tmp_path / "src" / "specit" / "cli" / "options.py").open("a", encoding="utf-8") as options:
        options.write("\nimport numpy\n")
    assert heavy_imports(["--help"], tmp_path / "src") == {"numpy"}
