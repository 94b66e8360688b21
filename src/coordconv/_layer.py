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

from ._grid import Anchor, Order, Span, build_grid, check_options, coordinate_channels, describe_options
from ._kept import Kept, is_constant, is_eager
from ._layout import memory_format


class _Term(NamedTuple):
    """The coordinate term, and copies of what it was computed from."""

    map: Tensor
    weight: Tensor
    bias: Tensor | None


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
        self._grids: Kept[Tensor] = Kept()
        self._terms: Kept[_Term] = Kept()

    @abstractmethod
    def _split_weight(self) -> tuple[Tensor, Tensor]:
        """Return the weight of the inputs, and that of the coordinates as one group."""

    @abstractmethod
    def _convolve(
        self, x: Tensor, weight: Tensor, bias: Tensor | None, groups: int, output_padding: tuple[int, ...]
    ) -> Tensor:
        """Convolve with this layer's stride, padding and dilation."""

    def _forward(self, input: Tensor, output_padding: tuple[int, ...] = ()) -> Tensor:
        """Return the convolution of `input` and its coordinates."""
        for_input, for_coords = self._split_weight()
        # The input's term comes first, so that what PyTorch has to say about sizes speaks of the input.
        out = self._convolve(input, for_input, None, self.groups, output_padding)
        size = input.shape[-len(self._axes) :]
        if not is_eager(for_coords):
            grid = self._build_grid(size, for_coords, torch.contiguous_format)
            term = self._convolve_coordinates(grid, for_coords, self.bias, output_padding)
            return out + (term if input.dim() == len(size) + 2 else term[0]).to(out.dtype)
        batch = out if input.dim() == len(size) + 2 else out[None]
        batch += _spread(self._coordinate_term(batch, size, for_coords, output_padding), batch)
        return out

    def _coordinate_term(
        self, out: Tensor, size: Sequence[int], weight: Tensor, output_padding: tuple[int, ...]
    ) -> Tensor:
        """Return the map `(1, *out.shape[1:])` that the coordinates and the bias add to all of the batch.

        It depends on parameters, which can change in ways that leave no trace, so a kept map is used only after a
        comparison with the values it was computed from. They are few. On an accelerator that comparison would
        make the host wait, which costs more than the small convolution: there only the grid is kept.
        """
        bias = self.bias
        format = memory_format(out)
        place = (tuple(size), self._options(), weight.device, format)
        if not (weight.device.type == "cpu" and is_constant(weight) and is_constant(bias)):
            grid = self._kept_grid(place, size, weight, format)
            return self._convolve_coordinates(grid, weight, bias, output_padding).to(out.dtype)
        key = (*place, output_padding, self._geometry(), out.dtype, weight.dtype)
        kept = self._terms.get(key)
        if kept is None or not (_same(kept.weight, weight) and _same(kept.bias, bias)):
            with torch.inference_mode(False), torch.no_grad():
                weight, bias = weight.clone(), None if bias is None else bias.clone()
                grid = self._kept_grid(place, size, weight, format)
                term = self._convolve_coordinates(grid, weight, bias, output_padding)
                kept = _Term(term.to(out.dtype, memory_format=format), weight, bias)
            self._terms.keep(key, kept)
        return kept.map

    def _kept_grid(
        self, place: tuple[Hashable, ...], size: Sequence[int], weight: Tensor, format: torch.memory_format
    ) -> Tensor:
        key = (*place, weight.dtype)
        grid = self._grids.get(key)
        if grid is None:
            with torch.inference_mode(False), torch.no_grad():
                grid = self._build_grid(size, weight, format)
            self._grids.keep(key, grid)
        return grid

    def _build_grid(self, size: Sequence[int], weight: Tensor, format: torch.memory_format) -> Tensor:
        """Return the coordinates as a batch of one, in single precision at least."""
        grid = build_grid(
            size,
            radius=self.radius,
            order=self.order,
            span=self.span,
            anchor=self.anchor,
            dtype=torch.promote_types(weight.dtype, torch.float32),
            device=weight.device,
        )
        return grid[None].contiguous(memory_format=format)

    def _convolve_coordinates(
        self, grid: Tensor, weight: Tensor, bias: Tensor | None, output_padding: tuple[int, ...]
    ) -> Tensor:
        """Convolve the grid in its own precision: half types cannot tell neighbours apart on a large image.

        Every group sees the same coordinates, so this convolution has no groups.
        """
        with _without_autocast(grid.device.type):
            return self._convolve(
                grid, weight.to(grid.dtype), None if bias is None else bias.to(grid.dtype), 1, output_padding
            )

    def _options(self) -> tuple[Hashable, ...]:
        return self.radius, self.order, *self.span, self.anchor

    def _geometry(self) -> tuple[Hashable, ...]:
        return self.kernel_size, self.stride, self.padding, self.dilation, self.padding_mode

    def _check_input(self, x: Tensor) -> None:
        rank, shape = len(self._axes), tuple(x.shape)
        if len(shape) not in (rank + 1, rank + 2):
            axes = ", ".join(self._axes)
            raise ValueError(
                f"{self._name()} expected an input of shape (N, C, {axes}) or (C, {axes}), but got {shape}."
            )
        if not x.is_floating_point():
            raise TypeError(f"{self._name()} expected a floating-point input, but got {x.dtype}.")
        if shape[-rank - 1] != self.in_channels:
            raise ValueError(
                f"{self._name()} expected {self.in_channels} input channels (coordinates are added by the "
                f"layer), but got {shape[-rank - 1]} in an input of shape {shape}."
            )
        if any(n < 1 for n in shape[-rank:]):
            raise ValueError(
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


def _same(kept: Tensor | None, now: Tensor | None) -> bool:
    return (kept is None) is (now is None) and (kept is None or now is None or torch.equal(kept, now))


def _without_autocast(device_type: str) -> torch.autocast | nullcontext[None]:
    if torch.amp.is_autocast_available(device_type) and torch.is_autocast_enabled(device_type):
        return torch.autocast(device_type, enabled=False)
    return nullcontext()
