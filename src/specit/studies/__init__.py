"""The studies that come with SpecIt, and how a spec or a study is found by its name.

A study is a folder of specs. Its `study.yaml` says what it is and names its specs, in the order a reader meets
them; other files, such as one that only holds blocks, are there for the specs.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from specit.errors import SpecItError, nearest
from specit.spec.document import Paper, Spec, read_spec
from specit.spec.load import load
from specit.spec.model import Model, read

ROOT = Path(str(files(__name__)))
STUDY_FILE = "study.yaml"
_SPEC_FILE = (".yaml", ".yml")
_ARMS = re.compile(r"^arms\s*:", re.MULTILINE)
"""What a spec has and a file of blocks has not."""


class _StudyFile(Model):
    specit: Literal[1]
    title: str
    about: str = ""
    paper: Paper | None = None
    specs: Annotated[tuple[Annotated[str, Field(pattern=r"^[\w-]+$")], ...], Field(min_length=1)]
    """The specs' file names without .yaml."""


@dataclass(frozen=True)
class Study:
    """Some specs that belong together, in the order a reader meets them. `cite` names the paper, if there is one."""

    name: str
    title: str
    about: str
    cite: str
    specs: tuple[Spec, ...]


def studies() -> list[str]:
    """Return the names of the studies that come with SpecIt.

    >>> "coordconv" in studies()
    True
    """
    return sorted(path.parent.name for path in ROOT.glob(f"*/{STUDY_FILE}"))


def names() -> list[str]:
    """Return the names of all specs that come with SpecIt, study by study, each in its order.

    >>> "coordconv/classification" in names()
    True
    """
    return [f"{study}/{spec}" for study in studies() for spec in _read_study_file(ROOT / study).specs]


def find(name: str) -> Spec:
    """Read one spec by name (`coordconv/classification`) or from a file (anything that ends in .yaml or .yml)."""
    if _folder(name) is not None:
        study = find_study(name)
        specs = [spec.name for spec in study.specs] if study else []
        raise SpecItError(f"'{name}' is a study, and this takes one spec of it: {', '.join(specs)}.")
    if name.endswith(_SPEC_FILE):
        return read_spec(Path(name))
    if name in names():
        return read_spec(ROOT / f"{name}.yaml", name)
    if Path(name).is_file():
        raise SpecItError(f"'{name}' is not a spec file: its name should end in .yaml.")
    if (ROOT / f"{name}.yaml").is_file():
        raise SpecItError(f"'{name}' is not among the specs that the {STUDY_FILE} beside it lists.")
    known = [*studies(), *names()]
    raise SpecItError(f"There is no spec or study '{name}'; {nearest(name, known)} (or give a .yaml file or a folder)")


def find_all(name: str) -> list[Spec]:
    """Read every spec that a name means: those of a study (`coordconv`) or a folder in its order, else the one spec."""
    study = find_study(name)
    return list(study.specs) if study else [find(name)]


def find_study(name: str) -> Study | None:
    """Read a study by name (`coordconv`) or from a folder; None where the name is not that of a study."""
    folder = _folder(name)
    if folder is None:
        return None
    title = folder.resolve().name
    if not (folder / STUDY_FILE).is_file():
        found = _spec_files(folder)
        if not found:
            raise SpecItError(f"The folder '{name}' holds no specs: a spec is a .yaml file with arms.")
        return Study(title, title, "", "", _read_specs(folder, title, found))
    stated = _read_study_file(folder)
    _check_listed(folder, stated.specs)
    cite = stated.paper.cite if stated.paper else ""
    return Study(title, stated.title, stated.about.strip(), cite, _read_specs(folder, title, stated.specs))


def _folder(name: str) -> Path | None:
    """Return the folder that a study's name means, or None where it means none."""
    if name in studies():
        return ROOT / name
    path = Path(name)
    if path.name == STUDY_FILE and path.is_file():
        return path.parent
    return path if path.is_dir() else None


def _read_study_file(folder: Path) -> _StudyFile:
    return read(_StudyFile, load(folder / STUDY_FILE), "A study")


def _read_specs(folder: Path, study: str, specs: tuple[str, ...]) -> tuple[Spec, ...]:
    return tuple(read_spec(folder / f"{spec}.yaml", f"{study}/{spec}") for spec in specs)


def _spec_files(folder: Path) -> tuple[str, ...]:
    """Return the names, without .yaml, of the files in a folder that have arms."""
    found = (path for path in sorted(folder.glob("*.yaml")) if path.name != STUDY_FILE)
    return tuple(path.stem for path in found if _ARMS.search(path.read_text(encoding="utf-8", errors="replace")))


def _check_listed(folder: Path, listed: tuple[str, ...]) -> None:
    """Raise unless a study lists every spec in its folder once, and nothing else."""
    here, found = folder / STUDY_FILE, _spec_files(folder)
    for spec, times in Counter(listed).items():
        if times > 1:
            raise SpecItError(f"{here} lists the spec '{spec}' {times} times.")
        if not (folder / f"{spec}.yaml").is_file():
            near = nearest(spec, found) if found else "there are no specs beside it"
            raise SpecItError(f"{here} lists the spec '{spec}', but there is no {spec}.yaml beside it; {near}")
        if spec not in found:
            raise SpecItError(f"{here} lists the spec '{spec}', but {spec}.yaml has no arms, so it is no spec.")
    for spec in found:
        if spec not in listed:
            raise SpecItError(f"{here} does not list {spec}.yaml, which is a spec: add '{spec}' under specs.")
