"""The lines of `forward`: chains are called, joins are expressions, and variables are used again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from specit.spec.layers.joining import Concatenate

from .chains import Chains, usable

TAKEN = frozenset({"self", "torch", "nn", "math", "Tensor", "Network", "initialise", "coordinates", "print", "len"})
SIGNS = {"Add": " + ", "Multiply": " * "}


@dataclass(frozen=True)
class Forward:
    """The arguments and the lines of `forward`."""

    arguments: tuple[str, ...]
    lines: tuple[str, ...]


def write_forward(chains: Chains) -> Forward:
    """Return how the network is run."""
    return _Writer(chains).write()


class _Writer:
    def __init__(self, chains: Chains) -> None:
        self.chains, self.layers = chains, chains.layers
        self.names: dict[int, str] = {}
        # What a layer changes in place must happen where it is listed, not inside of a later line.
        self.in_place = any(getattr(placed.layer, "inplace", False) for placed in self.layers)
        self.lines_at = [place for place in range(len(self.layers)) if self.has_line(place)]
        self.last_use = self._last_uses()

    def has_line(self, place: int) -> bool:
        """Return whether a layer's output gets a line of its own, and so a variable."""
        if self.layers[place].name == "Input" or place not in self.chains.live:
            return False
        return not self.chains.is_module(place) or (place in self.chains.by_last and not self.is_inside(place))

    def is_inside(self, place: int) -> bool:
        """Return whether a chain is written inside the expression of the one join that takes it: x + self.f(x)."""
        takers = self.chains.takers[place]
        return (
            not self.in_place
            and place in self.chains.by_last
            and len(takers) == 1
            and not self.chains.is_module(takers[0])
            and takers[0] in self.chains.live
            and place not in self.chains.network.outputs
        )

    def used(self, place: int) -> Iterator[int]:
        """Yield the places of the variables in the line of a layer."""
        for taken in self.layers[place].takes if not self.chains.is_module(place) else self.start(place):
            if self.is_inside(taken):
                yield from self.start(taken)
            else:
                yield taken

    def start(self, last: int) -> tuple[int, ...]:
        """Return what a chain takes."""
        return self.layers[self.chains.by_last[last].places[0]].takes

    def _last_uses(self) -> dict[int, int]:
        last = {taken: place for place in self.lines_at for taken in self.used(place)}
        return last | dict.fromkeys(self.chains.network.outputs, len(self.layers))

    def write(self) -> Forward:
        inputs = [place for place, placed in enumerate(self.layers) if placed.name == "Input"]
        for number, place in enumerate(inputs, start=1):
            called = self.layers[place].called
            fallback = "x" if len(inputs) == 1 else f"input_{number}"
            self.names[place] = called if called and usable(called, self._busy()) else fallback
        arguments = tuple(self.names[place] for place in inputs)
        lines: list[str] = []
        returned = self.chains.network.outputs
        for place in self.lines_at:
            expression = self.expression(place)
            if place == self.lines_at[-1] and returned == (place,):
                return Forward(arguments, (*lines, f"return {expression}"))
            for old in [p for p in self.names if self.last_use.get(p, -1) <= place]:
                del self.names[old]
            self.names[place] = self._variable(place)
            lines.append(f"{self.names[place]} = {expression}")
        return Forward(arguments, (*lines, "return " + ", ".join(self.names[place] for place in returned)))

    def _busy(self) -> set[str]:
        return {*TAKEN, *self.names.values()}

    def _variable(self, place: int) -> str:
        called = self.layers[place].called
        if called and usable(called, self._busy()):
            return called
        free = (name for name in ("x", "y", "z", *(f"x{n}" for n in range(1, 4))) if name not in self._busy())
        return next(free, None) or next(name for n in count(4) if (name := f"x{n}") not in self._busy())

    def expression(self, place: int) -> str:
        if self.chains.is_module(place):
            return self.call(place)
        placed = self.layers[place]
        parts = [self.call(taken) if self.is_inside(taken) else self.names[taken] for taken in placed.takes]
        if isinstance(placed.layer, Concatenate):
            return f"torch.cat([{', '.join(parts)}], dim={placed.layer.dim})"
        if len(parts) == 2 and "(" in parts[0] and "(" not in parts[1]:
            parts.reverse()  # of two, either may come first: x + self.f(x)
        return SIGNS[placed.name].join(parts)

    def call(self, last: int) -> str:
        (taken,) = self.start(last)
        return f"self.{self.chains.by_last[last].name}({self.names[taken]})"
