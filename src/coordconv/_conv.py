"""Convolutions of an input and its coordinates, for 1, 2 and 3 spatial axes."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ._grid import Anchor, Order, Span
from ._layer import _CoordConvNd
from ._separable import read

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]


class _CoordConvolutionNd(_CoordConvNd):
    """What CoordConv1d, 2d and 3d share: a weight of shape `(out, in / groups + coords, *kernel)`."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of `input` and its coordinates."""
        self._check_input(input)
        return self._forward(input)

    def _split_weight(self) -> tuple[Tensor, Tensor]:
        weight = self.weight  # read once: a parametrised weight is computed at each reading
        inputs = self.in_channels // self.groups
        return weight.narrow(1, 0, inputs), weight.narrow(1, inputs, weight.shape[1] - inputs)

    def _convolve(
        self, x: Tensor, weight: Tensor, bias: Tensor | None, groups: int, output_padding: tuple[int, ...]
    ) -> Tensor:
        if self.padding_mode == "zeros":
            return self._convolution(x, weight, bias, self.stride, self.padding, self.dilation, groups)
        padded = F.pad(x, self._reversed_padding_repeated_twice, mode=self.padding_mode)
        return self._convolution(padded, weight, bias, self.stride, 0, self.dilation, groups)

    def _in_layout(self, weight: Tensor) -> Tensor:
        return weight

    def _read(self, line: Tensor, axis: int, output_padding: tuple[int, ...]) -> Tensor:
        place = 2 * (len(self._axes) - 1 - axis)
        ends = self._reversed_padding_repeated_twice[place : place + 2]
        if self.padding_mode == "zeros" and not isinstance(self.padding, str):
            ends = [self.padding[axis]] * 2
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        return read(F.pad(line, ends, mode), self.kernel_size[axis], self.stride[axis], self.dilation[axis])


class CoordConv1d(_CoordConvolutionNd, nn.Conv1d):
    """Convolve a sequence and the coordinate of its elements.

    `CoordConv2d` with one axis: the arguments are those of `torch.nn.Conv1d`, in the same order and with the
    same defaults, and the keywords, errors and ranges are those of `CoordConv2d`. The radius is the absolute
    value of the coordinate; `order` makes no difference.

    Shape: `(N, in_channels, L)` or `(in_channels, L)` to what `torch.nn.Conv1d` gives. `weight` is
    `(out_channels, in_channels / groups + coords, kernel_size)`, `bias` is `(out_channels)`.

    Source: that of `CoordConv2d`; neither the paper nor its released code has a form with one axis.

    >>> import torch
    >>> CoordConv1d(4, 8, kernel_size=5)(torch.zeros(2, 4, 100)).shape
    torch.Size([2, 8, 96])
    """

    _axes = "L"
    _plain = nn.Conv1d
    _convolution = staticmethod(F.conv1d)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: str | int | tuple[int] = 0,
        dilation: int | tuple[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: PaddingMode = "zeros",
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


class CoordConv2d(_CoordConvolutionNd, nn.Conv2d):
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
    the same function; they keep single precision under autocast and in half precision.

    >>> import torch
    >>> layer = CoordConv2d(3, 16, kernel_size=3, padding="same", radius=True)
    >>> layer
    CoordConv2d(3, 16, kernel_size=(3, 3), stride=(1, 1), padding=same, radius=True)
    >>> layer(torch.zeros(8, 3, 64, 48)).shape
    torch.Size([8, 16, 64, 48])
    """

    _axes = "HW"
    _plain = nn.Conv2d
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
        padding_mode: PaddingMode = "zeros",
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


class CoordConv3d(_CoordConvolutionNd, nn.Conv3d):
    """Convolve a volume and the coordinates of its voxels.

    `CoordConv2d` with three axes: the arguments are those of `torch.nn.Conv3d`, in the same order and with the
    same defaults, and the keywords, errors and ranges are those of `CoordConv2d`. The coordinates come in the
    order of the axes, (D, H, W), and in the reverse order with `order="xy"`.

    Shape: `(N, in_channels, D, H, W)` or `(in_channels, D, H, W)` to what `torch.nn.Conv3d` gives. `weight` is
    `(out_channels, in_channels / groups + coords, *kernel_size)`, `bias` is `(out_channels)`.

    Source: that of `CoordConv2d`; neither the paper nor its released code has a form with three axes.

    >>> import torch
    >>> layer = CoordConv3d(1, 8, kernel_size=3, padding=1)
    >>> layer.weight.shape
    torch.Size([8, 4, 3, 3, 3])
    >>> layer(torch.zeros(2, 1, 16, 32, 32)).shape
    torch.Size([2, 8, 16, 32, 32])
    """

    _axes = "DHW"
    _plain = nn.Conv3d
    _convolution = staticmethod(F.conv3d)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int, int],
        stride: int | tuple[int, int, int] = 1,
        padding: str | int | tuple[int, int, int] = 0,
        dilation: int | tuple[int, int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: PaddingMode = "zeros",
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
