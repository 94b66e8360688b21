"""The studies that come with SpecIt, and how a spec is found by its name."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from specit.errors import SpecItError, nearest
from specit.spec.document import Spec, read_spec

ROOT = Path(str(files(__name__)))


def names() -> list[str]:
    """Return the names of all specs that come with SpecIt.

    >>> "coordconv/classification" in names()
    True
    """
    return sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.glob("*/*.yaml"))


def find(spec: str) -> Spec:
    """Read a spec by name (`coordconv/classification`) or from a file (anything that ends in .yaml or .yml)."""
    if spec.endswith((".yaml", ".yml")):
        return read_spec(Path(spec))
    if spec in names():
        return read_spec(ROOT / f"{spec}.yaml", spec)
    if Path(spec).is_file():
        raise SpecItError(f"'{spec}' is not a spec file: its name should end in .yaml.")
    raise SpecItError(f"There is no spec '{spec}'; {nearest(spec, names())} (or give a .yaml file)")
