"""The wheel carries everything: installed away from the checkout, SpecIt finds its studies, templates and types."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHES = shutil.ignore_patterns("__pycache__", "*.egg-info")


def copy_of_checkout(folder: Path) -> Path:
    """Copy what a build reads, so that building leaves nothing behind in the checkout."""
    folder.mkdir()
    shutil.copytree(ROOT / "src", folder / "src", ignore=CACHES)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


def build_wheel(checkout: Path, into: Path) -> Path:
    """Build a wheel with the build tool already installed; the network is not asked."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(into), str(checkout))
    (wheel,) = into.glob("*.whl")
    return wheel


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def files_left_out(wheel: Path, source: Path) -> set[str]:
    """Return every file below `source` that the wheel lacks."""
    wanted = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    ours = {name for name in wanted if ".egg-info/" not in name}
    return ours - set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_checkout(tmp_path_factory.mktemp("build") / "checkout")


@pytest.fixture(scope="module")
def wheel(checkout: Path) -> Path:
    return build_wheel(checkout, checkout.parent / "wheels")


@pytest.fixture(scope="module")
def site(wheel: Path) -> Path:
    """The wheel installed into a folder of its own."""
    folder = wheel.parent.parent / "site"
    pip("install", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    return folder


def run_installed(site: Path, *arguments: str, cwd: Path) -> str:
    """Run Python where only `site` and the dependencies can be imported: -S leaves the editable install out."""
    dependencies = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), *dependencies])}
    done = subprocess.run(
        [sys.executable, "-S", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_is_whole(wheel: Path, checkout: Path) -> None:
    assert wheel.name.startswith("specit_ml-")
    assert files_left_out(wheel, checkout / "src") == set()


def test_the_wheel_has_what_no_import_would_miss(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"specit/py.typed", "coordconv/py.typed", "specit/studies/coordconv/classification.yaml"} <= names
    assert any(name.startswith("specit/report/templates/") for name in names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"specit", "coordconv"}


def test_it_finds_its_studies_away_from_the_checkout(site: Path, tmp_path: Path) -> None:
    specs = json.loads(run_installed(site, str(site / "bin" / "specit"), "list", "--json", cwd=tmp_path))
    assert "coordconv/classification" in [spec["name"] for spec in specs]


def test_it_finds_its_templates_away_from_the_checkout(site: Path, tmp_path: Path) -> None:
    arguments = ("report", "coordconv/classification", "--store", "nothing-ran", "--output", "report.html")
    run_installed(site, "-m", "specit", *arguments, cwd=tmp_path)
    assert "NOT RUN" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_checkout_is_out_of_reach(site: Path, tmp_path: Path) -> None:
    where = "import specit, coordconv; print(specit.__file__); print(coordconv.__file__)"
    for line in run_installed(site, "-c", where, cwd=tmp_path).splitlines():
        assert Path(line).is_relative_to(site)


def test_the_guard_bites(tmp_path: Path) -> None:
    checkout = copy_of_checkout(tmp_path / "checkout")
    project = checkout / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('"studies/**/*.yaml", "report/templates/*"', ""), encoding="utf-8")
    left_out = files_left_out(build_wheel(checkout, tmp_path / "wheels"), checkout / "src")
    assert "specit/studies/coordconv/classification.yaml" in left_out
    assert any(name.startswith("specit/report/templates/") for name in left_out)
    assert not any(name.endswith((".py", "py.typed")) for name in left_out)
