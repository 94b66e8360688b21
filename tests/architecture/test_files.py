"""Files a stranger can read, and that say nothing about the machine they were written on."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 450

# An absolute path into somebody's machine, or a place to install from other than the reader's own.
MACHINE = re.compile(
    rb"(?<![\w.:/-])/(?:work|home|root|opt|mnt|Users)/[\w.]"
    rb"|\b[A-Z]:\\Users\\"
    rb"|file:///"
    rb"|\bpypi\.(?:org|python)|\bpythonhosted\.org|\bdownload\.pytorch\.org"
    rb"|--(?:extra-)?index-url|--find-links|--trusted-host"
)
# Must write down what it forbids.
ALLOWED = {"tests/architecture/test_files.py"}


def list_files(*arguments: str, root: Path = ROOT) -> list[str]:
    command = ["git", "ls-files", "-z", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]


def ignored(root: Path, *folders: str) -> list[str]:
    """Return the files in `folders` that git leaves out of every commit, caches aside."""
    names = list_files("--others", "--ignored", "--exclude-standard", "--", *folders, root=root)
    return [name for name in names if "__pycache__/" not in name and ".egg-info/" not in name]


@pytest.fixture
def files() -> list[str]:
    """Every file that is in the repository or would be at the next commit."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = list_files("--cached", "--others", "--exclude-standard")
    return [name for name in listed if (ROOT / name).is_file()]


def too_long(root: Path) -> dict[str, int]:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in root.rglob("*.py")}
    return {path.name: length for path, length in lengths.items() if length > MOST_LINES}


def undocumented(root: Path) -> list[str]:
    return [
        path.name for path in root.rglob("*.py") if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]


def telling(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Return, for each file that names a machine's path or a package index, the words that do."""
    found = {name: MACHINE.search((root / name).read_bytes()) for name in names if name not in ALLOWED}
    return {name: match[0].decode() for name, match in found.items() if match}


@pytest.mark.parametrize("folder", ["src", "tests", "benchmarks"])
def test_no_file_is_too_long(folder: str) -> None:
    assert too_long(ROOT / folder) == {}


@pytest.mark.parametrize("folder", ["src", "benchmarks"])
def test_every_module_says_what_it_is(folder: str) -> None:
    assert undocumented(ROOT / folder) == []


def test_no_file_tells_of_a_machine(files: list[str]) -> None:
    assert len(files) > 100
    assert telling(ROOT, files) == {}


def test_no_source_is_ignored(files: list[str]) -> None:
    """A pattern such as report/ in .gitignore would leave src/specit/report out of every commit."""
    assert ignored(ROOT, "src", "tests", "benchmarks", "docs") == []


def test_the_guards_of_source_bite(tmp_path: Path) -> None:
    (tmp_path / "fine.py").write_text('"""Says what it is."""\n' + "x = 1\n" * (MOST_LINES - 1))
    assert too_long(tmp_path) == {}
    assert undocumented(tmp_path) == []
    (tmp_path / "long.py").write_text("x = 1\n" * (MOST_LINES + 1))
    assert too_long(tmp_path) == {"long.py": MOST_LINES + 1}
    assert undocumented(tmp_path) == ["long.py"]


@pytest.mark.parametrize(
    "text",
    [
        "/" + "work/main/src",
        "data = '/home/somebody/mnist'",
        "see (/root/x)",
        "/opt/wheels",
        "C:\\Users\\me",
        "file:///srv",
        "pip install --index-url x",
        "https://pypi.org/simple",
    ],
)
def test_the_guard_of_machines_bites(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes.md").write_text(f"Words before.\n{text}\n")
    assert list(telling(tmp_path, ["notes.md"])) == ["notes.md"]


@pytest.mark.parametrize(
    "text", ["https://example.org/home/page", "src/" + "work/x", "the work/home balance", "/usr/bin/env"]
)
def test_the_guard_of_machines_lets_pass(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes.md").write_text(text)
    assert telling(tmp_path, ["notes.md"]) == {}


def test_the_guard_of_ignored_sources_bites(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "src" / "report").mkdir(parents=True)
    (tmp_path / "src" / "report" / "page.py").write_text("")
    (tmp_path / ".gitignore").write_text("report/\n")
    assert ignored(tmp_path, "src") == ["src/report/page.py"]
    (tmp_path / ".gitignore").write_text("/report/\n")
    assert ignored(tmp_path, "src") == []
