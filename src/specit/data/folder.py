"""The data folder: where pictures and data sets lie that SpecIt does not make itself."""

from __future__ import annotations

import os
from pathlib import Path

from specit.errors import SpecItError
from specit.spec.datasets import Prepared

VARIABLE = "SPECIT_DATA"


class MissingDataError(SpecItError):
    """Data that a spec states are not in the data folder. The message says what to put where."""


def data_folder() -> Path:
    """Return the data folder: what SPECIT_DATA names, or `data` where it is not set."""
    return Path(os.environ.get(VARIABLE) or "data")


def find(stated: Prepared) -> Path:
    """Return the path of what is stated to lie in the data folder."""
    path = data_folder() / stated.inside
    if not path.exists():
        raise MissingDataError(
            f"There is no {path}: put {stated.what} there, or name another data folder with {VARIABLE}."
        )
    return path
