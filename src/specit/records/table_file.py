"""A table as a CSV or a Parquet file, written whole or not at all, a few rows at a time."""

from __future__ import annotations

import csv
import importlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from specit.errors import SpecItError, nearest

from .table import Cell, Columns, by_column

FORMS = (".parquet", ".csv")
_AT_ONCE = 50_000


def check_form(path: Path) -> None:
    """Refuse a file that cannot be written, before anything is read for it."""
    if path.suffix not in FORMS:
        said = nearest(path.suffix, FORMS) if path.suffix else "known: .parquet, .csv"
        raise SpecItError(f"The name of a table ends in .parquet or .csv, not '{path.name}'; {said}")
    if not path.parent.is_dir():
        raise SpecItError(f"There is no folder '{path.parent}' to write '{path.name}' into.")
    if path.is_dir():
        raise SpecItError(f"'{path}' is a folder; name a file to write.")
    if path.suffix == ".parquet":
        _pyarrow()


def write_table(path: Path, columns: Columns, rows: Iterable[list[Cell]]) -> int:
    """Write a table in the form that the file's name asks for; return how many rows it has.

    In CSV an empty field is no value, and a number that is none is written NaN, Infinity or -Infinity. Every number is
    written so that reading it gives the same number.
    """
    check_form(path)
    with _replacing(path) as temporary:
        write = _write_csv if path.suffix == ".csv" else _write_parquet
        return write(temporary, columns, rows)


def _write_csv(path: Path, columns: Columns, rows: Iterable[list[Cell]]) -> int:
    count = 0
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.types)
        for count, row in enumerate(rows, start=1):  # noqa: B007 (counted for the return)
            writer.writerow([_as_text(cell) for cell in row])
    return count


def _as_text(cell: Cell) -> str:
    """Return a cell as CSV has it.

    >>> _as_text(None), _as_text(0.1), _as_text(float("nan")), _as_text(float("-inf"))
    ('', '0.1', 'NaN', '-Infinity')
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(cell), repr(cell))
    return str(cell)


def _write_parquet(path: Path, columns: Columns, rows: Iterable[list[Cell]]) -> int:
    pa, parquet = _pyarrow()
    types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in columns.types.items()])
    count = 0
    with parquet.ParquetWriter(str(path), schema) as writer:
        for some in _batches(rows):
            writer.write_table(pa.Table.from_pydict(by_column(some, columns), schema=schema))
            count += len(some)
    return count


def _batches(rows: Iterable[list[Cell]]) -> Iterator[list[list[Cell]]]:
    waiting = list[list[Cell]]()
    for row in rows:
        waiting.append(row)
        if len(waiting) == _AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _pyarrow() -> tuple[Any, Any]:
    def load(module: str) -> ModuleType:
        return importlib.import_module(module)

    try:
        return load("pyarrow"), load("pyarrow.parquet")
    except ImportError:
        raise SpecItError(
            "A .parquet file is written with pyarrow, which cannot be imported: pip install 'specit-ml[parquet]'; "
            "or write a .csv file."
        ) from None


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a file beside `path` to write, which takes its place if all goes well and else is removed."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise SpecItError(f"Cannot write {path}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
