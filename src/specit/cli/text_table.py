"""A table as plain lines that fit a width: for lists that may have 100,000 rows, where rich would take minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rich.cells import cell_len, set_cell_size

_GAP = "  "
_SHORTEST = 8
"""What is left of a cut cell where nothing else helps."""


@dataclass
class Column:
    """A title and a cell for each row.

    Where the table is too wide even if every column with a `least` width is cut to that, columns are left out: those
    with the greatest `spare` first and of those the last; what has none stays. Then cells are cut, the widest first.
    """

    title: str
    cells: Sequence[str]
    right: bool = False
    spare: int = 0
    least: int = 0

    @cached_property
    def _is_ascii(self) -> bool:
        return self.title.isascii() and "".join(self.cells).isascii()

    @cached_property
    def width(self) -> int:
        """Return how many cells of a terminal the column takes."""
        length = len if self._is_ascii else cell_len
        return max(length(self.title), max(map(length, self.cells), default=0))

    def is_plain(self, width: int) -> bool:
        """Return whether every cell fits a width and takes a cell a character, as nearly all text does."""
        return self._is_ascii and self.width <= width


def fitting(columns: Sequence[Column], width: int | None) -> tuple[list[Column], list[int]]:
    """Return the columns that fit and their widths; all of them, whole, where there is no width to fit."""
    shown, widths = list(columns), [column.width for column in columns]
    if width is None:
        return shown, widths
    least = [min(whole, column.least or whole) for column, whole in zip(shown, widths, strict=True)]
    while _total(least) > width and (spare := max((column.spare for column in shown), default=0)):
        last = max(place for place, column in enumerate(shown) if column.spare == spare)
        del shown[last], widths[last], least[last]
    if _total(least) > width:
        least = [min(whole, _SHORTEST) if column.least else whole for column, whole in zip(shown, widths, strict=True)]
    while _total(widths) > width:
        may = [place for place in range(len(shown)) if widths[place] > least[place]]
        if not may:
            break
        widths[max(may, key=lambda place: widths[place])] -= 1
    return shown, widths


def lines(columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    """Return the title's line and one for each row, padded to the widths, without spaces at the end.

    >>> lines([Column("run", ["a", "bc"]), Column("epoch", ["1", "12"], right=True)], [4, 5])
    ['run   epoch', 'a         1', 'bc       12']
    """
    pattern, padded = list[str](), list[Sequence[str]]()
    for column, width in zip(columns, widths, strict=True):
        plain = column.is_plain(width)
        padded.append([column.title, *column.cells] if plain else _padded(column, width))
        pattern.append(f"%{'' if column.right else '-'}{width}s" if plain else "%s")
    row_of = _GAP.join(pattern)  # one operation a row pads all that is plain, and most is
    return [(row_of % row).rstrip() for row in zip(*padded, strict=True)]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _padded(column: Column, width: int) -> list[str]:
    """Return the title and the cells, cut or padded by the room they take on a terminal."""
    return [_fitted(cell, width, column.right) for cell in (column.title, *column.cells)]


def _fitted(text: str, width: int, right: bool) -> str:
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - length) + text if right else text + " " * (width - length)
