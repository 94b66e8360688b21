"""A network while it is drawn: layers one after the other, what each takes, and the tensors it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError
from torch import Tensor

from specit.errors import Mark, SpecItError
from specit.spec.layers import LAYERS, Join, Layer, Shape, ShapeError
from specit.spec.layers.layer import show
from specit.spec.layers.shape import Input


@dataclass(frozen=True)
class Made:
    """What a layer has made: its place, and the shape without the batch axis."""

    place: int
    shape: Shape


@dataclass(frozen=True)
class Held:
    """A tensor of the model's, perhaps in another shape: a parameter, or (`trained` is false) a buffer or constant."""

    name: str
    tensor: Tensor
    trained: bool = True


@dataclass(frozen=True)
class Drawn:
    """A layer, what it takes, the tensors it holds by our names for them, and the module it stands in."""

    name: str
    layer: Layer
    shape: Shape
    takes: tuple[int, ...]
    held: Mapping[str, Held]
    path: str


class Site(Protocol):
    """Where in the model an operator stands."""

    @property
    def said(self) -> str:
        """Return the operator in words that begin a sentence."""

    @property
    def path(self) -> str:
        """Return the path of the module it stands in."""

    @property
    def mark(self) -> Mark | None:
        """Return the line of the model's code that calls it, where one is known."""


@dataclass
class Sketch:
    """The layers so far. `site` is the operator that is being drawn, for messages."""

    layers: list[Drawn] = field(default_factory=list)
    site: Site | None = None

    def add(self, name: str, *takes: Made, held: Mapping[str, Held | None] | None = None, **arguments: Any) -> Made:
        """Draw one layer; what it cannot be, or cannot take, is a sentence."""
        tensors = {key: tensor for key, tensor in (held or {}).items() if tensor is not None}
        for key, tensor in tensors.items():
            if not isinstance(tensor, Held):
                raise self.refuse(f"takes its {key} from another layer's output, so it is no parameter")
            if key in ("weight", "bias") and not tensor.trained:
                raise self.refuse(f"has a {key} that is no parameter: '{tensor.name}' is a buffer or a constant")
        try:
            layer = LAYERS[name](**arguments)
            shapes = [made.shape for made in takes]
            shape = layer.join(shapes) if isinstance(layer, Join) else layer.output(*shapes)
        except ValidationError as error:
            said = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
            raise self.refuse(f"cannot be the layer {name}: {said}") from None
        except ShapeError as error:
            raise self.refuse(f"cannot be the layer {name}, which {error}") from None
        for key, expected in layer.parameters().items():
            if key in tensors and tuple(tensors[key].tensor.shape) != expected:
                own = show(tuple(tensors[key].tensor.shape))
                raise self.refuse(f"has a {key} of {own}, and the layer {name} one of {show(expected)}")
        path = self.site.path if self.site else ""
        self.layers.append(Drawn(name, layer, shape, tuple(made.place for made in takes), tensors, path))
        return Made(len(self.layers) - 1, shape)

    def begin(self, shape: Shape) -> Made:
        """Draw an input."""
        self.layers.append(Drawn("Input", Input(shape=shape, dtype="float32"), shape, (), {}, ""))
        return Made(len(self.layers) - 1, shape)

    def refuse(self, why: str) -> SpecItError:
        """Return the error that says which operator, where in the model, is none that can be drawn, and why."""
        assert self.site is not None
        return SpecItError(f"{self.site.said} {why}.", at=self.site.mark)
