"""A network as a table: one row a layer, and what stands several times in a row once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from specit.spec.diff.words import show
from specit.spec.layers.layer import show as show_shape
from specit.spec.network import Network
from specit.spec.origins import Path
from specit.spec.tree import Source

from .content import Cell, Row, Table, Text, cell
from .marks import mark

HEAD = ("#", "Layer", "Arguments", "Output", "Parameters")
WIDTHS = (2, 5, 12, 4, 3)
LONGEST_BLOCK = 200
"""Up to how many layers a repeated block may have."""


def layer_table(caption: str, name: str, network: Network, sources: Mapping[Path, Source]) -> Table:
    """Return the table of a network whose name in the lock is `name`."""
    rows = [_row(network, place, sources, name) for place in range(len(network.layers))]
    looks = [_looks(network, place, row) for place, row in enumerate(rows)]
    return Table(caption, HEAD, tuple(_folded(rows, looks)), WIDTHS)


def _row(network: Network, place: int, sources: Mapping[Path, Source], name: str) -> Row:
    placed = network.layers[place]
    kind = [Text(placed.name)]
    if placed.called:
        kind.append(Text(f"as {placed.called}"))
    if placed.shares is not None:
        kind.append(Text(f"shares the parameters of {placed.shares}"))
    if placed.takes != ((place - 1,) if place else ()):
        kind.append(Text(f"takes {' and '.join(map(str, placed.takes)) or 'the next input'}"))
    if place in network.outputs and network.outputs != (len(network.layers) - 1,):
        kind.append(Text(f"output {network.outputs.index(place) + 1}"))
    stated = placed.stated()
    arguments = [
        Text(f"{argument} {show(value)}", mark(sources.get(("networks", name, place, argument))))
        for argument, value in stated[placed.name].items()
    ]
    for parameter, how in stated.get("initialise", {}).items():
        source = sources.get(("networks", name, place, "initialise", parameter))
        arguments.append(Text(f"{parameter} starts as {show(how)}", mark(source)))
    count = sum(math.prod(shape) for shape in placed.parameters.values())
    return Row((cell(str(place)), kind, arguments, cell(show_shape(placed.shape)), cell(f"{count:,}" if count else "")))


def _looks(network: Network, place: int, row: Row) -> tuple[object, ...]:
    """Return what must be alike for two layers to be the same one again: everything but their places."""
    placed = network.layers[place]
    relative = tuple(place - taken for taken in placed.takes)
    shares = None if placed.shares is None else place - placed.shares
    returned = place in network.outputs
    return placed.name, placed.called, relative, shares, returned, *(_text(one) for one in row.cells[2:])


def _text(cell: Cell) -> tuple[tuple[str, str], ...]:
    return tuple((text.text, text.mark) for text in cell)


def _folded(rows: Sequence[Row], looks: Sequence[object]) -> Iterator[Row]:
    """Yield the rows; where a block stands several times in a row, a heading and the block once."""
    place = 0
    while place < len(rows):
        length, times = _repeated(looks, place)
        if times == 1:
            yield rows[place]
            place += 1
            continue
        last = place + length * times - 1
        layers = f"the next {length} layers" if length > 1 else "the next layer"
        yield Row((cell(f"{times} × {layers}, {place} to {last}"),), over=length)
        yield from rows[place : place + length]
        place = last + 1


def _repeated(looks: Sequence[object], start: int) -> tuple[int, int]:
    """Return the length and the number of repetitions of the block at `start` that saves most rows."""
    best, saved = (1, 1), 0
    for length in range(1, min(LONGEST_BLOCK, (len(looks) - start) // 2) + 1):
        times = 1
        while looks[start : start + length] == looks[start + times * length : start + (times + 1) * length]:
            times += 1
        if times > 1 and length * (times - 1) > saved:
            best, saved = (length, times), length * (times - 1)
    return best
