"""`specit --help` answers at once: it imports none of what takes long to import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numpy", "scipy", "matplotlib", "ruamel", "jinja2", "keras", "jax", "onnx", "optuna", "ray",
         "pyarrow")  # fmt: skip

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


EVERY = """
import sys
from specit.cli import main
import typer
from specit.cli.app import app
try:
    sys.argv = ["specit", "--help"]
    main()
except SystemExit:
    pass
for name in sorted(typer.main.get_command(app).commands):
    sys.argv = ["specit", name, "--help"]
    try:
        main()
    except SystemExit as exit:
        assert exit.code == 0, name
    print("imported by", name, *sorted({module.split(".")[0] for module in sys.modules}))
"""
TIMED = """
import resource, subprocess, sys
best = 9.0
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "specit", "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    best = min(best, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
print(best)
"""


def test_help_is_light() -> None:
    assert heavy_imports(["--help"], ROOT / "src") == set()


def test_the_help_of_every_command_is_light() -> None:
    said = subprocess.run(
        [sys.executable, "-c", EVERY],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    imported = {line.split()[2]: set(line.split()[3:]) for line in said.splitlines() if line.startswith("imported by ")}
    files = {path.stem for path in (ROOT / "src" / "specit" / "cli").rglob("*")}
    assert {"check", "run", "lock", "extract", "export", "conform", "diff", "appendix", "report"} <= set(imported)
    assert len(imported) == len(files & ({*imported} | {"listing"}))  # list is in listing.py: no command is left out
    assert {name: modules & set(HEAVY) for name, modules in imported.items()} == {name: set() for name in imported}


def test_help_answers_at_once() -> None:
    """Half a second of a processor's time, at best of three: what else the machine does is not counted."""
    said = subprocess.run([sys.executable, "-c", TIMED], capture_output=True, text=True, check=True).stdout
    assert float(said) < 0.5


def test_the_guard_bites(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    with (tmp_path / "src" / "specit" / "cli" / "options.py").open("a", encoding="utf-8") as options:
        options.write("\nimport numpy\n")
    assert heavy_imports(["--help"], tmp_path / "src") == {"numpy"}
