"""What all CoordConv layers share: coordinates convolved on their own, once for the whole batch.

Convolution is linear, so

    conv([x, coords]) = conv_x(x) + conv_coords(coords)

and the second term is the same for every element of the batch: it is computed for a batch of one, and where no
gradient is asked of the weights it is kept for the next call.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Sequence
from contextlib import nullcontext
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.nn.modules.conv import _ConvNd

from ._grid import (
    Anchor,
    Order,
    Span,
    check_options,
    coordinate_channels,
    coordinate_line,
    describe_options,
)
from ._kept import Kept, is_constant, is_eager
from ._layout import memory_format
from ._separable import convolve_lines


class _Coordinates(NamedTuple):
    """The coordinates of one size of input, in single precision at least."""

    readings: list[Tensor]  # for each axis, what each tap reads of each map's line: (coords, kernel, out_size)
    radius: Tensor | None  # the map of the radius, which is no product of lines: (1, 1, *size)


class _Term(NamedTuple):
    """The coordinate term, and a copy of the weight it was computed from."""

    map: Tensor
    weight: Tensor


class _CoordConvNd(_ConvNd):
    """Mixed in before the `torch.nn` layer of the same rank.

    The `torch.nn` constructor is told of `groups * coords` input channels more than the caller has, which makes
    one weight with `coords` more channels in each group, and initialises it with that fan-in.
    """

    _plain: ClassVar[type[_ConvNd]]  # the torch.nn layer of this rank
    _axes: ClassVar[str]  # one letter for each spatial axis, for messages
    _convolution: ClassVar[Callable[..., Tensor]]  # the torch.nn.functional convolution of this rank

    def _all_channels(self, in_channels: int, groups: int, radius: bool) -> int:
        """Return the input channels and, for each group, the coordinates."""
        if in_channels < 1:
            raise ValueError(f"{self._name()} expected in_channels to be at least 1, but got {in_channels}.")
        return in_channels + groups * coordinate_channels(len(self._axes), radius)

    def _set_coordinates(self, in_channels: int, radius: bool, order: Order, span: Span, anchor: Anchor) -> None:
        """Take the arguments that `torch.nn` does not know, and count input channels as the caller does."""
        check_options(order, span, anchor)
        self.in_channels = in_channels
        self.radius = radius
        self.order = order
        self.span = span
        self.anchor = anchor
        self._coordinates: Kept[_Coordinates] = Kept()
        self._terms: Kept[_Term] = Kept()

    @abstractmethod
    def _split_weight(self) -> tuple[Tensor, Tensor]:
        """Return the weight of the inputs, and that of the coordinates, `(out, coords, *kernel)`."""

    @abstractmethod
    def _in_layout(self, weight: Tensor) -> Tensor:
        """Return `(out, in, *kernel)` in the layout that `_convolve` takes, for one group."""

    @abstractmethod
    def _convolve(
        self, x: Tensor, weight: Tensor, bias: Tensor | None, groups: int, output_padding: tuple[int, ...]
    ) -> Tensor:
        """Convolve with this layer's stride, padding and dilation."""

    @abstractmethod
    def _read(self, line: Tensor, axis: int, output_padding: tuple[int, ...]) -> Tensor:
        """Return what each tap of the kernel reads along `axis`: `(maps, n)` to `(maps, kernel, out_size)`."""

    def _forward(self, input: Tensor, output_padding: tuple[int, ...] = ()) -> Tensor:
        """Return the convolution of `input` and its coordinates."""
        for_input, for_coords = self._split_weight()
        # The bias goes with the input, so that coordinates of weight zero leave every bit of a plain convolution's
        # output; and the input goes first, so that what PyTorch has to say about sizes speaks of it.
        out = self._convolve(input, for_input, self.bias, self.groups, output_padding)
        size = input.shape[-len(self._axes) :]
        batched = input.dim() == len(size) + 2
        if not is_eager(for_coords):
            coordinates = self._build_coordinates(size, for_coords, output_padding)
            term = self._convolve_coordinates(coordinates, for_coords, output_padding)
            return out + (term if batched else term[0]).to(out.dtype)
        batch = out if batched else out[None]
        term = self._coordinate_term(batch, size, for_coords, output_padding)
        batch += _spread(term, batch) if term.requires_grad else term
        return out

    def _coordinate_term(
        self, out: Tensor, size: Sequence[int], weight: Tensor, output_padding: tuple[int, ...]
    ) -> Tensor:
        """Return the map `(1, *out.shape[1:])` that the coordinates add to every element of the batch.

        It depends on a parameter, which can change in ways that leave no trace, so a kept map is used only after a
        comparison with the values it was computed from. They are few. On an accelerator that comparison would
        make the host wait, which costs more than computing the map: there only the coordinates are kept.
        """
        format = memory_format(out)
        key = (*size, *output_padding, *self._options(), format, out.dtype, weight.dtype, weight.device)

        def make(weight: Tensor) -> Tensor:
            coordinates = self._kept_coordinates(key, size, weight, output_padding)
            term = self._convolve_coordinates(coordinates, weight, output_padding, format)
            return term.to(out.dtype, memory_format=format)

        if not (weight.is_cpu and is_constant(weight)):
            return make(weight)
        kept = self._terms.get(key)
        if kept is None or not torch.equal(kept.weight, weight):
            with torch.inference_mode(False), torch.no_grad():
                weight = weight.clone()  # before it is used, should another thread be changing it
                kept = _Term(make(weight), weight)
            self._terms.keep(key, kept)
        return kept.map

    def _kept_coordinates(
        self, key: tuple[Hashable, ...], size: Sequence[int], weight: Tensor, output_padding: tuple[int, ...]
    ) -> _Coordinates:
        coordinates = self._coordinates.get(key)
        if coordinates is None:
            with torch.inference_mode(False), torch.no_grad():
                coordinates = self._build_coordinates(size, weight, output_padding)
            self._coordinates.keep(key, coordinates)
        return coordinates

    def _build_coordinates(self, size: Sequence[int], weight: Tensor, output_padding: tuple[int, ...]) -> _Coordinates:
        """Return them in single precision at least: half types cannot tell neighbours apart on a large image."""
        dtype = torch.promote_types(weight.dtype, torch.float32)
        lines = [coordinate_line(n, self.span, self.anchor, dtype, weight.device) for n in size]
        readings = []
        for axis, line in enumerate(lines):
            maps = [line if channel == axis else torch.ones_like(line) for channel in range(len(size))]
            if self.order == "xy":
                maps.reverse()
            readings.append(self._read(torch.stack(maps), axis, output_padding))
        return _Coordinates(readings, self._build_radius(lines) if self.radius else None)

    def _build_radius(self, lines: Sequence[Tensor]) -> Tensor:
        """Return the map of the radius as a batch of one, from the coordinates along each axis."""
        last = len(lines) - 1
        # Four axes from the start: as a view of fewer, torch.compile cannot order its symbolic strides.
        squares = [line.square().reshape(1, 1, *[1] * a, -1, *[1] * (last - a)) for a, line in enumerate(lines)]
        return torch.stack(torch.broadcast_tensors(*squares)).sum(dim=0).sqrt()

    def _convolve_coordinates(
        self,
        coordinates: _Coordinates,
        weight: Tensor,
        output_padding: tuple[int, ...],
        format: torch.memory_format = torch.contiguous_format,
    ) -> Tensor:
        """Return the convolution of the coordinates as a batch of one, in their precision.

        Every group sees the same coordinates, so this convolution has no groups.
        """
        rank = len(coordinates.readings)
        with _without_autocast(weight.device.type):
            weight = weight.to(coordinates.readings[0].dtype)
            channels_last = format is not torch.contiguous_format
            term = convolve_lines(weight[:, :rank], coordinates.readings, channels_last)[None]
            if coordinates.radius is None:
                return term
            for_radius = self._in_layout(weight[:, rank:])
            return term + self._convolve(coordinates.radius, for_radius, None, 1, output_padding)

    def _options(self) -> tuple[Hashable, ...]:
        """Return what else the term depends on; some people change the stride of a layer that they have."""
        geometry = *self.stride, *self.padding, *self.dilation, self.padding_mode
        return self.radius, self.order, *self.span, self.anchor, *geometry

    def _check_input(self, x: Tensor) -> None:
        rank, shape = len(self._axes), x.shape
        fits = len(shape) in (rank + 1, rank + 2) and shape[-rank - 1] == self.in_channels and 0 not in shape[-rank:]
        if not (fits and x.is_floating_point()):
            raise self._input_error(x)

    def _input_error(self, x: Tensor) -> Exception:
        """Return what to say of an input that does not fit."""
        rank, shape = len(self._axes), tuple(x.shape)
        if len(shape) not in (rank + 1, rank + 2):
            axes = ", ".join(self._axes)
            return ValueError(
                f"{self._name()} expected an input of shape (N, C, {axes}) or (C, {axes}), but got {shape}."
            )
        if not x.is_floating_point():
            return TypeError(f"{self._name()} expected a floating-point input, but got {x.dtype}.")
        if shape[-rank - 1] != self.in_channels:
            return ValueError(
                f"{self._name()} expected {self.in_channels} input channels (coordinates are added by the "
                f"layer), but got {shape[-rank - 1]} in an input of shape {shape}."
            )
        return ValueError(
            f"{self._name()} expected every spatial axis to be at least 1, but got an input of shape {shape}."
        )

    def _name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """Describe the layer by the arguments that make it."""
        options = describe_options(self.radius, self.order, self.span, self.anchor)
        arguments: str = super().extra_repr()  # type: ignore[no-untyped-call]
        return ", ".join([arguments, *options])


def _spread(term: Tensor, batch: Tensor) -> Tensor:
    """Return `term` in the shape of `batch`, without copying.

    The gradient of this is a sum over the batch. PyTorch is many times slower at it when the layout of the
    gradient is not that of its axes, so for channels-last tensors the axes are put in the order of the layout.
    """
    if batch.is_contiguous():
        return term
    return term.movedim(1, -1).expand(len(batch), *batch.shape[2:], -1).movedim(-1, 1)


def _without_autocast(device_type: str) -> torch.autocast | nullcontext[None]:
    if torch.amp.is_autocast_available(device_type) and torch.is_autocast_enabled(device_type):
        return torch.autocast(device_type, enabled=False)
    return nullcontext()
