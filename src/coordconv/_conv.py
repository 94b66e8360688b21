"""Convolutions over an input and its coordinates, computed without concatenating the two.

Convolution is linear, so

    conv([x, coords]) = conv_x(x) + conv_coords(coords)

and the second term is the same for every element of the batch: it is computed once, for a batch of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from ._grid import Anchor, Order, Span, build_grid, check_options, coordinate_channels, describe_options


class _CoordConvNd(_ConvNd):
    """What CoordConv layers of every rank share; mixed in before the `torch.nn` layer of that rank.

    The `torch.nn` constructor is told of `groups * coords` input channels more than the caller has, which
    makes one weight with `coords` more channels in each group, and initialises it with that fan-in.
    """

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

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of `input` and its coordinates."""
        self._check_input(input)
        weight = self.weight  # read once: a parametrised weight is computed at each reading
        inputs_per_group = self.in_channels // self.groups
        # The input's term comes first, so that what PyTorch has to say about sizes speaks of the input.
        from_input = self._convolve(input, weight[:, :inputs_per_group], None, self.groups)
        return from_input + self._coordinate_term(input, weight[:, inputs_per_group:], self.bias)

    def _coordinate_term(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """Return the map `(out, *size)` that the coordinates and the bias add to every element of the batch.

        Every group sees the same coordinates, so this convolution has no groups.
        """
        grid = build_grid(
            input.shape[-len(self._axes) :],
            radius=self.radius,
            order=self.order,
            span=self.span,
            anchor=self.anchor,
            dtype=weight.dtype,
            device=weight.device,
        )
        return self._convolve(grid, weight, bias, groups=1)

    def _convolve(self, x: Tensor, weight: Tensor, bias: Tensor | None, groups: int) -> Tensor:
        """Convolve with this layer's stride, padding and dilation."""
        if self.padding_mode == "zeros":
            return self._convolution(x, weight, bias, self.stride, self.padding, self.dilation, groups)
        padded = F.pad(x, self._reversed_padding_repeated_twice, mode=self.padding_mode)
        return self._convolution(padded, weight, bias, self.stride, 0, self.dilation, groups)

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


class CoordConv2d(_CoordConvNd, nn.Conv2d):
    """Convolve an image and the coordinates of its pixels.

    The arguments are those of `torch.nn.Conv2d`, in the same order and with the same defaults;
    `in_channels` does not count the coordinates. The keywords `radius`, `order`, `span` and `anchor` are
    those of `coordinate_grid`. In a grouped layer every group sees the coordinates, after its own inputs.

    Shape: `(N, in_channels, H, W)` or `(in_channels, H, W)` to what `torch.nn.Conv2d` gives. `weight` is
    `(out_channels, in_channels / groups + coords, *kernel_size)`, `bias` is `(out_channels)`; their initial
    values are those of `torch.nn.Conv2d` with that many input channels. The `state_dict` holds these two and
    fits an implementation that concatenates.

    Range: the coordinates lie in `span`; how far they carry is learned. Borders that `padding` adds hold, in
    the coordinate maps too, what `padding_mode` says.

    Raises:
        TypeError: If the input is not floating point.
        ValueError: If the input has a wrong number of axes or channels, or an empty spatial axis; on
            construction, if an option is unknown or `torch.nn.Conv2d` refuses an argument.

    Source: section 3 of the paper and CoordConv in its released CoordConv.py. Differences: the row comes
    before the column unless `order="xy"`; the size is that of the input; coordinates are right on non-square
    images, where the released code swaps the divisors, and 0 and not NaN on an axis of size 1; and the
    coordinates are not concatenated but convolved on their own, once for the whole batch, which computes
    the same function.

    >>> import torch
    >>> layer = CoordConv2d(3, 16, kernel_size=3, padding="same", radius=True)
    >>> layer
    CoordConv2d(3, 16, kernel_size=(3, 3), stride=(1, 1), padding=same, radius=True)
    >>> layer(torch.zeros(8, 3, 64, 48)).shape
    torch.Size([8, 16, 64, 48])
    """

    _axes = "HW"
    _convolution = staticmethod(F.conv2d)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: str | int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros",
        device: torch.device | str | int | None = None,
        dtype: torch.dtype | None = None,
        *,
        radius: bool = False,
        order: Order = "ij",
        span: Span = (-1.0, 1.0),
        anchor: Anchor = "corners",
    ) -> None:
        super().__init__(
            self._all_channels(in_channels, groups, radius),
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )
        self._set_coordinates(in_channels, radius, order, span, anchor)
