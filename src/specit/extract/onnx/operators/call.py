"""One node that is being drawn: what it takes, its attributes, and its axes counted from the front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from specit.errors import SpecItError

from ...sketch import Held, Made, Sketch
from ..node import Node
from ..values import Known


@dataclass(frozen=True)
class Call:
    """A node with what it takes; None where an input is left out."""

    sketch: Sketch
    node: Node
    given: tuple[Made | Known | None, ...]
    batch: int
    opset: int

    def at(self, place: int) -> Made | Known | None:
        """Return an input, None where it is left out."""
        return self.given[place] if place < len(self.given) else None

    @property
    def x(self) -> Made:
        """Return the first input, which some layer has made."""
        return self.made(0)

    def made(self, place: int) -> Made:
        """Return an input that some layer has made."""
        value = self.at(place)
        if not isinstance(value, Made):
            raise self.refuse("works on a tensor of the file, which no layer does")
        return value

    def known(self, place: int, name: str) -> Known:
        """Return an input that must be known without the network's inputs."""
        value = self.at(place)
        if not isinstance(value, Known):
            raise self.refuse(f"takes its {name} from another layer's output, so it is no parameter")
        return value

    def held(self, place: int, name: str) -> Held | None:
        """Return an input that is a parameter, None where it is left out."""
        return self.known(place, name).held() if self.at(place) is not None else None

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute, or what its operator has where it is not written."""
        value = self.node.attributes.get(name)
        return default if value is None else value

    def whole_numbers(self, name: str, place: int) -> tuple[int, ...] | None:
        """Return whole numbers that older files have as an attribute and newer ones as an input."""
        if name in self.node.attributes:
            return tuple(self.attribute(name, ()))
        if self.at(place) is None:
            return None
        array = self.known(place, name).array
        return tuple(int(number) for number in np.asarray(array).reshape(-1))

    def number_list(self, place: int) -> tuple[float, ...]:
        """Return an input of known numbers, none where it is left out."""
        if self.at(place) is None:
            return ()
        return tuple(float(number) for number in self.known(place, "size").array.reshape(-1))

    def number(self, name: str, place: int) -> float | None:
        """Return a number that older files have as an attribute and newer ones as an input."""
        if name in self.node.attributes:
            return float(self.attribute(name))
        return self.known(place, name).number if self.at(place) is not None else None

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the first input, batch included."""
        return (self.batch, *self.x.shape)

    def counted(self, axis: int, rank: int | None = None) -> int:
        """Return an axis of the first input counted from the front, the batch axis being 0."""
        rank = len(self.shape) if rank is None else rank
        if not -rank <= axis < rank:
            raise self.refuse(f"names the axis {axis} of {rank}")
        return axis % rank

    def refuse(self, why: str) -> SpecItError:
        """Return the error that says why no layer stands for this node."""
        return self.sketch.refuse(why)


Drawn = Made | tuple[Made, ...]
Operator = Callable[[Call], Drawn]


def per_example(call: Call, known: Known, x: Made) -> Held:
    """Return a tensor without an axis for the batch, over which it must be the same for every example."""
    array = known.array
    while array.ndim > len(x.shape):
        if array.shape[0] not in (1, call.batch) or not (array == array[:1]).all():
            raise call.refuse("has other numbers for one example than for another, which no layer has")
        array = array[0]
    return Known(known.name, array).held()
