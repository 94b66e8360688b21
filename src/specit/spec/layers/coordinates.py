"""Layers that say where something is: coordinates in, coordinates out, and a learned map of places."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .layer import Anchor, Layer, Positive, PositivePair, Shape, ShapeError, Span, expect_image, show

Octaves = Annotated[int, Field(ge=1, le=24)]
"""How many frequencies, each twice the last; the 25th would tell numbers apart that a float32 cannot."""


class AddCoords(Layer):
    """`coordconv.AddCoords`: the coordinates, and with `radius` their root of summed squares, as further channels.

    (C, *size) to (C + rank (+ 1), *size), with one to three spatial axes.
    """

    torch_name: ClassVar[str] = "coordconv.AddCoords"

    radius: bool = False
    """Whether the root of the coordinates' summed squares is one more channel."""
    order: Literal["ij", "xy"] = "ij"
    """Which coordinate comes first: `ij` the row's (y), `xy` the column's (x)."""
    span: Span = (-1.0, 1.0)
    """The smallest and the largest coordinate."""
    anchor: Anchor = "corners"
    """What lies at the ends of the span: the outermost pixels (`corners`), or their outer edges (`centers`)."""

    def output(self, shape: Shape) -> Shape:
        if not 2 <= len(shape) <= 4:
            raise ShapeError(f"expected channels and one to three spatial axes, but gets {show(shape)}")
        return (shape[0] + len(shape) - 1 + self.radius, *shape[1:])


class PositionEmbedding2d(Layer):
    """A learned map, the same for all examples: for every pixel of (H, W) a vector of `channels` numbers.

    `combine: concatenate` puts it after the input's channels: (C, H, W) to (C + channels, H, W). `combine: add`
    adds it to the input, which must have that many channels: (C, H, W) to (C, H, W). What coordinates state, it
    must learn. The position embedding of transformers (Gehring et al. 2017, Dosovitskiy et al. 2021), for images.

    Parameter: `weight` (channels, H, W). PyTorch has no such layer; `pytorch_default` draws it from a normal
    distribution with standard deviation 0.02, as those transformers do.
    """

    channels: Positive
    """How many numbers a pixel has."""
    size: PositivePair
    """The map's height and width, which are the images'."""
    combine: Literal["concatenate", "add"]
    """Whether the map follows the input's channels or is added to them."""

    def output(self, shape: Shape) -> Shape:
        channels, height, width = expect_image(shape, self.channels if self.combine == "add" else None)
        if (height, width) != self.size:
            raise ShapeError(f"has a map of {show(self.size)}, but gets an input of {show(shape)}")
        return (channels + (self.channels if self.combine == "concatenate" else 0), height, width)

    def parameters(self) -> dict[str, Shape]:
        return {"weight": (self.channels, *self.size)}


class FourierFeatures2d(Layer):
    """Sines and cosines of the pixels' coordinates, as further channels: (C, H, W) to (C + 4 · frequencies, H, W).

    x is the coordinate of the column and y of the row, as `coordconv.coordinate_grid(order="xy")` gives them for
    `span` and `anchor`. After the input's channels come, for k = 0, 1, ..., frequencies - 1, four each:
    sin(2ᵏπx), cos(2ᵏπx), sin(2ᵏπy), cos(2ᵏπy). No parameters. Mildenhall et al. 2020 (NeRF), equation 4, for the
    places of an image; Tancik et al. 2020 say why.
    """

    frequencies: Octaves
    """How many frequencies, each twice the last."""
    span: Span
    """The smallest and the largest coordinate."""
    anchor: Anchor
    """What lies at the ends of the span: the outermost pixels (`corners`), or their outer edges (`centers`)."""

    def output(self, shape: Shape) -> Shape:
        channels, height, width = expect_image(shape)
        return channels + 4 * self.frequencies, height, width


class FourierFeatures(Layer):
    """A vector, and sines and cosines of its numbers: (m,) to (m + 2 · frequencies · m,).

    First the vector v itself; then, for k = 0, 1, ..., frequencies - 1, m numbers sin(2ᵏπv) and m numbers
    cos(2ᵏπv). No parameters. Mildenhall et al. 2020 (NeRF), equation 4; Tancik et al. 2020 say why.
    """

    frequencies: Octaves
    """How many frequencies, each twice the last."""

    def output(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ShapeError(f"expected a vector, but gets {show(shape)}")
        return (shape[0] + 2 * self.frequencies * shape[0],)


class SoftArgmax2d(Layer):
    """Where each channel is largest, in a way that has a gradient: (C, H, W) to (2 · C,).

    Over all pixels of a channel, p = softmax(x / temperature), and the two numbers of the channel are the means
    Σ p · x coordinate and Σ p · y coordinate: the vector is x₀, y₀, x₁, y₁, ... The coordinates are those of
    `coordconv.coordinate_grid(order="xy")` for `span` and `anchor`: x of the column, y of the row. The lower the
    temperature, the nearer to the place of the maximum. No parameters. Levine et al. 2016 ("spatial softmax");
    Sun et al. 2018 (integral regression), Nibali et al. 2018 (DSNT).
    """

    temperature: Annotated[float, Field(gt=0)]
    """What the input is divided by before the softmax."""
    span: Span
    """The smallest and the largest coordinate."""
    anchor: Anchor
    """What lies at the ends of the span: the outermost pixels (`corners`), or their outer edges (`centers`)."""

    def output(self, shape: Shape) -> Shape:
        return (2 * expect_image(shape)[0],)
