"""From the weights of another implementation to those of a layer here."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor

from .._layer import _CoordConvNd
from ._conventions import CONVENTIONS, Convention
from ._off_centre import _OffCentreRadius

Name: TypeAlias = Literal["released", "mkocabas", "walsvid", "titu1994", "solo", "paddledetection", "wizaron"]
Array: TypeAlias = Any  # a tensor, or what torch.tensor takes: a numpy array, nested lists


def convert(layer: _CoordConvNd, weight: Array, bias: Array | None = None, *, convention: Name) -> dict[str, Tensor]:
    """Return the `state_dict` with which `layer` computes what another implementation computes with these weights.

    In `weight` the channels of the coordinates are put where the layer has them, in its order, and scaled from
    [-1, 1] to its span; the channels of the inputs stay as they are. Kernel, stride and padding are the layer's own.

    Args:
        layer: The layer that the weights are for. It is left as it is.
        weight: The trained kernel, in the layout of its framework.
        bias: The trained bias, if there is one.
        convention: Whose coordinates they are: `"released"` (the paper's code), `"mkocabas"`, `"walsvid"`,
            `"titu1994"`, `"solo"`, `"paddledetection"` or `"wizaron"`.

    Shape: `weight` is that of `layer.weight`. From TensorFlow and Keras, so for `"released"` and `"titu1994"`, it is
    `(*kernel_size, in_channels + coords, out_channels)`, and `(*kernel_size, out_channels, in_channels + coords)` for
    a transposed layer. `bias` is `(out_channels)`.

    Range: the outputs agree, up to rounding, on inputs of every size with no axis of size 1; with `"released"` on
    squares.

    Raises:
        TypeError: If `layer` is not a CoordConv layer.
        ValueError: If the convention is unknown, a shape is wrong, or no weights of this layer compute the same
            function; the message then says which layer has such weights.

    Source: the files named in `CONVENTIONS`. Differences: on an axis of size 1 the layer keeps its own coordinate,
    where SOLO has -1 and the others NaN; off squares the maps of `"released"` leave [-1, 1], and those here do not.

    >>> from coordconv import CoordConv2d
    >>> layer = CoordConv2d(1, 1, kernel_size=1)  # its channels: input, row, column
    >>> kernel = torch.tensor([5.0, 2, 1]).reshape(1, 1, 3, 1)  # height, width, (input, column, row), out
    >>> convert(layer, kernel, [0.5], convention="released")["weight"].flatten()
    tensor([5., 1., 2.])
    """
    if not isinstance(layer, _CoordConvNd):
        raise TypeError(f"convert expected a CoordConv layer to convert for, but got {type(layer).__name__}.")
    theirs = _find(convention)
    _check_coordinates(layer, theirs)
    inputs, axes, radius = _split(layer, _torch_layout(layer, _tensor(weight), theirs), theirs)
    scale, shift = _to_their_range(layer)
    parts = [inputs, scale * axes, scale * theirs.radius_unit * radius]
    state = {"weight": torch.cat(parts).movedim(0, _in_axis(layer)).contiguous()}
    if layer.bias is not None:
        state["bias"] = _convert_bias(layer, bias, shift * axes)
    elif bias is not None:
        raise ValueError(f"convert got a bias for a {layer._name()} without one: make the layer with bias=True.")
    return state


def _find(convention: str) -> Convention:
    if convention not in CONVENTIONS:
        names = ", ".join(map(repr, CONVENTIONS))
        raise ValueError(f"convention must be one of {names}, but got {convention!r}.")
    return CONVENTIONS[convention]


def _torch_layout(layer: _CoordConvNd, weight: Tensor, theirs: Convention) -> Tensor:
    """Return `weight` in the layout of `layer.weight`."""
    first, second = ("in + coords", "out") if layer.transposed else ("out", "in + coords")
    layout, expected = f"({first}, {second}, *kernel)", tuple(layer.weight.shape)
    if theirs.keras_layout:
        layout, expected = f"(*kernel, {second}, {first})", (*expected[2:], expected[1], expected[0])
    if tuple(weight.shape) != expected:
        raise ValueError(
            f"convert expected the weight that '{theirs.name}' keeps as {theirs.key!r}, for this {layer._name()} of "
            f"shape {layout} = {expected}, but got {tuple(weight.shape)}."
        )
    return weight.permute(-1, -2, *range(weight.dim() - 2)) if theirs.keras_layout else weight


def _split(layer: _CoordConvNd, weight: Tensor, theirs: Convention) -> tuple[Tensor, Tensor, Tensor]:
    """Return the weights of inputs, axes (in the layer's order) and radius, each `(channels, out, *kernel)`."""
    channels = weight.movedim(_in_axis(layer), 0)
    rank, inputs = len(layer.kernel_size), layer.in_channels
    if theirs.coordinates_first:
        channels = channels.roll(inputs, dims=0)
    for_inputs, axes, radius = channels.split([inputs, rank, len(channels) - inputs - rank])
    return for_inputs, axes if theirs.order == layer.order else axes.flip(0), radius


def _convert_bias(layer: _CoordConvNd, bias: Array | None, constants: Tensor) -> Tensor:
    """Return the bias, and in it what `constants`, weights of maps that are 1 everywhere, add to each output."""
    expected = (layer.out_channels,)
    bias = constants.new_zeros(expected) if bias is None else _tensor(bias)
    if bias.shape != expected:
        raise ValueError(f"convert expected a bias of shape {expected}, but got {tuple(bias.shape)}.")
    constant = constants.sum(dim=(0, *range(2, constants.dim())), dtype=torch.float64)
    return bias + constant.to(constants.dtype)


def _check_coordinates(layer: _CoordConvNd, theirs: Convention) -> None:
    """Raise ValueError if the coordinates of the convention are none that the layer's could be weighted to."""
    rank = len(layer.kernel_size)
    if (theirs.name, rank) == ("walsvid", 3):
        raise ValueError(
            f"weights of 'walsvid' cannot be converted for a {layer._name()}: its coordinates of volumes are sums of "
            "two pixel indices, so what they are in coordinates from -1 to 1 depends on the size of the volume."
        )
    if rank not in theirs.ranks:
        raise ValueError(
            f"weights of '{theirs.name}' cannot be converted for a {layer._name()}: it has no coordinates for "
            f"{_axes(rank)}."
        )
    if layer.groups != 1:
        raise ValueError(
            f"convert expected a layer with groups=1, but got groups={layer.groups}: the groups of "
            f"'{theirs.name}' divide inputs and coordinates together, so that not all of them see the coordinates."
        )
    if layer.anchor != "corners":
        raise ValueError(
            f"anchor={layer.anchor!r} scales the coordinates of '{theirs.name}' by a factor that depends on the size "
            "of the input: make the layer with anchor='corners'."
        )
    if layer.radius:
        _check_radius(layer, theirs)
    _check_shift(layer)


def _check_radius(layer: _CoordConvNd, theirs: Convention) -> None:
    rank = len(layer.kernel_size)
    if rank not in theirs.radius_ranks:
        raise ValueError(f"'{theirs.name}' has no radius for {_axes(rank)}: make the layer with radius=False.")
    _, zero = _to_their_range(layer)
    centre = 0.5 if isinstance(layer, _OffCentreRadius) else zero
    if not math.isclose(centre, theirs.radius_centre, abs_tol=1e-9):
        plain = layer._plain.__name__.replace("Conv", "CoordConv")
        better = f"coordconv.compat.OffCentre{plain}" if theirs.radius_centre else f"coordconv.{plain}"
        raise ValueError(
            f"'{theirs.name}' measures the radius from {theirs.radius_centre:g} in coordinates from -1 to 1, and this "
            f"{layer._name()} from {centre:g}: make the layer a {better} with span=(-1.0, 1.0)."
        )


def _check_shift(layer: _CoordConvNd) -> None:
    """Raise ValueError if the span of the layer shifts the coordinates and no bias can make up for it."""
    _, shift = _to_their_range(layer)
    needed = _needed_for_a_shift(layer)
    if shift and needed:
        raise ValueError(
            f"span={tuple(layer.span)} shifts coordinates from -1 to 1, and a bias makes up for that only {needed}: "
            "make the layer with span=(-1.0, 1.0)."
        )


def _needed_for_a_shift(layer: _CoordConvNd) -> str:
    """Return what the layer lacks for a constant input to give a constant output, which a bias can hold."""
    if layer.bias is None:
        return "where there is one"
    if not layer.transposed:
        padded = layer.padding_mode == "zeros" and any(layer._reversed_padding_repeated_twice)
        return "where no zeros are padded (padding=0 or another padding_mode)" if padded else ""
    pointwise = all(n == 1 for n in (*layer.kernel_size, *layer.stride)) and not any(layer.output_padding)
    return "" if pointwise else "in a transposed layer where kernel and stride are 1"


def _to_their_range(layer: _CoordConvNd) -> tuple[float, float]:
    """Return the `scale` and the `shift` that take a coordinate of the layer to [-1, 1]."""
    low, high = layer.span
    return 2 / (high - low), 1 - 2 * high / (high - low)


def _tensor(values: Array) -> Tensor:
    return values.detach() if isinstance(values, Tensor) else torch.tensor(values)


def _in_axis(layer: _CoordConvNd) -> int:
    """Return the axis of the input channels in the layer's weight."""
    return 0 if layer.transposed else 1


def _axes(rank: int) -> str:
    return "1 spatial axis" if rank == 1 else f"{rank} spatial axes"
