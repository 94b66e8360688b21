"""What every layer of the vocabulary is: arguments, the shape it makes, and the parameters it holds."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ..model import Model

Shape = tuple[int, ...]
"""A shape without the batch axis: `(C, H, W)`."""

Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]


def _pair(value: object) -> object:
    return (value, value) if isinstance(value, int) and not isinstance(value, bool) else value


PositivePair = Annotated[tuple[Positive, Positive], BeforeValidator(_pair)]
NaturalPair = Annotated[tuple[Natural, Natural], BeforeValidator(_pair)]


def _rising(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] >= span[1]:
        raise ValueError(f"the smallest coordinate comes first, then the largest, unlike in {list(span)}")
    return span


Span = Annotated[tuple[float, float], AfterValidator(_rising)]
"""The smallest and the largest coordinate."""

Anchor = Literal["corners", "centers"]
"""What lies at the ends of the span: the outermost pixels' positions, or the outer edges of those pixels."""


class ShapeError(Exception):
    """A layer cannot take what reaches it. The network adds which layer, and on which line."""


class Layer(Model):
    """A layer as data. Its fields are its arguments, with PyTorch's names and defaults."""

    torch_name: ClassVar[str | None] = None
    """The class whose signature the fields repeat: a name in `torch.nn`, or a dotted path; None: our own."""
    mixes_examples: ClassVar[bool] = False
    """Whether, in training, what an example becomes depends on the other examples of its batch."""

    draws: ClassVar[bool] = False
    """Whether, in training, it draws numbers by chance."""

    def output(self, shape: Shape) -> Shape:
        """Return the output's shape for an input of `shape`, or raise `ShapeError`."""
        raise NotImplementedError

    def parameters(self) -> dict[str, Shape]:
        """Return the trainable parameters and their shapes, in PyTorch's layout."""
        return {}


def expect_image(shape: Shape, channels: int | None = None) -> tuple[int, int, int]:
    """Return `(C, H, W)` if `shape` is an image with that many channels, else say what it is."""
    if len(shape) != 3:
        raise ShapeError(f"expected an image (C, H, W), but gets a shape of {len(shape)} axes, {show(shape)}")
    if channels is not None and shape[0] != channels:
        raise ShapeError(f"expected {channels} input channels, but gets {shape[0]} in an input of {show(shape)}")
    return shape[0], shape[1], shape[2]


def show(shape: Shape) -> str:
    """Write a shape the way people do.

    >>> show((2, 64, 64))
    '2 × 64 × 64'
    """
    return " × ".join(map(str, shape)) or "a single number"
