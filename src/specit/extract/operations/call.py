"""One call of an operator in the exported graph, its arguments by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..sketch import Held, Made, Sketch

Value = Any
"""What an operator gives: `Made`, `Held`, a tuple of these, or None where nothing of it is used."""


@dataclass(frozen=True)
class Call:
    """An operator with its arguments by the names of PyTorch's own schema, and the shape it makes, batch included."""

    sketch: Sketch
    name: str
    given: Mapping[str, Any]
    inplace: bool
    batch: int
    shape: tuple[int, ...] | None
    """None where it makes several tensors, or none."""

    def __getitem__(self, argument: str) -> Any:
        return self.given[argument]

    @property
    def x(self) -> Made:
        """Return what goes in, which some layer has made."""
        first = next(iter(self.given.values()))
        if not isinstance(first, Made):
            raise self.sketch.refuse("works on a parameter or a constant, which no layer does")
        return first

    def axis(self) -> int:
        """Return the axis `dim` counted from the front, the batch axis being 0."""
        return self.counted(self["dim"])

    def counted(self, axis: int) -> int:
        """Return an axis of the input counted from the front."""
        return axis % (len(self.x.shape) + 1)

    def pair(self, name: str) -> tuple[Any, Any]:
        """Return an argument of two axes, which may be written once for both."""
        value = self[name]
        return (value[0], value[0]) if len(value) == 1 else (value[0], value[1])


Operation = Callable[[Call], Value]


def held(call: Call, name: str) -> Held:
    """Return an argument that must be one of the model's own tensors."""
    value = call[name]
    if not isinstance(value, Held):
        raise call.sketch.refuse(f"takes its {name} from another layer's output, so it is no parameter")
    return value
